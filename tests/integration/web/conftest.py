"""The application of a test on each database in turn, its settings and its clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from digest.settings import Settings
from digest.store import Store
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
