"""The page of a reader's own choices: the name in the greeting, themes that come first, roles."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from digest.cues import ROLES
from digest.model import IssueStatus, Profile, Subscriber
from digest.pipeline import audience
from digest.store import Store
from digest.tokens import leave_token
from digest.web import pages
from digest.web.site import Site

RECENT = 4
"""Issues whose themes can be chosen; themes keep their names from week to week."""

_PUBLIC = (IssueStatus.APPROVED, IssueStatus.SENDING, IssueStatus.SENT)


def add_choices(public: Blueprint, site: Site) -> None:
    """Serve the choices on `/preferences/<token>`."""
    secret = site.settings.secret_key

    def shown(reader: Subscriber, *, kept: bool = False) -> Response:
        page = pages.preferences(site.words, kept=kept)
        themes = [(label, label) for label in offered_themes(site.store, reader)]
        roles = [(role, site.words.say(role)) for role, _ in ROLES]
        return site.answer(
            page,
            "preferences.html",
            reader=reader,
            groups=[
                ("theme", page.labels["themes"], themes, reader.themes),
                ("role", page.labels["roles"], roles, reader.roles),
            ],
            leave=f"{site.base}/leave/{leave_token(reader.id, secret)}",
        )

    @public.get("/preferences/<token>")
    def choices(token: str) -> Response:
        reader = audience.chooser_of(site.store, token, secret=secret)
        return shown(reader) if reader else abort(404)

    @public.post("/preferences/<token>")
    def choose(token: str) -> Response:
        reader = audience.chooser_of(site.store, token, secret=secret)
        if reader is None:
            abort(404)
        wanted = Profile(
            name=request.form.get("name", ""),
            language=reader.language,
            zone=reader.zone,
            themes=_among(offered_themes(site.store, reader), request.form.getlist("theme")),
            roles=_among([role for role, _ in ROLES], request.form.getlist("role")),
        )
        changed = audience.choose(site.store, token, wanted, secret=secret)
        return shown(changed, kept=True) if changed else abort(404)


def offered_themes(store: Store, reader: Subscriber) -> tuple[str, ...]:
    """Labels of the last issues that readers saw, newest first, and what the reader has chosen."""
    seen = [row for row in store.content.issues() if row.status in _PUBLIC]
    issues = [store.content.issue(row.number) for row in reversed(seen[-RECENT:])]
    labels = [theme.label for issue in issues for theme in issue.themes]
    return tuple(dict.fromkeys((*labels, *reader.themes)))


def _among(offered: tuple[str, ...] | list[str], chosen: list[str]) -> tuple[str, ...]:
    return tuple(one for one in offered if one in chosen)
