"""Measure how many readers may leave in a second while somebody works at the desk; prints JSON.

Run from the checkout: `python benchmarks/web.py [--rate 500] [--seconds 10] [--postgres]`. Posts
of one click, each of another reader, come over loopback from a process of its own at moments fixed
beforehand (an open loop: what is late counts as slow from its own moment on), on kept connections,
into waitress and SQLite with synchronous=FULL, or PostgreSQL as it comes. Meanwhile the page of a
drafted week is asked for ten times a second, and goodbyes are sent to a provider that takes 0.1 s
for each. The baseline, in the same run, is the same server with an application that answers both
at once: no database, no page. Milliseconds are from the client; seconds of the processor are those
of the server alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask

from digest.pipeline.errands import run_errands
from digest.pipeline.live import LiveSettings
from digest.settings import Listen, Settings
from digest.store import Store, open_store, upgrade
from digest.web.app import create_app
from digest.web.serving import serving
from tests import postgres_server
from tests.abuse.seeded import DRAFT, START, cookie_of, seed
from tests.builders_desk import COOKIE
from tests.builders_sending import Clock, MemoryProvider
from tests.builders_web import leave_path

LANES = {"leave": 80, "desk": 10}
"""Kept connections at most."""

BODY = b"List-Unsubscribe=One-Click"
DESK_EVERY = PROVIDER_SECONDS = 0.1


def request(method: str, path: str, cookie: str = "", body: bytes = b"") -> bytes:
    """One call as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: recap.example", f"Content-Length: {len(body)}"]
    if body:
        lines.append("Content-Type: application/x-www-form-urlencoded")
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Lanes:
    """Connections to one server, each used by one call at a time."""

    def __init__(self, host: str, port: int, most: int) -> None:
        self._place, self._most = (host, port), most
        self._free: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
        self.open = 0

    async def ask(self, call: bytes) -> int:
        """The status of the answer to one call."""
        reader, writer = await self._lane()
        writer.write(call)
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        self._free.put_nowait((reader, writer))
        return int(head.split(b" ", 2)[1])

    async def _lane(self) -> Any:
        if self._free.empty() and self.open < self._most:
            self.open += 1
            return await asyncio.open_connection(*self._place, limit=2**20)
        return await self._free.get()


async def load(url: str, task: dict[str, Any]) -> dict[str, Any]:
    """Keep to the timetable of both kinds of calls; gives what each was answered, and when."""
    parts = urlsplit(url)
    host, port = str(parts.hostname), int(parts.port or 0)
    lanes = {kind: Lanes(host, port, most) for kind, most in LANES.items()}
    began = time.perf_counter() + 0.5
    tasks: dict[str, list[asyncio.Task[tuple[int, float]]]] = {"leave": [], "desk": []}

    async def call(through: Lanes, what: bytes, at: float) -> tuple[int, float]:
        status = await through.ask(what)
        return status, time.perf_counter() - at

    plan = [(n / task["rate"], "leave", request("POST", path, body=BODY))
            for n, path in enumerate(task["leave"])]  # fmt: skip
    look = request("GET", task["desk"], task["cookie"])
    plan += [(n * DESK_EVERY, "desk", look) for n in range(int(task["seconds"] / DESK_EVERY))]
    for after, kind, what in sorted(plan, key=lambda one: one[0]):
        wait = began + after - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks[kind].append(asyncio.create_task(call(lanes[kind], what, began + after)))
    answers = {kind: await asyncio.gather(*some) for kind, some in tasks.items()}
    ended = time.perf_counter() - began
    return {
        "seconds": ended,
        **{kind: told([seconds for _, seconds in some], [status for status, _ in some])
           for kind, some in answers.items()},
    }  # fmt: skip


def told(seconds: list[float], statuses: list[int]) -> dict[str, float]:
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    good = sum(status == 200 for status in statuses)
    return {
        "answered": good, "errors": len(statuses) - good,
        "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "most_ms": at(1),
    }  # fmt: skip


def measured(app: Flask, task: dict[str, Any]) -> dict[str, Any]:
    """What a client of its own is answered, and what that cost the server."""
    with serving(app, Listen("127.0.0.1", 0)) as url:
        cpu = time.process_time()
        client = subprocess.run(
            [sys.executable, __file__, "--client", url],
            input=json.dumps(task).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        cpu = time.process_time() - cpu
    answer: dict[str, Any] = json.loads(client.stdout)
    answer["posts_per_second"] = round(answer["leave"]["answered"] / answer["seconds"], 1)
    answer["cpu_seconds"] = round(cpu, 2)
    answer["seconds"] = round(answer["seconds"], 2)
    return answer


@contextmanager
def errands(
    store: Store, settings: Settings, clock: Clock, wake: threading.Event
) -> Iterator[None]:
    """Send the goodbyes meanwhile, as `recap run` does."""
    stop, provider = threading.Event(), MemoryProvider()
    provider.before = lambda: time.sleep(PROVIDER_SECONDS)
    options = {"clock": clock, "stop": stop, "wake": wake}
    given = (store, LiveSettings(settings), lambda: provider)
    thread = threading.Thread(target=run_errands, args=given, kwargs=options)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        wake.set()
        thread.join()


def bare() -> Flask:
    """The least that answers."""
    app = Flask("bare")
    app.add_url_rule("/leave/<token>", "leave", lambda token: "left", methods=["POST"])
    app.add_url_rule("/<path:path>", "desk", lambda path: "desk")
    return app


def readers(store: Store, number: int) -> list[str]:
    """As many new readers, and the path by which each leaves."""
    import sqlalchemy as sa

    from digest.store import schema

    rows = [
        {"email": f"r{n}@post.example", "email_key": f"r{n}@post.example", "name": "",
         "status": "confirmed", "asked_at": START, "confirmed_at": START, "evidence": "bench",
         "themes": "[]", "roles": "[]", "language": "", "zone": ""}
        for n in range(number)
    ]  # fmt: skip
    with store.audience._database.write() as connection:
        connection.execute(sa.insert(schema.subscriber), rows)
    ours = (one for one in store.audience.all() if one.evidence == "bench")
    return [leave_path(one) for one in ours]


def main(rate: int, seconds: float, postgres: bool) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/recap.db"
        if postgres:
            postgres_server.SETTINGS = ("max_connections=40",)  # a commit reaches the disk
            server = stack.enter_context(postgres_server.running_postgres())
            url = server.replace("/postgres?", "/load?")
        upgrade(url)
        seeded = seed(url, folder)
        store = stack.enter_context(open_store(url))
        wake, clock = threading.Event(), Clock(START)
        app = create_app(seeded.settings, store, clock=clock, desk=True, wake=wake.set)
        task = {
            "rate": rate, "seconds": seconds, "leave": readers(store, int(rate * seconds)),
            "desk": f"/desk/issues/{DRAFT}", "cookie": f"{COOKIE}={cookie_of('ada')}",
        }  # fmt: skip
        with app.test_client() as client:
            page = client.get(task["desk"], headers={"Cookie": task["cookie"]})
            if page.status_code == 404:
                task["desk"] = "/desk/issues"
        before = os.getloadavg()
        baseline = measured(bare(), task)
        with errands(store, seeded.settings, clock, wake):
            ours = measured(app, task)
            said = store.notices.counts().get("sent", 0)
        left = store.audience.count() - sum(1 for one in store.audience.all() if not one.left_at)
    assert left >= ours["leave"]["answered"]
    print(
        json.dumps(
            {
                "database": "postgresql" if postgres else "sqlite",
                "posts_wanted_per_second": rate,
                "desk_page": task["desk"],
                "load_before": [round(one, 1) for one in before],
                "baseline": baseline,
                "ours": ours,
                "goodbyes_sent_meanwhile": said,
                "ratio_of_cpu": round(ours["cpu_seconds"] / baseline["cpu_seconds"], 2),
                "ratio_of_p95": round(ours["leave"]["p95_ms"] / baseline["leave"]["p95_ms"], 2),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--client")
    asked = parser.parse_args()
    if asked.client:
        print(json.dumps(asyncio.run(load(asked.client, json.load(sys.stdin)))))
    else:
        main(asked.rate, asked.seconds, asked.postgres)
