"""What this process counts and times of itself, in Prometheus' own kinds; a scrape reads them.

They start at 0 with the process. What the database knows is not counted here but read from it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

# A second series for each, which nothing here needs.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

PROVIDER_CALLS = Histogram(
    "recap_provider_call_duration_seconds",
    "Calls to the provider of mail, by what came: an HTTP status such as 429, or a word.",
    ("provider", "outcome"),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
PAGES = Histogram(
    "recap_http_request_duration_seconds",
    "Requests that the pages answered, by the rule of the path.",
    ("method", "endpoint", "code"),
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 1, 5),
    registry=REGISTRY,
)
COLLECTED = Counter(
    "recap_collect_requests",
    "Requests to sources, redirects included: an HTTP status, or `failed` without one.",
    ("outcome",),
    registry=REGISTRY,
)
MAILS = Counter(
    "recap_mails",
    "Mails of issues that this process settled: sent or rejected.",
    ("outcome",),
    registry=REGISTRY,
)
REPORTS = Counter(
    "recap_mail_reports",
    "Reports of the provider that this process settled, by what became of them.",
    ("outcome",),
    registry=REGISTRY,
)


class Call:
    """One call under way.

    Attributes:
        outcome: to be set before the call ends.
    """

    outcome = "failed"


@contextmanager
def provider_call(provider: str) -> Iterator[Call]:
    """Time a call to a provider, however it ends; unless its outcome is set, it has failed."""
    call, begun = Call(), time.perf_counter()
    try:
        yield call
    finally:
        PROVIDER_CALLS.labels(provider, call.outcome).observe(time.perf_counter() - begun)
