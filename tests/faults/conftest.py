"""A collector on a database of its own, a web that misbehaves, and a clock nobody waits for."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from digest.model import Health, Item, RunReport, Source
from digest.pipeline.collecting import collect
from digest.settings import Settings, load_settings
from digest.sources.fetched import Limits, Manners
from digest.store import Store, open_store, upgrade
from tests.standins.web import HOSTS, START, FastClock, Web, running_web

LIMITS = Limits(connect=1, first_byte=0.4, total=0.8, size=1_000_000, round=1e6)


class Collector:
    """What `recap collect` does, on a clock that is set by the test."""

    def __init__(self, store: Store, clock: FastClock, settings: Settings) -> None:
        self.store = store
        self.clock = clock
        self.manners = Manners("https://recap.example", HOSTS, LIMITS)
        self.report: RunReport | None = None
        self._settings = settings
        self._random = random.Random(7)

    def limit(self, **limits: float) -> None:
        self.manners = replace(self.manners, limits=replace(self.manners.limits, **limits))

    def subscribe(self, **sources: str) -> None:
        self.store.content.add_sources([Source(name, url) for name, url in sources.items()])

    def collect(self, *, later: float = 0, only: str = "") -> RunReport:
        """One round, so many hours after the last."""
        self.clock.pass_by(hours=later)
        self.report = collect(
            self.store,
            self._settings,
            now=self.clock.now(),
            only=only,
            manners=self.manners,
            clock=self.clock,
            chance=self._random.random,
        )
        return self.report

    def lines(self, kind: str) -> dict[str, str]:
        """The lines of that kind in the last report."""
        assert self.report is not None
        return {line.subject: line.reason for line in self.report.lines if line.kind == kind}

    def failure(self, url: str) -> str:
        """What one round says of a source at this address."""
        self.subscribe(Failing=url)
        self.collect()
        return self.lines("failed")["Failing"]

    def health(self, name: str) -> Health:
        return self.store.visits.healths()[name]

    def source(self, name: str) -> Source:
        return next(one for one in self.store.content.sources() if one.name == name)

    def items(self) -> list[Item]:
        return list(self.store.content.items(before=datetime.max.replace(tzinfo=START.tzinfo)))

    def titles(self) -> list[str]:
        return sorted(item.title for item in self.items())


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A project folder with an empty database, to copy from."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(root / "schedules.yaml", folder)
    upgrade(f"sqlite:///{folder / 'recap.db'}")
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A project folder of this test."""
    return Path(shutil.copytree(prepared, tmp_path / "project"))


@pytest.fixture
def clock() -> FastClock:
    return FastClock()


@pytest.fixture
def web(clock: FastClock) -> Iterator[Web]:
    with running_web(clock) as web:
        yield web


@pytest.fixture
def collector(folder: Path, clock: FastClock) -> Iterator[Collector]:
    settings = load_settings(folder, {})
    with open_store(settings.database_url) as store:
        yield Collector(store, clock, settings)


@pytest.fixture
def good(web: Web) -> str:
    """The address of a feed that never fails, on a host of its own."""
    from tests.standins.web import feed

    return web.serve("/good", feed(), host="127.0.0.9")


@pytest.fixture
def names_lead_to(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make host names lead to addresses; each look-up takes the next address of its list."""
    import socket

    def set_names(**addresses: list[str]) -> None:
        real = socket.getaddrinfo

        def look_up(host: object, *rest: object, **more: object) -> object:
            known = addresses.get(str(host).removesuffix(".example"))
            if known is None:
                return real(host, *rest, **more)  # type: ignore[arg-type]
            address = known.pop(0) if len(known) > 1 else known[0]
            return real(address, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return set_names
