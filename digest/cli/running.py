"""`recap schedules`, `recap run`: when each step happens, and letting it happen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import click

from digest.cli.console import now_option, open_project, say
from digest.cli.logs import log_to_stderr
from digest.cli.stopping import stopping


@click.command()
@now_option
def schedules(now: datetime) -> None:
    """Print the next three runs of each step, in the schedule's zone and in UTC."""
    from digest.pipeline.upcoming import next_runs
    from digest.settings import load_settings

    for schedule in load_settings(Path.cwd()).schedules:
        click.echo(f"{schedule.id} ({schedule.timezone})")
        for moment, step in next_runs(schedule, now=now):
            utc = moment.astimezone(UTC)
            click.echo(f"  {moment:%a %Y-%m-%d %H:%M}  ({utc:%a %H:%M} UTC)  {step}")


@click.command()
def run() -> None:
    """Let the week run itself: collect, draft, send what is approved, and serve the pages.

    Pages are served where RECAP_BASE_URL says that readers find them, and the desk with them; to
    others it is served only if somebody could sign in.
    """
    from digest.cli.pages import working_beside
    from digest.pipeline.upcoming import next_runs
    from digest.scheduler import run_forever

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
    pages = bool(settings.base_url or users)
    with stopping(stop), working_beside(settings, stop, pages=pages, desk=desk):
        run_forever(settings, stop)
    say("stopped", "nothing was left half done")
