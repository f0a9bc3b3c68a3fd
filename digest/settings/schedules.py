"""schedules.yaml as typed parts; what cannot be used is named with its line, value and fix."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import msgspec
import yaml

from digest.errors import ConfigError
from digest.settings.documents import read_document
from digest.settings.engine import INLINE, EngineName
from digest.settings.explaining import explain
from digest.settings.issue_rules import IssueRules, check_rules
from digest.settings.keeping import Keep
from digest.settings.leaving import Review, Sending
from digest.settings.newsletter import Newsletter, check_newsletter
from digest.settings.notify import Notify, check_notify
from digest.settings.parts import Part, place_of
from digest.settings.schedule import Schedule, check_schedule

ProviderName = Literal["outbox", "resend", "smtp"]
PROVIDERS: tuple[str, ...] = get_args(ProviderName)


class ScheduleFile(Part, frozen=True):
    """The whole file.

    Attributes:
        version: of this format.
        schedules: when each step runs, and what happens by itself; one of them makes the issue.
        newsletter: how it signs and looks.
        provider: who carries the mail; outbox writes files.
        engine: who drains an issue that is under way; an edit holds from the next start on.
        issue: what may be in an issue.
        review: of an approved issue, how long it waits.
        sending: how mail is handed over.
        notify: whom to tell of drafts and of trouble.
        keep: how long what was collected is kept.
    """

    version: Literal[1]
    schedules: Annotated[list[Schedule], msgspec.Meta(min_length=1)]
    newsletter: Newsletter = Newsletter()
    provider: ProviderName = "outbox"
    engine: EngineName = INLINE
    issue: IssueRules = IssueRules()
    review: Review = Review()
    sending: Sending = Sending()
    notify: Notify = Notify()
    keep: Keep = Keep()


def parse_schedules(text: str) -> ScheduleFile:
    """Decode and check the text of schedules.yaml; `ConfigError` says where and what to write."""
    data, tree = read_document(text)
    try:
        file = msgspec.convert(data, ScheduleFile)
    except msgspec.ValidationError as error:
        raise explain(str(error), data, tree, ScheduleFile) from error
    _check(file, data, tree)
    return file


def _check(file: ScheduleFile, data: object, tree: yaml.Node | None) -> None:
    check_rules(file.issue, tree)
    check_newsletter(file.newsletter, tree)
    check_notify(file.notify, tree)
    seen: set[str] = set()
    maker: Schedule | None = None
    for number, schedule in enumerate(file.schedules):
        place = f"schedules[{number}]"
        if schedule.id.casefold() in seen:
            raise ConfigError(
                f"{place_of(place + '.id', tree)}: id `{schedule.id}` is used twice",
                hint="give each schedule an id of its own",
            )
        seen.add(schedule.id.casefold())
        check_schedule(schedule, place, data, tree)
        if maker and schedule.makes_issues:
            step = next(step for step, _ in schedule.steps if step != "collect")
            raise ConfigError(
                f"{place_of(f'{place}.{step}', tree)}: `{maker.id}` makes the issue already, and"
                " a week has one",
                hint=f"leave `draft` and `send` to `{maker.id}`, and let this one only `collect`",
            )
        maker = schedule if schedule.makes_issues else maker
