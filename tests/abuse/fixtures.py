"""The seeded application of a test run."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from digest.pipeline import accounts
from digest.sources.hosts import SteadyClock
from digest.store import open_store, upgrade
from tests.abuse.seeded import Seeded, seed
from tests.abuse.target import Target


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.ci)]
)
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """A filled database and its project; made once, it takes seconds."""
    folder = tmp_path_factory.mktemp("seeded")
    url = f"sqlite:///{folder / 'recap.db'}"
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgres_server")
        url = server.replace("/postgres?", "/seeded?")
    upgrade(url)
    return seed(url, folder)


@pytest.fixture(scope="module")
def quiet() -> Iterator[None]:
    """No name is looked up, no host is waited for, and a password is checked in no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", _nowhere)
        patch.setattr(SteadyClock, "sleep", _at_once)
        patch.setattr(accounts, "_HASHER", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="session")
def target(seeded: Seeded) -> Iterator[Target]:
    """The application with the seeded database, crawled once."""
    with open_store(seeded.url) as store:
        yield Target(store, seeded)


async def _at_once(clock: SteadyClock, seconds: float) -> None:
    clock._start += timedelta(seconds=seconds)


def _nowhere(host: object, *_: object, **__: object) -> object:
    raise socket.gaierror(socket.EAI_NONAME, f"the tests know no {host!r}")
