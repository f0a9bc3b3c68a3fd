"""A round of collecting on SQLite and on PostgreSQL: the same items, the same health."""

from __future__ import annotations

import shutil
from pathlib import Path

from digest.model import Source
from digest.pipeline.collecting import collect
from digest.settings import load_settings
from digest.sources.fetched import Limits, Manners
from digest.store import Store
from tests.standins.web import HOSTS, Answer, FastClock, conditional, feed, running_web


def test_rounds_store_items_validators_failures_and_pauses(
    store: Store, tmp_path: Path, root: Path
) -> None:
    shutil.copy(root / "schedules.yaml", tmp_path)
    settings, clock = load_settings(tmp_path, {}), FastClock()
    manners = Manners(allowed=HOSTS, limits=Limits())
    with running_web(clock) as web:
        loud = web.serve("/loud", Answer(b"", 429, {"Retry-After": "9000"}), "127.0.0.2")
        wire = web.serve("/wire", conditional(feed()))
        store.content.add_sources([Source("Wire", wire), Source("Loud", loud)])

        def counts() -> dict[str, int]:
            now = clock.pass_by(minutes=80)
            report = collect(store, settings, now=now, manners=manners, clock=clock)
            assert store.content.reports("collect", 1) == (report,)
            return {name: count for name, count in report.counts.items() if count}

        assert counts() == {"sources": 2, "failed": 1, "read": 1, "new": 1}
        assert counts() == {"sources": 1, "unchanged": 1, "waiting": 1}
        assert counts() == {"sources": 2, "failed": 1, "unchanged": 1}
    healths = store.visits.healths()
    assert healths["Wire"].validators.etag == '"v1"'
    assert healths["Wire"].good_at == clock.now()
    assert healths["Loud"].failures == 2
    (pause,) = store.visits.pauses()
    assert (pause.host, pause.limited_at) == ("127.0.0.2", clock.now())
