"""Measure how many reports a second are stored, and applied; prints JSON.

Run from the checkout: `python benchmarks/webhooks.py [events]`. Reports come over loopback from a
process of its own, on kept connections, into waitress and SQLite with synchronous=FULL. The
baseline, in the same run, is the same server with an application that reads the body and answers:
no signature, no database. Seconds of the processor are those of the server alone.
"""

from __future__ import annotations

import http.client
import json
import logging
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask, request

from digest.pipeline.webhooks import apply_reports
from digest.settings import Listen
from digest.store import Store, open_store
from digest.web.app import create_app
from digest.web.serving import serving
from tests.builders_sending import MemoryProvider, approved, send
from tests.builders_web import report, web_settings

EVENTS = 4_000
READERS = 1_000
LANES = 16
KINDS = ("email.sent", "email.delivered")


def client(url: str, events: int) -> None:
    """Post reports on kept connections, each from a thread; prints what was answered."""
    now, host = time.time(), urlsplit(url).netloc
    hooks = []
    for n in range(events):
        to = f"reader{n % READERS}@post.example"
        hooks.append(report(KINDS[n // READERS % 2], f"id-{to}", to, at=now, id=f"msg_{n:08}"))

    def lane(start: int) -> list[int]:
        connection = http.client.HTTPConnection(host, timeout=60)
        codes = []
        for hook in hooks[start::LANES]:
            connection.request("POST", "/hooks/resend", hook.body, hook.headers)
            reply = connection.getresponse()
            reply.read()
            codes.append(reply.status)
        return codes

    began = time.perf_counter()
    with ThreadPoolExecutor(LANES) as pool:
        codes = [code for some in pool.map(lane, range(LANES)) for code in some]
    print(json.dumps({"seconds": time.perf_counter() - began, "taken": codes.count(204)}))


def measured(app: Flask, events: int) -> dict[str, float]:
    """Reports a second that the application takes."""
    with serving(app, Listen("127.0.0.1", 0)) as url:
        cpu = time.process_time()
        told = subprocess.run(
            [sys.executable, __file__, "--client", url, str(events)],
            stdout=subprocess.PIPE,
            check=True,
        )
        cpu = time.process_time() - cpu
    answer = json.loads(told.stdout)
    assert answer["taken"] == events
    return {
        "events_per_second": round(events / answer["seconds"]),
        "events_per_cpu_second": round(events / cpu),
    }


def bare() -> Flask:
    """The least that takes a report."""
    app = Flask("bare")

    @app.post("/hooks/resend")
    def take() -> tuple[str, int]:
        request.get_data()
        return "", 204

    return app


def applied(store: Store) -> dict[str, float]:
    """Reports a second that are applied."""
    cpu, wall = time.process_time(), time.perf_counter()
    counts = apply_reports(store, now=datetime.now(UTC))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    number = counts.total()
    assert counts["applied"] == number
    return {
        "events_per_second": round(number / wall),
        "events_per_cpu_second": round(number / cpu),
    }


def main(events: int) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    baseline = measured(bare(), events)
    with tempfile.TemporaryDirectory() as folder:
        settings = web_settings(Path(folder))
        with open_store(f"sqlite:///{folder}/recap.db", create=True) as store:
            number = approved(store, settings, readers=READERS)
            send(store, settings, number, MemoryProvider())
            stored = measured(create_app(settings, store), events)
            assert store.webhooks.counts() == {"": events}
            apply = applied(store)
            assert store.ledger.fates(number) == {"delivered": READERS}
    print(
        json.dumps(
            {
                "events": events,
                "connections": LANES,
                "baseline": baseline,
                "stored": stored,
                "ratio": round(stored["events_per_second"] / baseline["events_per_second"], 2),
                "applied": apply,
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--client"]:
        client(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
