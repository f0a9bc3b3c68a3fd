"""`recap subscribers`: who gets the issue."""

from __future__ import annotations

from datetime import datetime

import click

from digest.cli.console import json_option, now_option, open_project, print_json, say


@click.group()
def subscribers() -> None:
    """The people who get the issue."""


@subscribers.command()
@click.argument("email")
@click.option("--name", default="", help="How to address them.")
@click.option(
    "--evidence",
    default="added by the operator",
    show_default=True,
    help="How they agreed to get it.",
)
@now_option
def add(email: str, name: str, evidence: str, now: datetime) -> None:
    """Add EMAIL as a confirmed subscriber."""
    from digest.pipeline.audience import add_subscriber

    with open_project() as (settings, store):
        subscriber, new = add_subscriber(
            store, email, name, now=now, evidence=evidence, secret=settings.secret_key
        )
    say("added" if new else "known", f"{subscriber.email}, {subscriber.status.value}")


@subscribers.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the subscribers."""
    with open_project() as (_, store):
        rows = list(store.audience.all())
    if as_json:
        listed = [{"email": s.email, "name": s.name, "status": s.status.value} for s in rows]
        print_json(listed)
        return
    for row in rows:
        click.echo(f"{row.status.value:<12} {row.email:<40} {row.name}")
    if not rows:
        click.echo("no subscriber yet: recap subscribers add ada@reader.example")
