"""schedules.yaml as typed parts; what cannot be used is named with its line, value and fix."""

from __future__ import annotations

import re
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import yaml

from digest.errors import ConfigError
from digest.settings.engine import INLINE, check_engine
from digest.settings.issue_rules import IssueRules, Pin, check_rules
from digest.settings.leaving import Review, Sending
from digest.settings.newsletter import Newsletter, check_newsletter
from digest.settings.notify import Notify, check_notify
from digest.settings.parts import FILE, Part, place_of, value_at
from digest.settings.policies import Late, QuietWeek, ReviewPolicy

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PROVIDERS = ("outbox", "resend", "smtp")


class Moment(Part, frozen=True):
    """When a step runs: weekdays by name, hours and minute in the schedule's zone."""

    day_of_week: str | int | list[str | int]
    hour: int | list[int]
    minute: int = 0

    @property
    def days(self) -> tuple[str, ...]:
        """The weekdays as three-letter names; `daily` is all seven."""
        listed = self.day_of_week if isinstance(self.day_of_week, list) else [self.day_of_week]
        return WEEKDAYS if listed == ["daily"] else tuple(str(day) for day in listed)

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours, 0 to 23."""
        return tuple(self.hour) if isinstance(self.hour, list) else (self.hour,)


class Schedule(Part, frozen=True):
    """One newsletter rhythm: when to collect, draft and send, and what happens by itself.

    Attributes:
        sources: names of those that it collects from; empty: all of them.
        recipients_local_time: the send's hour is that of each reader's own zone.
    """

    id: str
    timezone: str
    collect: Moment | None = None
    draft: Moment | None = None
    send: Moment | None = None
    sources: list[str] = msgspec.field(default_factory=list)
    review: ReviewPolicy = ReviewPolicy()
    late: Late = Late()
    quiet_week: QuietWeek = QuietWeek()
    recipients_local_time: bool = False
    allow_dst_hours: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The zone its times and weeks are counted in."""
        return ZoneInfo(self.timezone)

    @property
    def steps(self) -> tuple[tuple[str, Moment], ...]:
        """The steps that it has, in the order of the week."""
        steps = (("collect", self.collect), ("draft", self.draft), ("send", self.send))
        return tuple((step, moment) for step, moment in steps if moment is not None)


class ScheduleFile(Part, frozen=True):
    """The whole file."""

    version: int
    schedules: list[Schedule]
    newsletter: Newsletter = Newsletter()
    provider: str = "outbox"
    engine: str = INLINE
    issue: IssueRules = IssueRules()
    review: Review = Review()
    sending: Sending = Sending()
    notify: Notify = Notify()


def parse_schedules(text: str) -> ScheduleFile:
    """Decode and check the text of schedules.yaml; `ConfigError` says where and what to write."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise ConfigError(
            f"{FILE}{where}: {problem}", hint="check the indentation and the quotes there"
        ) from error
    try:
        file = msgspec.convert(data, ScheduleFile)
    except msgspec.ValidationError as error:
        raise _explain(str(error), data, tree) from error
    _check(file, tree)
    return file


def _explain(message: str, data: object, tree: yaml.Node | None) -> ConfigError:
    """Turn a decoder's message into place, value and fix."""
    problem, _, where = message.partition(" - at `$")
    path = where.rstrip("`").lstrip(".")
    unknown = re.search(r"unknown field `(.+?)`", problem)
    if unknown:
        known = _keys_at(path)
        close = get_close_matches(unknown[1], known, n=1)
        guess = f"did you mean `{close[0]}`? " if close else ""
        place = place_of(f"{path}.{unknown[1]}".lstrip("."), tree, shown=path)
        return ConfigError(
            f"{place}: unknown key `{unknown[1]}`", hint=f"{guess}keys are {', '.join(known)}"
        )
    missing = re.search(r"missing required field `(.+?)`", problem)
    if missing:
        return ConfigError(
            f"{place_of(path, tree)}: the key `{missing[1]}` is missing",
            hint=f"add `{missing[1]}:`",
        )
    wanted = re.sub(r"`(\w+)(?: \| \w+)*`", lambda match: match[0].strip("`"), problem)
    value = value_at(data, path)
    return ConfigError(
        f"{place_of(path, tree)}: `{value}` cannot be used here",
        hint=wanted[0].lower() + wanted[1:] + "; see docs/reference/schedules.md",
    )


def _check(file: ScheduleFile, tree: yaml.Node | None) -> None:
    if file.version != 1:
        raise ConfigError(
            f"{place_of('version', tree)}: version `{file.version}` is not known",
            hint="write `version: 1`, or install the program that wrote this file",
        )
    if not file.schedules:
        raise ConfigError(
            f"{place_of('schedules', tree)}: the list is empty", hint="add a schedule"
        )
    if file.provider not in PROVIDERS:
        raise ConfigError(
            f"{place_of('provider', tree)}: provider `{file.provider}` is not known",
            hint=f"write one of {', '.join(PROVIDERS)}",
        )
    check_engine(file.engine, tree)
    check_rules(file.issue, tree)
    check_newsletter(file.newsletter, tree)
    check_notify(file.notify, tree)
    seen: set[str] = set()
    for number, schedule in enumerate(file.schedules):
        place = f"schedules[{number}]"
        if schedule.id in seen:
            raise ConfigError(
                f"{place_of(place + '.id', tree)}: id `{schedule.id}` is used twice",
                hint="give each schedule an id of its own",
            )
        seen.add(schedule.id)
        _check_schedule(schedule, place, tree)


def _check_schedule(schedule: Schedule, place: str, tree: yaml.Node | None) -> None:
    if schedule.timezone not in available_timezones():
        close = get_close_matches(schedule.timezone, available_timezones(), n=1)
        raise ConfigError(
            f"{place_of(place + '.timezone', tree)}: zone `{schedule.timezone}` is not known",
            hint=f"did you mean `{close[0]}`?" if close else "write an IANA name, Europe/Berlin",
        )
    for step, moment in schedule.steps:
        where = f"{place}.{step}"
        for day in moment.days:
            if day.isdigit():
                raise ConfigError(
                    f"{place_of(where + '.day_of_week', tree)}: weekday `{day}` is ambiguous"
                    " (programs count from Sunday or from Monday)",
                    hint=f"write a name, such as `{WEEKDAYS[(int(day) - 1) % 7]}`",
                )
            if day not in WEEKDAYS:
                raise ConfigError(
                    f"{place_of(where + '.day_of_week', tree)}: weekday `{day}` is not known",
                    hint=f"write one of {', '.join(WEEKDAYS)}, a list of them, or daily",
                )
        if not all(0 <= hour <= 23 for hour in moment.hours) or not moment.hours:
            raise ConfigError(
                f"{place_of(where + '.hour', tree)}: hour `{moment.hour}` is not on the clock",
                hint="write 0 to 23, or a list such as [6, 18]",
            )
        if not 0 <= moment.minute <= 59:
            raise ConfigError(
                f"{place_of(where + '.minute', tree)}: minute `{moment.minute}`"
                " is not on the clock",
                hint="write 0 to 59",
            )


def _keys_at(path: str) -> tuple[str, ...]:
    """The keys that the mapping at `path` may have."""
    last = re.sub(r"\[.*?\]", "", path).rpartition(".")[2]
    kinds: dict[str, type[msgspec.Struct]] = {
        "": ScheduleFile,
        "schedules": Schedule,
        "newsletter": Newsletter,
        "issue": IssueRules,
        "themes": Pin,
        "review": Review,
        "sending": Sending,
        "notify": Notify,
    }
    return kinds.get(last, Moment).__struct_encode_fields__
