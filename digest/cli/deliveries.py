"""`recap send`, `deliveries`, `hold`, `skip`, `resume`, `reconcile`, `adopt`: an issue's way."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING

import click

from digest.cli.console import json_option, now_option, open_project, print_json, progress, say
from digest.cli.issues import number_argument
from digest.delivery import is_in_undo_window
from digest.model import Delivery, DeliveryState, IssueStatus
from digest.wording import duration, plural

if TYPE_CHECKING:
    from digest.store import Store

_STOPPED = 130
"""The exit code of a command that was asked to stop, as shells know it."""


@click.command()
@number_argument
@click.option("--dry-run", is_flag=True, help="Say what it would send; send nothing.")
def send(number: int, dry_run: bool) -> None:
    """Send issue NUMBER, once it is approved, to everyone it is owed to."""
    from digest.pipeline import sending
    from digest.pipeline.course import Pace
    from digest.pipeline.dispatching import waiting_in_words
    from digest.pipeline.draining import provider_of

    with open_project() as (settings, store):
        provider = provider_of(settings, store)
        clock = store.ledger.clock()
        expected = sending.forecast(store, settings, number, provider, now=clock())
        if dry_run:
            people = plural(expected.people, "subscriber")
            took = f", about {duration(expected.seconds)} at its pace" if expected.seconds else ""
            size = f"{expected.size / 1e6:,.1f} MB in {expected.batches:,} batches"
            say("would reach", f"{people} through {provider.name}: {size}{took}")
            if expected.later:
                say("waiting", waiting_in_words(expected.later))
            return
        _tell_undo_window(number, store)
        with _stopping() as stop, progress(expected.people, "sending") as advance:
            counts = sending.send(
                store,
                settings,
                number,
                provider,
                pace=Pace(clock, time.sleep, stop=stop.is_set),
                on_batch=advance,
            )
        later = store.ledger.later(number, clock())
        told = ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items()) if count)
        say("sent", f"issue {number} through {provider.name}: {told or 'nothing yet'}")
        if later:
            say("waiting", f"{waiting_in_words(later)}; `recap run` sends them then")
        if stop.is_set() and counts["planned"] + counts["claimed"]:
            click.echo(f"stopped before the end; go on with `recap send {number}`")
            raise click.exceptions.Exit(_STOPPED)
        if counts["unknown"]:
            click.echo(f"some wait for you: `recap reconcile {number}`")
            raise click.exceptions.Exit(1)


@click.command()
@number_argument
@json_option
def deliveries(number: int, as_json: bool) -> None:
    """List what became of issue NUMBER for each subscriber."""
    from digest.pipeline.dispatching import waiting_in_words

    with open_project() as (_, store):
        store.content.issue(number)
        rows = store.ledger.deliveries(number)
        later = store.ledger.later(number, store.ledger.clock()())
    if as_json:
        listed = [
            {"subscriber": d.subscriber, "email": d.email, "state": d.state.value,
             "provider_id": d.provider_id, "error": d.error, "attempts": d.attempts,
             "fate": d.fate, "at": d.at.isoformat() if d.at else None,
             "due_at": d.due_at.isoformat() if d.due_at else None}
            for d in rows
        ]  # fmt: skip
        print_json(listed)
        return
    for row in rows:
        told = row.error or row.fate or row.provider_id or _hour(row)
        click.echo(f"{row.state.value:<9} {row.email:<40} {told}")
    if not rows:
        click.echo(f"issue {number} was not sent to anyone yet")
    if later:
        click.echo(waiting_in_words(later))


@click.command()
@number_argument
@click.option("--because", default="", help="The reason, for whoever reads it later.")
@now_option
def hold(number: int, because: str, now: datetime) -> None:
    """Stop issue NUMBER: nothing more of it leaves until it is resumed; a draft waits for you."""
    from digest.pipeline import approving

    with open_project() as (_, store):
        gone = approving.hold(store, number, because, now=now)
    say("held", f"issue {number}; {plural(gone, 'mail')} had left")
    again = "a correction is a new issue" if gone else "or draft or edit it and approve it again"
    click.echo(f"next: recap resume {number}; {again}")


@click.command()
@number_argument
@click.option("--because", default="", help="The reason, for whoever reads it later.")
@now_option
def skip(number: int, because: str, now: datetime) -> None:
    """Send issue NUMBER to nobody; nothing of it may have left. Its reports go into the next."""
    from digest.pipeline.approving import skip as leave_out

    with open_project() as (_, store):
        leave_out(store, number, because, now=now)
    say("skipped", f"issue {number}; nobody gets it")
    click.echo(f"next: recap resume {number} makes a draft of it again")


@click.command()
@number_argument
@now_option
def resume(number: int, now: datetime) -> None:
    """Let issue NUMBER, which is held, go on where it stopped; a skipped one is a draft again."""
    from digest.pipeline.approving import resume as go_on

    with open_project() as (_, store):
        stands = go_on(store, number, now=now)
    draft = stands is IssueStatus.DRAFT
    say("resumed", f"issue {number} is {'a draft' if draft else stands.value}")
    click.echo(f"next: recap {'approve' if draft else 'send'} {number}")


@click.command()
@number_argument
@click.option("--batch", "batches", type=int, multiple=True, help="Only this one, by its number.")
@click.option("--sent", "choice", flag_value="SENT", help="They were delivered.")
@click.option("--resend", "choice", flag_value="RESEND", help="They were not: send them again.")
@click.option("--skip", "choice", flag_value="SKIP", help="Leave it at that: never send them.")
@now_option
@json_option
def reconcile(
    number: int, batches: tuple[int, ...], choice: str | None, now: datetime, as_json: bool
) -> None:
    """List the batches of issue NUMBER whose outcome is unknown, or say what it was.

    Nothing is sent here. Look a batch up at the provider before you say `--resend`: if it was
    delivered after all, its readers get the issue twice.
    """
    from digest.pipeline.reconciling import Decision
    from digest.pipeline.reconciling import reconcile as settle

    with open_project() as (_, store):
        if choice is None:
            _list_waiting(store, number, as_json)
            return
        decided = settle(store, number, Decision[choice], batches=batches, now=now)
    say("decided", f"{plural(decided, 'mail')} of issue {number}: {choice.lower()}")
    if choice == "RESEND" and decided:
        click.echo(f"next: recap send {number}")


@click.command()
@now_option
def adopt(now: datetime) -> None:
    """Let this folder send from its database, after a move, a copy or a restored backup.

    The issues that are approved or under way are held first: what the database does not know of
    may have left already. Resume them one by one.
    """
    from digest.pipeline.highwater import adopt as take_over

    with open_project() as (settings, store):
        held = take_over(store, settings.folder, now=now)
    say("adopted", f"{settings.folder} sends from its database as it is now")
    for number in held:
        say("held", f"issue {number}; if you know what has left of it: recap resume {number}")


def _hour(row: Delivery) -> str:
    """When a mail is due that has not left; "" if it is at once, or is gone."""
    if row.state is not DeliveryState.PLANNED or row.due_at is None:
        return ""
    return f"due {row.due_at:%Y-%m-%d %H:%M} UTC"


def _list_waiting(store: Store, number: int, as_json: bool) -> None:
    store.content.issue_row(number)
    waiting = store.ledger.waiting(number)
    if as_json:
        listed = [
            {"batch": w.number, "key": w.key, "state": w.state, "people": w.people,
             "attempts": w.attempts, "first_attempt_at": w.first_attempt_at.isoformat(),
             "error": w.error}
            for w in waiting
        ]  # fmt: skip
        print_json(listed)
        return
    for one in waiting:
        first = one.first_attempt_at.astimezone(UTC)
        click.echo(
            f"batch {one.number}: {plural(one.people, 'mail')}, {one.state} since"
            f" {first:%Y-%m-%d %H:%M} UTC, {plural(one.attempts, 'attempt')}, key {one.key}"
        )
        click.echo(f"  {one.error}")
    if not waiting:
        click.echo(f"no batch of issue {number} waits for a decision")
        return
    click.echo("look each up at the provider by its key, then say --sent, --resend or --skip")


def _tell_undo_window(number: int, store: Store) -> None:
    """Why nothing happens for a while after an approval."""
    after = store.content.issue_row(number).send_after
    if is_in_undo_window(after, datetime.now(UTC)):
        say(
            "waiting", f"until {after:%H:%M:%S} UTC; until then `recap hold {number}` takes it back"
        )


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets; a second Ctrl-C ends the command as ever."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()
        for name, handler in before.items():
            signal.signal(name, handler)
        click.echo("stopping once the batches under way are settled", err=True)

    before = {name: signal.signal(name, ask) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
