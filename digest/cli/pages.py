"""What goes on beside a command: reports applied, notices sent, pages and the desk served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from digest.cli.console import say

if TYPE_CHECKING:
    from digest.engine.jobs import Jobs
    from digest.settings import Settings
    from digest.store import Store


@contextmanager
def working_beside(
    settings: Settings, stop: threading.Event, *, pages: bool, desk: bool
) -> Iterator[str]:
    """Apply reports and send notices, and serve what is asked for.

    Args:
        stop: set when the command is to end; a fault of the errands sets it too.
        pages: serve the pages of readers.
        desk: serve the desk besides.

    Yields:
        The address on this machine; "" if nothing is served.
    """
    from digest.engine.jobs import Jobs
    from digest.pipeline.draining import provider_of
    from digest.pipeline.errands import run_errands
    from digest.pipeline.upcoming import next_issue
    from digest.store import open_store

    wake = threading.Event()

    def ended(errands: Future[None]) -> None:
        stop.set()  # errands end before they are told to by a fault alone, which is raised below

    with (
        open_store(settings.database_url) as store,
        ThreadPoolExecutor(1) as pool,
        Jobs() as jobs,  # ended after the server, before the database is closed
        _serving(settings, store, wake, jobs, desk=desk) if pages else nullcontext("") as address,
    ):
        errands = pool.submit(
            run_errands,
            store,
            settings,
            provider_of(settings, store),
            clock=store.ledger.clock(),
            stop=stop,
            wake=wake,
            next_issue=partial(next_issue, settings),
        )
        errands.add_done_callback(ended)
        try:
            yield address
        finally:
            stop.set()
            wake.set()
            errands.result()


@contextmanager
def _serving(
    settings: Settings, store: Store, wake: threading.Event, jobs: Jobs, *, desk: bool
) -> Iterator[str]:
    from digest.web.app import create_app
    from digest.web.desk.limits import limits_of
    from digest.web.serving import serving

    app = create_app(settings, store, wake=wake.set, desk=desk, jobs=jobs)
    limits = limits_of(settings, store, clock=store.ledger.clock()) if desk else None
    with serving(app, settings.listen, most_of=limits) as address:
        say("serving", f"{settings.base_url or 'the desk'} on {address}")
        yield address
