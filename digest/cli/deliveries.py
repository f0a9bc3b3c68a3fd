"""`recap send`, `recap deliveries`: an approved issue on its way, and who has it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from digest.cli.console import json_option, open_project, print_json, progress, say
from digest.cli.issues import number_argument
from digest.wording import plural


@click.command()
@number_argument
@click.option("--dry-run", is_flag=True, help="Say how many it would reach; send nothing.")
def send(number: int, dry_run: bool) -> None:
    """Send issue NUMBER, once it is approved, to everyone it is owed to."""
    from digest.delivery import check_sendable
    from digest.pipeline import sending
    from digest.providers import open_provider

    with open_project() as (settings, store):
        check_sendable(store.content.issue(number))
        reach = store.ledger.eligible(number)
        if dry_run:
            say("would reach", f"{plural(reach, 'subscriber')} through {settings.provider}")
            return
        provider = open_provider(settings)
        with progress(reach, "sending") as advance:
            counts = sending.send(
                store,
                settings,
                number,
                provider,
                clock=lambda: datetime.now(UTC),
                sleep=time.sleep,
                on_batch=advance,
            )
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()) if count)
    say("sent", f"issue {number} through {provider.name}: {told}")


@click.command()
@number_argument
@json_option
def deliveries(number: int, as_json: bool) -> None:
    """List what became of issue NUMBER for each subscriber."""
    with open_project() as (_, store):
        store.content.issue(number)
        rows = store.ledger.deliveries(number)
    if as_json:
        listed = [
            {"subscriber": d.subscriber, "email": d.email, "state": d.state.value,
             "provider_id": d.provider_id, "error": d.error, "attempts": d.attempts}
            for d in rows
        ]  # fmt: skip
        print_json(listed)
        return
    for row in rows:
        click.echo(f"{row.state.value:<9} {row.email:<40} {row.error or row.provider_id}")
    if not rows:
        click.echo(f"issue {number} was not sent to anyone yet")
