"""`recap schedules`, `recap run`: when each step happens, and letting it happen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from digest.cli.console import json_option, now_option, open_project, print_json, say
from digest.cli.logs import log_to_stderr
from digest.cli.stopping import stopping

if TYPE_CHECKING:
    from digest.pipeline.forecasting import Outlook


@click.command()
@now_option
@json_option
def schedules(now: datetime, as_json: bool) -> None:
    """Print the next three runs of each step, in the zone and in UTC, and what each will do."""
    from digest.pipeline.forecasting import outlooks

    with open_project() as (settings, store):
        told = outlooks(store, settings, now=now)
    if as_json:
        print_json([_as_json(outlook) for outlook in told])
        return
    for outlook in told:
        click.echo(f"{outlook.schedule.id} ({outlook.schedule.timezone})")
        for run in outlook.runs:
            utc = run.at.astimezone(UTC)
            when = f"{run.at:%a %Y-%m-%d %H:%M}  ({utc:%a %H:%M} UTC)"
            click.echo(f"  {when}  {run.step:<8} {run.does}")
            if run.clocks:
                click.echo(f"  {'':{len(when)}}  {'':8} {run.clocks}")
        for policy in outlook.policies:
            click.echo(f"  {policy}")


def _as_json(outlook: Outlook) -> dict[str, object]:
    return {
        "id": outlook.schedule.id,
        "timezone": outlook.schedule.timezone,
        "runs": [
            {
                "at": run.at.isoformat(),
                "utc": run.at.astimezone(UTC).isoformat(),
                "step": run.step,
                "does": run.does,
                "clocks": run.clocks,
            }
            for run in outlook.runs
        ],
        "policies": list(outlook.policies),
    }


@click.command()
def run() -> None:
    """Let the week run itself: collect, draft, send what is approved, and serve the pages.

    Pages are served where RECAP_BASE_URL says that readers find them, and the desk with them; to
    others it is served only if somebody could sign in.
    """
    from digest.cli.pages import working_beside
    from digest.engine.jobs import Jobs
    from digest.pipeline.draining import dispatcher_of
    from digest.pipeline.heartbeat import Heartbeat
    from digest.pipeline.live import LiveSettings
    from digest.pipeline.upcoming import next_runs
    from digest.scheduler import Scheduler
    from digest.store import open_store

    with open_project() as (settings, store):
        log_to_stderr(settings.log)
        subscribers = store.audience.count()
        users = store.users.all()
    stop = threading.Event()
    moment, step = min(
        next_runs(schedule, now=datetime.now(UTC), count=1)[0] for schedule in settings.schedules
    )
    say("running", f"for {subscribers} confirmed subscribers through {settings.provider}")
    say("next", f"{step} on {moment:%a %Y-%m-%d %H:%M %Z}; stop with Ctrl-C")
    desk = bool(users) or not settings.is_public
    if not desk:
        say("desk", "not served: nobody could sign in; recap users add NAME --role publisher")
    live, heart = LiveSettings(settings), Heartbeat()
    pages = bool(settings.base_url or users)
    with (
        open_store(settings.database_url) as store,
        Jobs() as jobs,
        stopping(stop),
        working_beside(live, stop, pages=pages, desk=desk, heart=heart),
    ):
        clock = store.ledger.clock
        Scheduler(
            store, live.current, lambda now: dispatcher_of(now, store, jobs),
            clock=lambda: clock()(), heart=heart,
        ).run(stop)  # fmt: skip
    say("stopped", "nothing was left half done")
