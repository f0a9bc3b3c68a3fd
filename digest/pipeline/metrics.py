"""What the database and the schedules tell, as Prometheus' metrics, read when somebody scrapes.

Names and units: https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from digest import __version__
from digest.errors import DigestError
from digest.instruments import REGISTRY
from digest.pipeline.heartbeat import Heartbeat
from digest.pipeline.standing import FAILED, last_backup
from digest.pipeline.upcoming import next_issues
from digest.settings import Settings
from digest.store import Census, Mails, Queue

if TYPE_CHECKING:
    from digest.store import Store

KEPT_SECONDS = 5.0
"""For so long an answer is given again, whoever asks."""

SHARE = 0.05
"""Of the time is spent on counting at most: what takes a second is counted every 20 s."""

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """A value that is made again when it is old, the longer it takes the more seldom.

    Args:
        clock: seconds that only ever grow.
    """

    def __init__(
        self, make: Callable[[], _Value], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make, self._clock = make, clock
        self._made: tuple[_Value, float] | None = None
        self._turn = threading.Lock()

    def __call__(self) -> _Value:
        """The value; what `make` raises, if there is none that is fresh enough."""
        with self._turn:
            begun = self._clock()
            if self._made is None or begun >= self._made[1]:
                value = self._make()
                took = self._clock() - begun
                self._made = value, begun + max(KEPT_SECONDS, took / SHARE)
            return self._made[0]


_REFUSED = "Calls that were too many, of all senders that share a pace, since the first."


class DatabaseCollector(Collector):
    """Everything that is no counter of this process.

    Args:
        clock: the current moment, UTC.
        heart: of the thread that runs the schedules; None in a process that runs none.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        heart: Heartbeat | None = None,
    ) -> None:
        self._settings, self._clock, self._heart = settings, clock, heart
        self._census = Kept(lambda: store.census.count(clock()))
        self._mails = Kept(store.census.mails)
        self._people = Kept(store.census.subscribers)
        self._size = Kept(store.census.size)
        self._refusals = Kept(lambda: sum(store.paces.refusals().values()))

    def describe(self) -> Iterable[Metric]:
        """Nothing: what it collects is not asked for at the registration."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric; without a database, those that need none."""
        yield _gauge("recap_build_info", "The version that runs; always 1.", {(__version__,): 1},
                     "version")  # fmt: skip
        yield from self._schedules()
        if self._heart is not None:
            told = "When the thread that runs the schedules last went round; 0 before."
            yield _gauge("recap_scheduler_last_tick_timestamp_seconds", told, self._heart.last_at)
        yield from self._disk()
        try:
            found = [
                *_of_census(self._census()),
                *_of_mails(self._mails()),
                _gauge("recap_subscribers", "People, by status.", _one(self._people()), "status"),
                _gauge("recap_database_size_bytes", "What the database takes.", self._size()),
                _gauge("recap_shared_pace_refused_calls", _REFUSED, self._refusals()),
            ]
        except DigestError:
            found = []
        up = "Whether the database answered; the metrics that need it are absent if not."
        yield _gauge("recap_database_up", up, bool(found))
        yield from found

    def _schedules(self) -> Iterator[Metric]:
        sends: dict[tuple[str, ...], float] = {
            (name,): at.timestamp()
            for name, at in next_issues(self._settings, self._clock()).items()
            if at is not None
        }
        told = "When the next issue of a schedule is due to leave."
        yield _gauge("recap_next_send_timestamp_seconds", told, sends, "schedule")

    def _disk(self) -> Iterator[Metric]:
        free = shutil.disk_usage(self._settings.folder).free
        yield _gauge("recap_disk_free_bytes", "Room beside the project's files.", free)
        if (at := last_backup(self._settings.folder)) is not None:
            told = "When the newest backup in the project's folder was made."
            yield _gauge("recap_last_backup_timestamp_seconds", told, at.timestamp())


class Exposition:
    """The metrics of one process as text, for whoever scrapes.

    Args:
        clock: the current moment, UTC.
        heart: of the thread that runs the schedules; None in a process that runs none.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        heart: Heartbeat | None = None,
    ) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(DatabaseCollector(settings, store, clock, heart))

    def text(self, accept: str) -> tuple[bytes, str]:
        """The metrics and their content type.

        Args:
            accept: the header of the request: OpenMetrics if it asks for it, else Prometheus' text.
        """
        encode, kind = choose_encoder(accept)
        return encode(_Both(self._registry)), kind


class _Both(CollectorRegistry):
    """What the process counts, and what the database tells."""

    def __init__(self, database: CollectorRegistry) -> None:
        super().__init__()
        self._database = database

    def collect(self) -> Iterator[Metric]:
        yield from REGISTRY.collect()
        yield from self._database.collect()


def _of_census(census: Census) -> Iterator[Metric]:
    told = "Items that sources brought and nobody had seen before, by kind of source."
    brought = CounterMetricFamily("recap_collected_items", told, labels=["kind"])
    for kind, count in census.collected.items():
        brought.add_metric([kind], count)
    yield brought
    yield _gauge("recap_items_last_day", "Items that came within a day.", census.items_last_day)
    yield _gauge("recap_sources", "Sources, by how they do.", _one(census.sources), "state")
    yield _gauge("recap_issues", "Issues, by status.", _one(census.issues), "status")
    yield from _waiting("notices", "Mails that are no issue", census.notices)
    yield from _waiting("mail_reports", "Reports of the provider", census.reports)
    steps = {tuple(step.schedule.rsplit("/", 1)): step for step in census.steps}
    due = {key: step.due_at.timestamp() for key, step in steps.items()}
    told = "When the last period of a step was due that was begun."
    yield _gauge("recap_step_last_due_timestamp_seconds", told, due, "schedule", "step")
    failed = {key: step.outcome.startswith(FAILED) for key, step in steps.items()}
    told = "Whether that period's step failed."
    yield _gauge("recap_step_last_failed", told, failed, "schedule", "step")


def _waiting(name: str, what: str, queue: Queue) -> Iterator[Metric]:
    yield _gauge(f"recap_{name}_waiting", f"{what} that wait.", queue.count)
    since = queue.since.timestamp() if queue.since else 0
    told = f"{what}: since when the oldest waits; 0 if none does."
    yield _gauge(f"recap_{name}_oldest_timestamp_seconds", told, since)


def _of_mails(mails: Iterable[Mails]) -> Iterator[Metric]:
    states: dict[tuple[str, ...], float] = {}
    fates: dict[tuple[str, ...], float] = {}
    for one in mails:
        states |= {(str(one.issue), state.value): n for state, n in one.states.items()}
        fates |= {(str(one.issue), fate or "untold"): n for fate, n in one.fates.items()}
    told = "Mails of the issues under way and of the last one sent, by state."
    yield _gauge("recap_issue_deliveries", told, states, "issue", "state")
    told = "Of those that were sent, by what the provider told of them."
    yield _gauge("recap_issue_mail_fates", told, fates, "issue", "fate")


def _one(counts: Mapping[Any, float]) -> dict[tuple[str, ...], float]:
    return {(str(key),): count for key, count in counts.items()}


def _gauge(
    name: str, told: str, values: Mapping[tuple[str, ...], float] | float, *labels: str
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=labels)
    for key, value in values.items() if isinstance(values, Mapping) else (((), values),):
        family.add_metric(list(key), float(value))
    return family
