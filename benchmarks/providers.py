"""Measure the Resend provider against the stand-in in a process of its own; prints JSON.

Run from the checkout: `python benchmarks/providers.py`. The baseline, in the same run, is the raw
HTTP client: bodies encoded before, one kept connection, answers read and not looked into. Paced
runs use the real clock against 5 requests a second; two senders are two processes on one account.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import requests

from digest.errors import NotAcceptedError
from digest.model import Email
from digest.providers.resend import ResendProvider, params
from digest.providers.resend_http import encoded
from tests.standins.resend import KEY, Remote, started

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
SENDER = "Weekly AI Recap <recap@weekly-ai-recap.example>"
BATCH = 100
PACED = 60
FREE = 100_000
SIZES = {2_000: 200, 30_000: 50}


def mails(number: int, size: int, count: int = BATCH) -> list[Email]:
    """A batch of mails of `size` bytes of HTML, its addresses in no other batch."""
    html = ("<p>word</p>" * (size // 11 + 1))[:size]
    return [
        Email(
            sender=SENDER,
            to=f"reader{number * count + place}@reader.example",
            subject="The week in AI",
            preheader="",
            html=html,
            text="word",
            tags={"issue": "1"},
        )
        for place in range(count)
    ]


def send(provider: ResendProvider, key: str, batch: list[Email]) -> int:
    """Hand a batch over, again for as long as it is not taken; how many times it was not."""
    refused = 0
    while True:
        try:
            provider.send(key, batch, at=AT)
        except NotAcceptedError as error:
            refused += 1
            time.sleep(error.retry_after or 1)
        else:
            return refused


def paced(name: str, url: str, batches: int) -> dict[str, float]:
    """Mails a second and refused calls of one sender that keeps to the account's rate."""
    provider = ResendProvider(KEY, url)
    started_at = time.perf_counter()
    refused = sum(send(provider, f"{name}/{n}", mails(n, 2_000)) for n in range(batches))
    seconds = time.perf_counter() - started_at
    return {"mails": batches * BATCH, "seconds": seconds, "refused": refused}


def timed(server: Remote, step: Callable[[int], object], batches: int) -> dict[str, float]:
    before = server.summary()["mails"]
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(batches):
        step(number)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert server.summary()["mails"] - before == batches * BATCH
    return {
        "mails_per_second": round(batches * BATCH / wall),
        "mails_per_cpu_second": round(batches * BATCH / cpu),
    }


def free(server: Remote, size: int, batches: int) -> dict[str, object]:
    """One thread with no pace to keep: the provider beside the raw client."""
    made = [mails(number, size) for number in range(batches)]
    bodies = [encoded([params(mail) for mail in batch]) for batch in made]
    session = requests.Session()
    head = {
        "Authorization": f"Bearer {KEY}",
        "x-batch-validation": "permissive",
        "Content-Type": "application/json",
    }

    def raw(number: int) -> None:
        key = {"Idempotency-Key": f"raw/{size}/{number}"}
        session.post(f"{server.url}/emails/batch", data=bodies[number], headers=head | key)

    provider = ResendProvider(KEY, server.url)
    provider.send(f"warm/{size}", mails(10**6, size), at=AT)  # learns the rate
    raw_rate = timed(server, raw, batches)
    ours = timed(server, lambda n: provider.send(f"ours/{size}/{n}", made[n], at=AT), batches)
    return {
        "body_bytes": len(bodies[0]),
        "raw_client": raw_rate,
        "provider": ours,
        "ratio": round(ours["mails_per_second"] / raw_rate["mails_per_second"], 2),
        "cpu_ratio": round(ours["mails_per_cpu_second"] / raw_rate["mails_per_cpu_second"], 2),
    }


def shared(server: Remote, senders: int, batches: int) -> dict[str, object]:
    """Several processes that know nothing of each other on one account of 5 requests a second."""
    command = [sys.executable, __file__, "--paced"]
    wall = time.perf_counter()
    running = [
        subprocess.Popen([*command, f"s{n}", server.url, str(batches)], stdout=subprocess.PIPE)
        for n in range(senders)
    ]
    reports = [json.loads(process.communicate()[0]) for process in running]
    wall = time.perf_counter() - wall
    total = sum(report["mails"] for report in reports)
    refused = sum(report["refused"] for report in reports)
    return {
        "mails_per_second": round(total / wall),
        "refused_share": round(refused / (total / BATCH + refused), 3),
        "refused": refused,
    }


def main() -> None:
    with started(rate=5) as server:
        report = paced("one", server.url, PACED)
        rate = report["mails"] / report["seconds"]
        share = report["refused"] / (PACED + report["refused"])
    with started(rate=5) as server:
        two = shared(server, 2, PACED // 2)
    with started(rate=FREE) as server:
        sizes = {
            f"{size // 1000}_kb": free(server, size, n) for size, n in ((2000, 200), (30000, 50))
        }
    print(
        json.dumps(
            {
                "paced_at_5_a_second": {
                    "mails_per_second": round(rate),
                    "refused_share": round(share, 4),
                },
                "two_senders_on_5_a_second": two,
                **sizes,
                "budgets_met": {"paced_450": rate >= 450, "refused_under_1_percent": share < 0.01},
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--paced"]:
        print(json.dumps(paced(sys.argv[2], sys.argv[3], int(sys.argv[4]))))
    else:
        main()
