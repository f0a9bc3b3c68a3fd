"""The desk of a test: the application with it, and somebody who is signed in."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from digest.model import Role
from digest.settings import Settings
from digest.store import Store
from digest.tokens import token_key
from digest.web.desk.tokens import form_token
from tests.builders_sending import Clock
from tests.builders_web import web_app

PASSWORD = "four plain words here"
COOKIE = "__Host-recap_desk_8080"


def desk_app(store: Store, settings: Settings, clock: Clock, **options: Any) -> Flask:
    """The application with the desk, by the test's own clock."""
    return web_app(store, settings, clock, desk=True, **options)


class DeskClient:
    """A browser with a session at the desk; what it posts has the form token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token
        client.set_cookie(COOKIE, token, domain="localhost")

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        return self.client.post(
            path, data={"csrf": form_token(self.token), **(data or {})}, **options
        )


def signed_in(
    app: Flask, store: Store, clock: Clock, name: str = "ada", role: Role = Role.PUBLISHER
) -> DeskClient:
    """Somebody at the desk, by a session of their own; the password is not asked."""
    store.users.add(name, role, "a hash that no password has", clock())
    token = f"the-cookie-of-{name}"
    store.users.sessions.begin(token_key(token), name, clock())
    return DeskClient(app.test_client(), token)


def shown_token(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found
    return found[1]
