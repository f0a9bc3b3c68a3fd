"""What goes on beside a command: reports applied, notices sent, pages and the desk served."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from digest.cli.console import say
from digest.errors import ConfigError

if TYPE_CHECKING:
    from flask import Flask

    from digest.engine.jobs import Jobs
    from digest.pipeline.heartbeat import Heartbeat
    from digest.pipeline.live import LiveSettings
    from digest.settings import Listen, Settings
    from digest.store import Store

_ASK_SECONDS = 0.5


@contextmanager
def working_beside(
    live: LiveSettings,
    stop: threading.Event,
    *,
    pages: bool,
    desk: bool,
    heart: Heartbeat | None = None,
) -> Iterator[str]:
    """Apply reports and send notices, and serve what is asked for.

    Args:
        live: an edit of schedules.yaml holds for all of it, from a few seconds after it on.
        stop: set when the command is to end; a fault of the errands sets it too.
        pages: serve the pages of readers; without them, metrics and health alone.
        desk: serve the desk besides.
        heart: of the thread that runs the schedules, if the command has one.

    Yields:
        The address on this machine; "" if nothing is served.
    """
    from digest.engine.jobs import Jobs
    from digest.pipeline.draining import provider_of
    from digest.pipeline.errands import run_errands
    from digest.pipeline.live import LiveProvider
    from digest.store import open_store

    wake = threading.Event()

    def ended(errands: Future[None]) -> None:
        stop.set()  # errands end before they are told to by a fault alone, which is raised below

    with (
        open_store(live.current().database_url) as store,
        ThreadPoolExecutor(1) as pool,
        Jobs() as jobs,  # ended after the server, before the database is closed
        _serving(live, store, wake, jobs, desk=desk, heart=heart)
        if pages
        else _probed(live.current(), store, heart) as address,
    ):
        errands = pool.submit(
            run_errands,
            store,
            live,
            LiveProvider(live, lambda settings: provider_of(settings, store)),
            clock=store.ledger.clock(),
            stop=stop,
            wake=wake,
        )
        errands.add_done_callback(ended)
        try:
            yield address
        finally:
            stop.set()
            wake.set()
            errands.result()


@contextmanager
def probed(
    settings: Settings, store: Store, listen: Listen, heart: Heartbeat | None = None
) -> Iterator[str]:
    """Serve metrics and health alone, for a process that serves no pages.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    from digest.web.operating import probing_app
    from digest.web.serving import serving

    app = probing_app(settings, store, heart=heart)
    with serving(app, listen) as address:
        say("metrics", f"{address}/metrics, with /healthz and /readyz")
        yield address


@contextmanager
def _probed(settings: Settings, store: Store, heart: Heartbeat | None) -> Iterator[str]:
    """The same where nobody asked for it: an address in use is no reason not to run."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(probed(settings, store, settings.listen, heart))
        except ConfigError as error:
            say("metrics", f"not served: {error.problem}")
            address = ""
        yield address


@contextmanager
def _serving(
    live: LiveSettings,
    store: Store,
    wake: threading.Event,
    jobs: Jobs,
    *,
    desk: bool,
    heart: Heartbeat | None,
) -> Iterator[str]:
    from digest.web.app import create_app
    from digest.web.desk.limits import limits_of
    from digest.web.renewal import Renewed
    from digest.web.serving import serving

    def make(settings: Settings) -> Flask:
        return create_app(
            settings, store, wake=wake.set, desk=desk, jobs=jobs, heart=heart,
            broken=lambda: live.problem,
        )  # fmt: skip

    settings = live.current()
    limits = limits_of(settings, store, clock=store.ledger.clock()) if desk else None
    with serving(Renewed(live.current, make), settings.listen, most_of=limits) as address:
        say("serving", f"{settings.base_url or 'the desk'} on {address}")
        yield address


def is_alive(listen: Listen) -> bool:
    """Whether a command of ours answers at this address of this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen.host, listen.host)
    asking = http.client.HTTPConnection(host, listen.port, timeout=_ASK_SECONDS)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().read(16) == b"alive\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()
