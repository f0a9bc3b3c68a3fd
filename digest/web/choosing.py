"""The page of a reader's own choices: greeting, language, zone, a pause, themes on top, roles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, request

from digest.catalogs import catalog, languages
from digest.consent import PAUSES
from digest.cues import ROLES
from digest.localisation import Catalog
from digest.model import IssueStatus, Profile, Subscriber
from digest.pipeline import audience
from digest.pipeline.drafting import own_templates
from digest.store import Store
from digest.tokens import leave_token
from digest.web import pages
from digest.web.site import Site
from digest.zones import zone_named, zones_of_places

RECENT = 4
"""Issues whose themes can be chosen; themes keep their names from week to week."""

_PUBLIC = (IssueStatus.APPROVED, IssueStatus.SENDING, IssueStatus.SENT)
_WEEKS = {str(weeks): weeks for weeks in (0, *PAUSES)}


def add_choices(public: Blueprint, site: Site) -> None:
    """Serve the choices on `/preferences/<token>`."""
    secret = site.settings.secret_key

    def shown(reader: Subscriber, *, kept: bool = False, typed: str | None = None) -> Response:
        words = site.words_for(reader)
        until = _paused_until(reader, site.clock())
        page = pages.preferences(words, kept=kept, strange=typed is not None)
        themes = [(label, label) for label in offered_themes(site.store, reader)]
        roles = [(role, words.say(role)) for role, _ in ROLES]
        return site.answer(
            page,
            "preferences.html",
            words=words,
            reader=reader,
            languages=_offered_languages(site, reader),
            zone=reader.zone if typed is None else typed,
            zones=_zones(site),
            pauses=_offered_pauses(words, reader, until),
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
        offered = [code for code, _ in _offered_languages(site, reader)]
        language = request.form.get("language", reader.language)
        typed = request.form.get("zone", reader.zone)
        strange = bool(typed.strip()) and not zone_named(typed)
        wanted = Profile(
            name=request.form.get("name", ""),
            language=language if language in offered else reader.language,
            zone=reader.zone if strange else typed,
            themes=_among(offered_themes(site.store, reader), request.form.getlist("theme")),
            roles=_among([role for role, _ in ROLES], request.form.getlist("role")),
        )
        weeks = _WEEKS.get(request.form.get("pause", ""))
        if weeks is not None:
            until = site.clock() + timedelta(weeks=weeks) if weeks else None
            audience.pause(site.store, token, until, secret=secret)
        changed = audience.choose(site.store, token, wanted, secret=secret)
        if changed is None:
            abort(404)
        return shown(changed, kept=True, typed=typed if strange else None)


def offered_themes(store: Store, reader: Subscriber) -> tuple[str, ...]:
    """Labels of the last issues that readers saw, newest first, and what the reader has chosen."""
    seen = [row for row in store.content.issues() if row.status in _PUBLIC]
    issues = [store.content.issue(row.number) for row in reversed(seen[-RECENT:])]
    labels = [theme.label for issue in issues for theme in issue.themes]
    return tuple(dict.fromkeys((*labels, *reader.themes)))


def _zones(site: Site) -> tuple[str, ...]:
    """What to choose from; nothing where no issue comes by the reader's hour."""
    by_hour = any(one.recipients_local_time for one in site.settings.schedules)
    return zones_of_places() if by_hour else ()


def _offered_languages(site: Site, reader: Subscriber) -> list[tuple[str, str]]:
    """Each language that there are words for, by its own name; the newsletter's is the first.

    It stands for whatever else the reader's language is, so that keeping it loses nothing.
    """
    templates = own_templates(site.settings)
    others = [code for code in languages(templates) if code != site.words.language]
    named = [(code, catalog(code, templates).name) for code in others]
    kept = "" if reader.language in others else reader.language
    return [(kept, site.words.name), *named]


def _paused_until(reader: Subscriber, now: datetime) -> datetime | None:
    until = reader.paused_until
    return until if until is not None and until > now else None


def _offered_pauses(
    words: Catalog, reader: Subscriber, until: datetime | None
) -> list[tuple[str, str]]:
    """What can be chosen, what holds now first; "" leaves a pause as it is."""
    weeks = [(str(number), pages.pause(words, number)) for number in (0, *PAUSES)]
    if until is None:
        return weeks
    day = until.astimezone(ZoneInfo(reader.zone) if reader.zone else UTC).date()
    return [("", pages.paused(words, day)), *weeks]


def _among(offered: tuple[str, ...] | list[str], chosen: list[str]) -> tuple[str, ...]:
    return tuple(one for one in offered if one in chosen)
