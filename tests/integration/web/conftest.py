"""The application of a test on each database in turn, its settings and its clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digest.model import Role
from digest.settings import Settings
from digest.store import Store
from tests.abuse.fixtures import quiet, seeded, target  # noqa: F401  fixtures
from tests.builders_desk import DeskClient, desk_app, signed_in
from tests.builders_sending import Clock
from tests.builders_web import web_app, web_settings


@pytest.fixture
def clock() -> Clock:
    """Moves only when it is told."""
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With a base URL, a key and a webhook secret."""
    return web_settings(tmp_path)


@pytest.fixture
def app(store: Store, settings: Settings, clock: Clock) -> Flask:
    """The application."""
    return web_app(store, settings, clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Calls the application without a socket."""
    return app.test_client()


@pytest.fixture
def desk(store: Store, settings: Settings, clock: Clock) -> DeskClient:
    """A publisher called ada at the desk."""
    return signed_in(desk_app(store, settings, clock), store, clock)


@pytest.fixture
def editor(desk: DeskClient, store: Store, clock: Clock) -> DeskClient:
    """An editor called ben at the same desk."""
    return signed_in(desk.client.application, store, clock, "ben", Role.EDITOR)
