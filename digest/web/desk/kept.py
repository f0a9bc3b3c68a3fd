"""A form that could not be taken: what was typed is shown again, to be sent with one press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request

from digest.web.desk.tokens import is_ours

FIELD = "csrf"
"""The name of the field with the form token."""

PREFIX = "kept:"
MOST_FIELDS = 500
_SECRET = ("password", "old_password", "new_password", "new_password_again")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into a form, and where it was to go.

    Attributes:
        action: the path, below the desk's own.
        fields: names and texts in the order of the form; no password and no form token.
        cut: whether there was more than is kept.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    cut: bool = False


def of_call(token: str) -> Kept | None:
    """The fields of the present call, unless another site may have put them together.

    A form is shown to its user once more before it is sent again, and must be one that they
    filled in. Either it brings the token that goes with this browser's cookie, or the browser
    says that it came from a page of this host.
    """
    if request.files or not (is_ours(token, given()) or _is_from_here()):
        return None
    return _kept(request.path, request.form.items(multi=True))


def of_sign_in() -> Kept | None:
    """What the form to sign in with carried on of another form."""
    action = request.form.get("action", "")
    fields = [
        (name.removeprefix(PREFIX), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(PREFIX)
    ]
    return _kept(action, fields) if is_path(action) and fields else None


def is_path(text: str) -> bool:
    """A path of the desk, with a query or without, and of nobody else's site."""
    path = text.partition("?")[0]
    ours = path == "/desk" or path.startswith("/desk/")
    return ours and "//" not in path and "\\" not in path and text.isprintable()


def given() -> str:
    """The form token that the present call brought."""
    return request.form.get(FIELD, "")


def _kept(action: str, fields: Iterable[tuple[str, str]]) -> Kept:
    wanted = [(name, text) for name, text in fields if name != FIELD and name not in _SECRET]
    return Kept(action, tuple(wanted[:MOST_FIELDS]), cut=len(wanted) > MOST_FIELDS)


def _is_from_here() -> bool:
    return request.headers.get("Sec-Fetch-Site", "") == "same-origin"
