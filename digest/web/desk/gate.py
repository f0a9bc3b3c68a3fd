"""Nobody passes who may not: the session, the form token and the role, before every page.

A page is for whoever is signed in, unless its function is marked `@stranger` or `@publisher`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, current_app, g, request

from digest.tokens import token_key
from digest.web.desk import kept
from digest.web.desk.room import Room, may
from digest.web.desk.tokens import is_ours

MOST_BYTES = 4 * 1024 * 1024
"""Of a form of the desk: a long text must come through, to be told that it is too long."""

_LOOKS = ("GET", "HEAD", "OPTIONS")

View = TypeVar("View", bound=Callable[..., Any])


def stranger(view: View) -> View:
    """Mark a page that needs no session; what it posts needs a form token all the same."""
    view.for_strangers = True  # type: ignore[attr-defined]
    return view


def publisher(view: View) -> View:
    """Mark a page that only publishers see."""
    view.for_publishers = True  # type: ignore[attr-defined]
    return view


def takes(most_bytes: int) -> Callable[[View], View]:
    """Mark a page that takes a larger form than others."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def add_gate(desk: Blueprint, room: Room, refuse: Callable[[], Response]) -> None:
    """Check every call to the desk before its page is asked.

    Args:
        refuse: the page to sign in with, for who has no session.
    """

    @desk.before_request
    def check() -> Response | None:
        view = current_app.view_functions[request.endpoint or ""]
        request.max_content_length = request.max_form_memory_size = MOST_BYTES
        g.token = token = room.cookie.token()
        session = room.store.users.sessions.find(token_key(token), room.now()) if token else None
        g.user = session.user if session else None
        if session is None and not getattr(view, "for_strangers", False):
            return refuse()
        request.max_content_length = getattr(view, "most_bytes", MOST_BYTES)
        _refuse_unprintable()
        if request.method not in _LOOKS and not is_ours(token, kept.given()):
            return room.show("stale.html", 403, kept=kept.of_call(token))
        if session is not None and not may(view, session.user):
            return room.show("refused.html", 403)
        return None


def _refuse_unprintable() -> None:
    """No text that a person types holds the character NUL, and no database takes it."""
    for texts in (request.args, request.form):
        if any("\x00" in text for _, text in texts.items(multi=True)):
            abort(400)
