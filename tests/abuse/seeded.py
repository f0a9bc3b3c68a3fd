"""A project after some weeks: a sample week drafted, one issue approved, one sent, readers."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from digest.model import Profile, Role, SubscriberStatus, Week
from digest.pipeline import approving, audience, collecting, drafting
from digest.pipeline.notices import ask_to_confirm
from digest.pipeline.sample import COLLECTED, WEEK
from digest.settings import Notify
from digest.store import open_store
from digest.tokens import confirmation_token, key_id, token_key
from tests.builders import make_issue, make_item, make_source, make_story, make_theme
from tests.builders_sending import Clock, MemoryProvider, join, send
from tests.builders_web import (
    SECRET,
    leave_path,
    preferences_path,
    review_paths,
    web_settings,
)

if TYPE_CHECKING:
    from digest.settings import Settings

START = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)
ISSUES = SENT, HELD, APPROVED, DRAFT = 1, 2, 3, 4
"""The numbers of the issues; each stands elsewhere."""

USERS = {"ada": Role.PUBLISHER, "ed": Role.EDITOR}
EDITOR = "ed@desk.example"
_FRESH = "f" * 32


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a filled database holds that is of use to whoever attacks it.

    Attributes:
        url: of the database.
        paths: pages of readers that no link of another page leads to.
    """

    url: str
    settings: Settings
    paths: tuple[str, ...]


def cookie_of(user: str) -> str:
    """The token of somebody's session."""
    return f"the-cookie-of-{user}"


def seed(url: str, folder: Path) -> Seeded:
    """Fill an empty database; the folder becomes the project's."""
    settings = web_settings(folder, RECAP_DATABASE_URL=url)
    settings = replace(settings, notify=Notify(editors=(EDITOR,)))
    with open_store(url) as store:
        people = join(store, "reader1", "reader2", at=START)
        join(store, "left", at=START, status=SubscriberStatus.UNSUBSCRIBED)
        store.audience.suppress("gone@post.example", "complained", START)
        _issue(store, settings, SENT, Week(2026, 16))
        send(store, settings, SENT, MemoryProvider(), Clock(START + timedelta(hours=1)))
        _issue(store, settings, HELD, Week(2026, 17))
        approving.hold(store, HELD, "a wrong number", now=START)
        _issue(store, settings, APPROVED, Week(2026, 18))
        with as_file(files("digest") / "sample" / "week.jsonl") as path:
            collecting.import_file(store, path, now=COLLECTED)
        with as_file(files("digest") / "sample" / "subscribers.csv") as path:
            for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
                audience.add_subscriber(
                    store, row["email"], row["name"], now=START, evidence="sample subscriber"
                )
        draft = drafting.draft(store, settings, week=WEEK, now=START)
        assert draft.number == DRAFT
        ask_to_confirm(
            store, settings, "new@post.example", Profile(), fresh=_FRESH, now=START, evidence=""
        )
        store.content.add_sources([make_source("Chip Ledger"), make_source("Old Wire", muted=True)])
        for name, role in USERS.items():
            store.users.add(name, role, "a hash that no password has", START)
            store.users.sessions.begin(token_key(cookie_of(name)), name, START)
    confirm = confirmation_token(f"{key_id(SECRET)}.{_FRESH}", SECRET)
    paths = (leave_path(people[0]), preferences_path(people[0]), f"/confirm/{confirm}")
    return Seeded(url, settings, (*paths, *review_paths(settings, draft, EDITOR, now=START)))


def _issue(store, settings, number: int, week: Week) -> None:
    window = week.window(settings.schedule.zone)
    published = window.start + timedelta(days=1)
    themes = [
        make_theme(
            label,
            [
                make_story(
                    make_item(
                        f"item-{number}{place}{n}",
                        url=f"https://paper-{number}{place}{n}.example/report",
                        published=published,
                    )
                )
                for n in range(2)
            ],
        )
        for place, label in enumerate(("Infra capex", "Custom silicon"))
    ]
    issue = make_issue(*themes, number=number, week=str(week), window=window, drafted_at=window.end)
    store.content.save_issue(issue)
    store.drafts.adopt(number)
    approving.approve(store, settings, number, now=START, without_test=True)
