"""The web application of a test: its settings, a clock that moves when told, a caller."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from digest.model import Issue, Story, Subscriber
from digest.pipeline import approving
from digest.pipeline.archiving import theme_id
from digest.pipeline.drafting import render
from digest.pipeline.reviewing import ways_of
from digest.settings import Settings
from digest.settings.leaving import Review
from digest.slugs import key_of, slug
from digest.store import Store, mail_hash, schema
from digest.tokens import leave_token, preferences_token
from digest.web.app import create_app
from tests.builders import NOW, make_issue
from tests.builders_sending import Clock, MemoryProvider, join, send, settings_in
from tests.standins.resend import webhooks

BASE = "https://recap.example"
SECRET = "a secret of the tests"
HOOK_SECRET = webhooks.SECRET


def web_settings(folder: Path, **environ: str) -> Settings:
    """The shipped settings with a base URL, a key and a webhook secret; approvals hold at once."""
    given = {
        "RECAP_BASE_URL": BASE,
        "RECAP_SECRET_KEY": SECRET,
        "RESEND_WEBHOOK_SECRET": HOOK_SECRET,
    }
    made = settings_in(folder, **{**given, **environ})
    return replace(made, review=Review(undo_minutes=0))


def fresh_names() -> Callable[[], str]:
    """128 bits that are the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


def web_app(store: Store, settings: Settings, clock: Clock, **options: Any) -> Flask:
    """The application by the test's own clock."""
    app = create_app(settings, store, clock=clock, fresh=fresh_names(), **options)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def leave_path(person: Subscriber, secret: str = SECRET) -> str:
    return f"/leave/{leave_token(person.id, secret)}"


def preferences_path(person: Subscriber, secret: str = SECRET) -> str:
    return f"/preferences/{preferences_token(person.id, secret)}"


def review_paths(
    settings: Settings, issue: Issue, editor: str, *, now: datetime, days: int = 3
) -> tuple[str, str, str]:
    """The pages to open, approve and hold an issue as it is, for one editor.

    Args:
        days: from now until it is to be sent; the links work for an hour more.
    """
    send_at = now + timedelta(days=days)
    ways = ways_of(
        settings,
        issue.number,
        mail=mail_hash(render(settings, issue)),
        editor=editor,
        send_at=send_at,
        until=send_at + timedelta(hours=1),
    )
    return tuple(page.removeprefix(BASE) for page in (ways.open, ways.approve, ways.hold))


def publish(store: Store, settings: Settings, issue: Issue | None = None) -> int:
    """The number of an issue that was sent to one reader."""
    issue = issue or make_issue()
    store.content.save_issue(issue)
    join(store, "somebody")
    approving.approve(store, settings, issue.number, now=NOW, without_test=True)
    send(store, settings, issue.number, MemoryProvider())
    return issue.number


def story_path(story: Story, number: int = 5) -> str:
    return f"/issues/{number}/{slug(story.title, key_of(story.id))}"


def theme_path(label: str) -> str:
    return f"/themes/{slug(label, key_of(theme_id(label)))}"


def stamp_of(client: FlaskClient) -> str:
    """The signed moment of a form that is shown now."""
    reply = client.get("/subscribe", headers={"Accept": "application/json"})
    return str(reply.json["stamp"])


def fill_in(client: FlaskClient, clock: Clock, email: str, **fields: str) -> Any:
    """Fill the form in as a person does, with five seconds for it."""
    stamp = stamp_of(client)
    clock.sleep(5)
    return client.post("/subscribe", data={"email": email, "stamp": stamp, **fields})


def everything(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    with store.audience._database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in schema.metadata.sorted_tables
        }


def report(
    kind: str, provider_id: str, to: str, *, at: float, id: str = "", **data: Any
) -> webhooks.Hook:
    """A signed report on a mail."""
    about = {"email_id": provider_id, "to": [to], **data}
    if kind.startswith("suppression."):
        about = {"email": to, "source_id": provider_id, "origin": "bounce", **data}
    document = {"type": kind, "created_at": _iso(at), "data": about}
    return webhooks.signed(document, at=at, id=id, secrets=[HOOK_SECRET])


def post_report(client: FlaskClient, hook: webhooks.Hook) -> int:
    return client.post("/hooks/resend", data=hook.body, headers=hook.headers).status_code


def confirmation_paths(provider: MemoryProvider) -> Iterator[str]:
    """The paths behind the buttons of the confirmation mails that were sent."""
    for (mail,) in provider.mails:
        if mail.tags.get("notice") == "confirmation":
            start = mail.text.index(f"{BASE}/confirm/") + len(BASE)
            yield mail.text[start:].split()[0]


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
