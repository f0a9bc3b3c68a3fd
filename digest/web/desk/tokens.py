"""The desk's cookie, and what only who has it can know: the form token and the signed message.

The cookie holds 256 random bits. Before somebody signs in they belong to no session, and make the
form to sign in with safe; signing in gives new ones. Nothing of it needs a secret of the server.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Response, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.http import parse_cookie

from digest.accounts import LONGEST
from digest.settings import Settings

_BYTES = 32
_MOST_TOLD = 400
"""Characters of a message for the next page: a cookie has no room for more."""


class Cookie:
    """The cookies of one installation's desk."""

    def __init__(self, settings: Settings) -> None:
        self._secure = settings.base_url.startswith("https://")
        # On one machine all ports share their cookies.
        name = f"recap_desk_{settings.listen.port}"
        self._name = f"__Host-{name}" if self._secure else name
        self._said = f"{self._name}_said"

    def token(self) -> str:
        """The token of the present call, "" if it has none."""
        return request.cookies.get(self._name, "")

    def token_in(self, header: str) -> str:
        """The token of a call that is still only its Cookie header."""
        return parse_cookie(header).get(self._name, "")

    def give(self, response: Response, token: str) -> None:
        """Let the browser keep a token."""
        self._set(response, self._name, token, int(LONGEST.total_seconds()))

    def take(self, response: Response) -> None:
        """Let the browser forget the token."""
        self._set(response, self._name, "", 0)

    def say(self, response: Response, text: str) -> None:
        """Let the next page begin with a message."""
        told = _signer(self.token()).dumps(text[:_MOST_TOLD])
        self._set(response, self._said, str(told), 60)

    def said(self) -> str:
        """The message for the present page; "" if there is none."""
        try:
            return str(_signer(self.token()).loads(request.cookies.get(self._said, "")))
        except BadData:
            return ""

    def forget_said(self, response: Response) -> None:
        """Show a message once."""
        if self._said in request.cookies:
            self._set(response, self._said, "", 0)

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            httponly=True,
            samesite="Lax",
            secure=self._secure,
            path="/",
        )


def new_token() -> str:
    """256 random bits, for a cookie or a link."""
    return secrets.token_urlsafe(_BYTES)


def form_token(token: str) -> str:
    """What a form has to bring back to prove that we showed it to the browser with this cookie."""
    return hmac.digest(token.encode(), b"form of the desk", "sha256").hex()


def is_ours(token: str, given: str) -> bool:
    """Whether a form was ours, told in constant time."""
    right = hmac.compare_digest(form_token(token).encode(), given.encode(errors="replace"))
    return right and bool(token)


def _signer(token: str) -> URLSafeSerializer:
    return URLSafeSerializer(token or new_token(), salt="message of the desk")
