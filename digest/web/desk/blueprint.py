"""Makes the desk: its pages behind the gate, its style and its script, how it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from digest.errors import DigestError, StateError, StoreError
from digest.web.desk import (
    approval,
    audience,
    audit,
    check,
    deliveries,
    issues,
    kept,
    preview,
    progress,
    reasons,
    revisions,
    rosters,
    schedule,
    sources,
    stories,
    users,
    week,
)
from digest.web.desk.assets import add_assets
from digest.web.desk.gate import add_gate
from digest.web.desk.moments import Zone
from digest.web.desk.room import Room
from digest.web.desk.signing_in import SignIn, add_account, add_signing_in
from digest.web.desk.tokens import Cookie
from digest.web.site import Site

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
}

_PAGES: tuple[Callable[[Blueprint, Room], None], ...] = (
    add_account,
    issues.add_issues,
    week.add_week,
    stories.add_stories,
    revisions.add_revisions,
    reasons.add_reasons,
    preview.add_preview,
    check.add_check,
    approval.add_approval,
    progress.add_progress,
    deliveries.add_deliveries,
    sources.add_sources,
    audience.add_audience,
    audience.add_person,
    audience.add_erasure,
    rosters.add_rosters,
    schedule.add_schedule,
    users.add_users,
    audit.add_audit,
)
"""What adds pages to the desk, one function a module."""

log = logging.getLogger("digest")


def desk_of(site: Site) -> Blueprint:
    """The desk of one installation, at `/desk`."""
    desk = Blueprint("desk", __name__, url_prefix="/desk")
    room = Room(site, Cookie(site.settings))
    door = SignIn(room)
    add_gate(desk, room, door.refuse)
    add_signing_in(desk, room, door)
    for add in _PAGES:
        add(desk, room)
    add_assets(desk, room)
    _fail_kindly(desk, room)
    desk.context_processor(room.context)
    desk.add_app_template_filter(Zone(site.settings.schedule.zone).in_words, "when")
    _finish(desk, room)
    return desk


def _fail_kindly(desk: Blueprint, room: Room) -> None:
    """What went wrong and what to do about it; a form that was sent is shown to be sent again."""

    @desk.errorhandler(DigestError)
    def ours(error: DigestError) -> Response:
        status = 409 if isinstance(error, StateError) else 400
        if isinstance(error, StoreError):
            log.error("a page of the desk was not served: %s", error.problem)
            g.bare, status = True, 503
        held = kept.of_call(g.token) if request.method == "POST" and g.get("user") else None
        return room.show("failure.html", status, problem=error, kept=held)

    @desk.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        response = room.show("http_error.html", status, code=status)
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response


def _finish(desk: Blueprint, room: Room) -> None:
    @desk.after_request
    def finished(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if g.pop("told", False):
            room.cookie.forget_said(response)
        return response
