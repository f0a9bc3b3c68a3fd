"""`recap subscribers`: who gets the issue, how they came and went, lists in and out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digest.cli.console import json_option, now_option, open_project, print_json, progress, say

if TYPE_CHECKING:
    from digest.pipeline.rosters import Report
    from digest.store.personal_data import PersonalData

_ZONES_TOLD = 10


@click.group()
def subscribers() -> None:
    """The people who get the issue."""


@subscribers.command()
@click.argument("email")
@click.option("--name", default="", help="How to address them.")
@click.option("--zone", default="", help="Where they are, such as Europe/Berlin.")
@click.option(
    "--evidence",
    default="added by the operator",
    show_default=True,
    help="How they agreed to get it.",
)
@now_option
def add(email: str, name: str, zone: str, evidence: str, now: datetime) -> None:
    """Add EMAIL as a confirmed subscriber."""
    from digest.pipeline.audience import add_subscriber
    from digest.zones import checked_zone

    zone = checked_zone(zone)
    with open_project() as (settings, store):
        subscriber, new = add_subscriber(
            store, email, name, zone=zone, now=now, evidence=evidence, secret=settings.secret_key
        )
    say("added" if new else "known", f"{subscriber.email}, {subscriber.status.value}")


@subscribers.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the subscribers."""
    with open_project() as (_, store):
        people = store.audience.all()
        if as_json:
            listed = ("email", "name", "status")
            print_json([{name: getattr(one, name) for name in listed} for one in people])
            return
        nobody = True
        for one in people:
            nobody = False
            click.echo(f"{one.status.value:<12} {one.email:<40} {one.name}")
    if nobody:
        click.echo("no subscriber yet: recap subscribers add ada@reader.example")


@subscribers.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "named",
    default="",
    metavar="NAME",
    help="Whose export it is: recap, mailchimp, substack or listmonk (default: by its columns).",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="Read a column as a field, such as 'Vorname=first_name'; may be repeated.",
)
@click.option("--evidence", default="", help="How these people agreed, where no line proves it.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@now_option
def import_(
    path: Path,
    named: str,
    mapped: tuple[str, ...],
    evidence: str,
    dry_run: bool,
    now: datetime,
) -> None:
    """Take in a list of subscribers from a CSV FILE.

    Nobody comes back through a list who left, was suppressed or was erased here. The same list
    again changes nothing.
    """
    from digest.pipeline.rosters import import_list

    fields = _mapping(mapped)
    size = path.stat().st_size if path.is_file() else 0
    with open_project() as (settings, store), progress(size, "reading") as on_read:
        report = import_list(
            store,
            path,
            secret=settings.secret_key,
            now=now,
            named=named,
            mapped=fields,
            evidence=evidence,
            dry_run=dry_run,
            on_read=on_read,
        )
    _tell(report, dry_run=dry_run)


def _mapping(mapped: Iterable[str]) -> dict[str, str]:
    """Column to field, of the options; a usage error if one is not `COLUMN=FIELD`."""
    pairs = [text.rpartition("=") for text in mapped]
    for column, _, field in pairs:
        if not column or not field:
            raise click.UsageError("write --map COLUMN=FIELD, such as --map 'E-Mail=email'")
    return {column: field for column, _, field in pairs}


def _tell(report: Report, *, dry_run: bool) -> None:
    from digest.arrivals import Verdict

    words = {
        Verdict.ADDED: "new",
        Verdict.KNOWN: "known, left as they are",
        Verdict.LEFT: "left, by this list",
        Verdict.SUPPRESSED: "suppressed, by this list",
    }
    parts = [f"{report.counts[kind]} {word}" for kind, word in words.items() if report.counts[kind]]
    say("would be" if dry_run else "imported", f"{', '.join(parts) or 'nobody'} ({report.format})")
    total = report.refused.total()
    if total:
        where = f"; they are in {report.file}" if report.file else ""
        say("refused", f"{total} lines{where}")
    for reason, count in report.refused.most_common():
        click.echo(f"  {count} {reason}")
    strange = report.unknown_zones
    if strange:
        say("zones", f"{strange.total()} lines name none that is known: read as if they named none")
    for zone, count in strange.most_common(_ZONES_TOLD):
        click.echo(f"  {count} {zone}")


@subscribers.command("export")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def export_(path: Path) -> None:
    """Write all subscribers and suppressed addresses to a CSV FILE; "-" prints it."""
    from digest.pipeline.rosters import export_list
    from digest.pipeline.tables import replaced

    with open_project() as (_, store):
        if str(path) == "-":
            export_list(store, sys.stdout)
            return
        with progress(store.audience.count(), "writing") as on_written, replaced(path) as file:
            total = export_list(store, file, on_written=on_written)
    say("exported", f"{total} lines to {path}, which holds personal data")


@subscribers.command()
@click.argument("email")
@json_option
def show(email: str, as_json: bool) -> None:
    """Show all that is kept of whoever holds EMAIL, as they may ask for it."""
    from digest.pipeline.audience import personal_data

    with open_project() as (settings, store):
        found = _document(personal_data(store, email, secret=settings.secret_key))
    if as_json:
        print_json(found)
        return
    for name, value in (found.pop("profile") or {}).items():
        say(name, ", ".join(value) if isinstance(value, tuple) else str(value or "-"))
    for part, told in found.items():
        if not isinstance(told, list):
            say(part, told or "no")
            continue
        say(part, f"{len(told)} lines" if told else "none")
        for line in told:
            click.echo("  " + ", ".join(str(value) for value in line.values() if value))


def _document(found: PersonalData) -> dict[str, Any]:
    import msgspec

    where = found.standing
    document = {
        "profile": msgspec.to_builtins(where.subscriber) if where.subscriber else None,
        "suppressed": where.suppressed,
        "erased_at": where.erased_at.isoformat() if where.erased_at else "",
    }
    parts = ("consent", "confirmations", "deliveries", "notices", "events")
    return document | {part: list(map(_plain, getattr(found, part))) for part in parts}


def _plain(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in line.items()
    }


@subscribers.command()
@click.argument("email")
@click.option("--evidence", default="asked the operator", show_default=True, help="How they asked.")
@now_option
def leave(email: str, evidence: str, now: datetime) -> None:
    """Unsubscribe EMAIL, for somebody who wrote instead of following the link."""
    from digest.consent import normalise_address, one_line
    from digest.errors import InputError

    address = normalise_address(email)
    with open_project() as (_, store):
        subscriber = store.audience.leave(address, now, one_line(evidence))
    if subscriber is None:
        raise InputError(
            f"nobody here has the address {address}",
            hint="see everyone with `recap subscribers list`",
        )
    say("left", subscriber.email)


@subscribers.command()
@click.argument("email")
@click.option("--evidence", required=True, help="Why it is over; how you know.")
@now_option
def lift(email: str, evidence: str, now: datetime) -> None:
    """Take the suppression of EMAIL back; they get mail once they confirm anew."""
    from digest.errors import StateError
    from digest.pipeline.audience import lift as lift_suppression

    with open_project() as (settings, store):
        done = lift_suppression(
            store, email, secret=settings.secret_key, now=now, evidence=evidence
        )
    if not done:
        raise StateError(f"{email} is not suppressed")
    say("lifted", f"{email}; they get the issue once they confirm anew")


@subscribers.command()
@click.argument("email")
@click.option("--evidence", default="asked the operator", show_default=True, help="How they asked.")
@now_option
def erase(email: str, evidence: str, now: datetime) -> None:
    """Forget EMAIL: all but the numbers in the ledger, and a mark that keeps lists out."""
    from digest.pipeline.audience import erase as erase_person

    with open_project() as (settings, store):
        erased = erase_person(store, email, secret=settings.secret_key, now=now, evidence=evidence)
    say("erased", f"the profile and its proofs; {erased.frozen} batches cleared of the address")
    if erased.open_batches:
        say("waiting", "an issue is being sent to them; what is left goes with the next erasure")
    click.echo("next: erase them at your provider too, and in lists you keep elsewhere")
