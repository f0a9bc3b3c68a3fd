"""A round of collecting that several workers share: a host's sources stay together in one shard."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.engine import Dispatcher, Stop
from digest.errors import StateError
from digest.model import ReportLine, RunReport, Source
from digest.pipeline.collecting import collect, names_unknown, run_round, sources_to_collect

if TYPE_CHECKING:
    from digest.settings import Settings
    from digest.store import Store

LARGEST = 500
"""Sources of a shard: a worker that dies does so many again at most."""

SHARDS = 8
"""Into so many a round is cut at least, if it has the hosts for it, so that each worker has one."""

PATIENCE = timedelta(seconds=30)
"""How long a shard may wait for a worker; then whoever began the round does it himself."""

LONGEST = timedelta(minutes=30)
"""How long a shard may take from when it was begun; then it is done again."""

LOOK = 1.0


def collect_together(
    dispatcher: Dispatcher,
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    among: Collection[str] = (),
    stop: Stop = bool,
    sleep: Callable[[float], object] = time.sleep,
) -> RunReport:
    """`collect`, with the workers that the dispatcher has; without any it does all of it itself.

    Returns:
        The report of the whole round, as if one process had done it.

    Raises:
        InputError, StateError, StoreError: as `collect` says; StateError too if it was stopped.
    """
    if not dispatcher.shares:
        return collect(store, settings, now=now, among=among)
    parts = parted(sources_to_collect(store, among=among))
    clock = store.ledger.clock()
    with store.visits.collecting():
        numbers = store.shards.begin([[one.name for one in part] for part in parts], round=now)
        begun_at = clock()
        dispatcher.collect(numbers)
        while waiting := store.shards.open():
            if stop():
                raise StateError("the round of collecting was stopped", hint="it begins anew later")
            late = [number for number, at in waiting if _is_late(at, begun_at, clock())]
            if late:
                work_off(store, settings, late[0])
            else:
                sleep(LOOK)
        report = merged(store.shards.reports(), now)
        report = replace(report, lines=(*report.lines, *names_unknown(store, among)))
        store.content.save_report(report)
    return report


def work_off(store: Store, settings: Settings, number: int) -> bool:
    """Collect from the sources of a shard; False if that is done, or its round is over."""
    from digest.sources.hosts import SteadyClock

    clock = store.ledger.clock()
    shard = store.shards.take(number, clock())
    if shard is None:
        return False
    wanted = frozenset(shard.sources)
    sources = [one for one in store.content.sources() if one.name in wanted and not one.muted]
    report = run_round(
        store, settings, sources, now=shard.round, even_if_not_due=shard.even_if_not_due,
        clock=SteadyClock(clock()), shared=True,
    )  # fmt: skip
    return store.shards.done(number, report)


def parted(sources: Sequence[Source]) -> tuple[tuple[Source, ...], ...]:
    """The sources in shards of about one size; those of one host are in one, and in their order."""
    from digest.sources.fetch import host_of

    by_host: dict[str, list[Source]] = {}
    for source in sources:
        by_host.setdefault(host_of(source.url), []).append(source)
    wanted = max(min(SHARDS, len(by_host)), -(-len(sources) // LARGEST))
    shards: list[list[Source]] = [[] for _ in range(wanted)]
    for _, group in sorted(by_host.items(), key=lambda one: (-len(one[1]), one[0])):
        min(shards, key=len).extend(group)
    return tuple(tuple(shard) for shard in shards if shard)


def merged(reports: Sequence[RunReport], now: datetime) -> RunReport:
    """One report of the shards' own; its order does not tell who did what."""
    counts: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    lines: list[ReportLine] = []
    for report in reports:
        counts.update(dict(report.counts))
        for line in report.lines:
            if line.kind == "waiting":
                waiting[line.reason] += int(line.subject.split()[0])
            else:
                lines.append(line)
    lines.sort(key=lambda line: (line.kind != "failed", line.subject, line.reason))
    held = [
        ReportLine(f"{count} of the sources", reason, "waiting")
        for reason, count in sorted(waiting.items())
    ]
    return RunReport("collect", now, dict(counts), (*lines, *held))


def _is_late(taken_at: datetime | None, begun_at: datetime, now: datetime) -> bool:
    return now - begun_at > PATIENCE if taken_at is None else now - taken_at > LONGEST
