"""`recap worker`: one more sender and collector on PostgreSQL."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from digest.cli.console import say
from digest.cli.logs import log_to_stderr


@click.command()
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Drains side by side, each a thread.",
)
@click.option(
    "--metrics",
    metavar="HOST:PORT",
    default="",
    help="Serve /metrics, /healthz and /readyz there.",
)
def worker(concurrency: int, metrics: str) -> None:
    """Send and collect beside `recap run`, as one of several, on this machine or another.

    It takes its work from the queue in PostgreSQL, in a folder with the same schedules.yaml and
    .env. SIGTERM or Ctrl-C ends it within ten seconds: what is in flight is settled, the rest is
    given back.
    """
    from digest.cli.pages import probed
    from digest.pipeline.working import working
    from digest.settings import load_settings, read_listen
    from digest.store import open_store

    settings = load_settings(Path.cwd())
    log_to_stderr(settings.log)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # a line a job
    with (
        working(settings, concurrency=concurrency, now=datetime.now(UTC), hung=_leave) as made,
        ExitStack() as served,
    ):
        if metrics:
            listen = read_listen("--metrics", metrics)
            store = served.enter_context(open_store(settings.database_url))
            served.enter_context(probed(settings, store, listen))
        say(
            "worker",
            f"pid={os.getpid()} provider={settings.provider} concurrency={concurrency} "
            f"senders={settings.sending.senders}",
        )
        made.run()
    say("stopped", "nothing was left half done")


def _leave() -> None:
    """End at once: a batch in flight keeps its key, and whoever claims it next repeats it."""
    say("stopped", "something in flight did not end in time; others do it again, under its key")
    os._exit(0)
