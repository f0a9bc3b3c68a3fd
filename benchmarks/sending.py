"""How fast an issue leaves: ledger, mails, SDK client and a stand-in for Resend; prints JSON.

    python benchmarks/sending.py [--people 20000] [--plan 1000000] [--paced 60]

The stand-in runs in a process of its own. `raw` beside each speed is an HTTP client of the same
run that posts ready bodies and keeps no ledger: the limit of this machine, and the ratio to it.
`paced` sends at the stand-in's 5 requests a second, as Resend allows by default. Under `postgresql`
stands the same on a PostgreSQL of this run's own, whose commits reach the disk as SQLite's do.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import requests

from digest.model import DeliveryState, Email, IssueStatus
from digest.personal import personalise
from digest.pipeline import drafting, sending
from digest.pipeline.course import Pace
from digest.pipeline.sample import run_sample
from digest.providers.resend import ResendProvider, params
from digest.sealing import Sealer
from digest.settings import Settings, load_settings
from digest.store import Claimant, Store, open_store, schema
from digest.store.ledger import Batch
from digest.zones import zones_of_places
from tests.builders import NOW, make_email, make_issue, make_subscriber
from tests.postgres_server import running_postgres
from tests.standins.resend import KEY, Remote, started

ROOT = Path(__file__).resolve().parents[1]
FAST = 100_000
ISSUE = 5
ZONES = 30
"""Readers live in as many, in turn."""
BEFORE = NOW - timedelta(hours=27)
HOUR = (NOW - timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M")
"""At `BEFORE` it has come nowhere on earth, at `NOW` everywhere."""


def people(store: Store, count: int) -> None:
    """As many confirmed subscribers."""
    import sqlalchemy as sa

    offered = zones_of_places()
    zones = offered[:: len(offered) // ZONES]
    with store._database.write() as connection:
        for start in range(0, count, 10_000):
            rows = [
                {"email": f"reader{n}@post.example", "email_key": f"reader{n}@post.example",
                 "name": f"Reader {n}", "status": "confirmed", "asked_at": NOW,
                 "confirmed_at": NOW, "evidence": "benchmark", "zone": zones[n % len(zones)]}
                for n in range(start, min(start + 10_000, count))
            ]  # fmt: skip
            connection.execute(sa.insert(schema.subscriber), rows)


def mail_of(size: int) -> Email:
    """A mail whose HTML has about as many bytes, with the headers of a real one."""
    body = "<p>Northwind opens a data centre and says what it costs.</p>" * (size // 60)
    return make_email(
        to="",
        html=f'<html><body>{body}<a href="https://x.example/leave/@@UNSUBSCRIBE@@">Leave</a></body>',
        text="Northwind opens a data centre.\n" * (size // 300),
        headers={"List-Unsubscribe": "<https://x.example/leave/@@UNSUBSCRIBE@@>"},
        tags={"issue": str(ISSUE)},
    )


@contextmanager
def project(count: int, mail: Email | None, url: str = "") -> Iterator[tuple[Settings, Store]]:
    """A project in a folder of its own with an approved issue of this mail."""
    folder = Path(tempfile.mkdtemp(prefix="recap-bench-"))
    try:
        shutil.copy(ROOT / "schedules.yaml", folder)
        settings = load_settings(folder, {"RECAP_DATABASE_URL": url} if url else {})
        with open_store(settings.database_url, create=True) as store:
            people(store, count)
            issue = make_issue(number=ISSUE)
            store.content.save_issue(issue)
            kept = mail or drafting.render(settings, issue)
            store.approvals.approve(issue, kept, at=NOW, send_after=NOW, without_test=True)
            approved = (IssueStatus.APPROVED,)  # under way, so that its mail is not checked again
            store.content.set_status(ISSUE, IssueStatus.SENDING, expected=approved, at=NOW)
            yield settings, store
    finally:
        shutil.rmtree(folder)


class Watch:
    """Memory of this process while a block runs, looked at every half second, in MB."""

    def __enter__(self) -> Watch:
        self.seen: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(0.5):
            self.seen.append(me.memory_info().rss / 1e6)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def alone(measure: Callable[..., Any], *given: Any) -> Any:
    """Measure in a process of its own, which has loaded nothing but what it needs."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure, *given).result()


def through_everything(address: str, mail: Email, count: int, url: str = "") -> dict[str, Any]:
    """An issue through ledger, mails and SDK client."""
    server = Remote(address)
    with project(count, mail, url) as (settings, store), Watch() as watch:
        provider = ResendProvider(KEY, server.url)
        pace = Pace(lambda: datetime.now(UTC), time.sleep)
        started_at, cpu = time.perf_counter(), time.process_time()
        counts = sending.send(store, settings, ISSUE, provider, pace=pace)
        seconds, cpu = time.perf_counter() - started_at, time.process_time() - cpu
    assert counts[DeliveryState.SENT] == count, counts
    after = server.summary()
    assert after["extra"] == 0
    half = watch.seen[len(watch.seen) // 2 :] or [0.0]
    return {
        "mails": count,
        "per_second": round(count / seconds),
        "cpu_seconds": round(cpu, 2),
        "per_cpu_second": round(count / cpu),
        "answers": after["statuses"],
        "rss_mb": {"most": round(max(watch.seen, default=0)), "grown_in_second_half":
                   round(max(half) - half[0], 1)},
    }  # fmt: skip


def raw(server: Remote, mail: Email, count: int) -> dict[str, Any]:
    """The limit: ready bodies, posted by one HTTP client on four threads, no ledger at all."""
    (ready,) = personalise(mail, [make_subscriber()], secret="bench")
    body = json.dumps([params(ready)] * 100).encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    session = requests.Session()

    def post(number: int) -> None:
        key = {"Idempotency-Key": f"raw/{len(body)}/{number}"}
        session.post(
            f"{server.url}/emails/batch", data=body, headers=headers | key
        ).raise_for_status()

    started_at = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, range(count // 100)))
    return {"per_second": round(count // 100 * 100 / (time.perf_counter() - started_at))}


def ledger_alone(count: int, url: str = "") -> dict[str, Any]:
    """Claims and finishes with nothing between them."""
    with project(count, mail_of(2_000), url) as (_, store):
        seal = Sealer(store.approvals.frozen(ISSUE).mail, secret="secret")
        who = Claimant("benchmark:1:1")
        started_at = time.perf_counter()
        store.ledger.plan(ISSUE, at=NOW)
        planned = time.perf_counter() - started_at
        started_at, cpu = time.perf_counter(), time.process_time()
        done = 0
        while batch := store.ledger.claim(ISSUE, "sha", seal, who, at=NOW):
            store.ledger.finish(batch, _all_sent(batch), NOW)
            done += len(batch.recipients)
        seconds, cpu = time.perf_counter() - started_at, time.process_time() - cpu
    assert done == count
    return {"recipients": count, "plan_seconds": round(planned, 2),
            "per_second": round(count / seconds), "cpu_seconds": round(cpu, 2)}  # fmt: skip


def _all_sent(batch: Batch) -> list[Any]:
    return [(one.id, DeliveryState.SENT, f"id-{one.id}", "") for one in batch.recipients]


def plan(count: int, url: str = "", leave_local: str = "") -> dict[str, Any]:
    """Owe an issue to a long list, at its readers' hour or at once; then the first claims of it."""
    with project(count, mail_of(2_000), url) as (settings, store):
        started_at = time.perf_counter()
        store.ledger.plan(ISSUE, at=BEFORE, leave_local=leave_local)
        seconds = time.perf_counter() - started_at
        first = ms_a_claim(store)
        half_way(store, count)
        middle = ms_a_claim(store)
        path = settings.folder / "recap.db"
        size = path.stat().st_size / 1e6 if path.exists() else 0
    return {"people": count, "seconds": round(seconds, 2), "ms_a_claim": first,
            "ms_a_claim_half_way": middle, "database_mb": round(size)}  # fmt: skip


def ms_a_claim(store: Store) -> float:
    """Of a claim and its finish, over twenty batches."""
    seal, who = Sealer(mail_of(2_000), secret=""), Claimant("benchmark:1:1")
    started_at = time.perf_counter()
    for _ in range(20):
        batch = store.ledger.claim(ISSUE, "sha", seal, who, at=NOW)
        assert batch is not None
        store.ledger.finish(batch, _all_sent(batch), NOW)
    return round((time.perf_counter() - started_at) * 1e3 / 20, 1)


def half_way(store: Store, count: int) -> None:
    """Half of the deliveries are sent, and another issue of as many is held before it began."""
    import sqlalchemy as sa

    table = schema.delivery
    with store._database.write() as connection:
        done = sa.update(table).where(table.c.subscriber <= count // 2)
        connection.execute(done.values(state="sent"))
    held = make_issue(number=ISSUE + 1, week="2026-W40", status=IssueStatus.APPROVED)
    store.content.save_issue(held, content_sha256="a" * 64)
    store.ledger.plan(held.number, at=NOW)


def sample_mail() -> Email:
    """The mail of the sample week."""

    folder = Path(tempfile.mkdtemp(prefix="recap-bench-"))
    try:
        issue = run_sample(folder / "demo").issue
        mail = drafting.render(load_settings(folder / "demo", {}), issue)
        return replace(mail, headers=dict(mail.headers), tags=dict(mail.tags))
    finally:
        shutil.rmtree(folder)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--people", type=int, default=20_000)
    reader.add_argument("--plan", type=int, default=1_000_000)
    reader.add_argument("--paced", type=int, default=60, help="about so many seconds")
    given = reader.parse_args()
    sample = alone(sample_mail)
    sizes = {"2 KB": mail_of(2_000), "30 KB": mail_of(30_000), "the sample issue": sample}
    found: dict[str, Any] = {"sample_html_bytes": len(sample.html.encode())}
    for name, mail in sizes.items():
        count = given.people if name == "2 KB" else given.people // 4
        with started(rate=FAST) as server:
            ours = alone(through_everything, server.url, mail, count)
            limit = raw(server, mail, count)
        ratio = round(ours["per_second"] / limit["per_second"], 2)
        found[name] = {"ours": ours, "raw": limit, "ratio": ratio}
    found["ledger alone"] = alone(ledger_alone, given.people)
    found["plan"] = alone(plan, given.plan)
    found["plan by hour"] = by_hour(found["plan"], given.plan)
    if given.paced:
        count = given.paced * 450
        with started(rate=5) as server:
            mail = sizes["2 KB"]
            found["paced"] = alone(through_everything, server.url, mail, count)
    found["postgresql"] = on_postgresql(sizes["2 KB"], given.people, given.plan)
    print(json.dumps(found, indent=2))


def by_hour(at_once: dict[str, Any], count: int, url: str = "") -> dict[str, Any]:
    """The plan of an issue that is due at its readers' hour, and what it takes of the other's."""
    found = alone(plan, count, url, HOUR)
    return found | {"ratio": round(found["seconds"] / at_once["seconds"], 2)}


def on_postgresql(mail: Email, people: int, planned: int) -> dict[str, Any]:
    """The mail of 2 KB, the ledger alone and the plan, each in a database of its own."""
    with running_postgres(durable=True) as address, started(rate=FAST) as server:
        urls = [address.replace("/postgres?", f"/{name}?") for name in ("a", "b", "c", "d")]
        at_once = alone(plan, planned, urls[2])
        return {
            "2 KB": alone(through_everything, server.url, mail, people, urls[0]),
            "ledger alone": alone(ledger_alone, people, urls[1]),
            "plan": at_once,
            "plan by hour": by_hour(at_once, planned, urls[3]),
        }


if __name__ == "__main__":
    main()
