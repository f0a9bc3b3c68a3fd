"""`recap collect`, `recap import`, `recap sources`: items and where they come from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from digest.cli.console import (
    json_option,
    now_option,
    open_project,
    print_json,
    progress,
    say,
    steps,
    tell,
)
from digest.wording import plural


@click.command()
@click.option("--source", "only", default="", help="Fetch this one source.")
@now_option
def collect(only: str, now: datetime) -> None:
    """Fetch every source once and store what is new."""
    from digest.pipeline import collecting

    with open_project() as (settings, store):
        total = len(collecting.sources_to_collect(store, only))
        with progress(total, "fetching") as advance:
            report = collecting.collect(
                store, settings, now=now, only=only, on_done=lambda _: advance(1)
            )
    counts = report.counts
    good = counts["sources"] - counts["failed"]
    say(
        "collected",
        f"{plural(counts['new'], 'new item')} of {counts['read']} from {good} of"
        f" {plural(counts['sources'], 'source')}; {counts['known']} known,"
        f" {counts['refused']} refused",
    )
    if counts["unchanged"]:
        say("unchanged", f"{plural(counts['unchanged'], 'source')} had nothing newer")
    for line in report.lines:
        if line.kind in ("failed", "moved", "muted", "waiting"):
            click.echo(f"  {line.kind}: {line.subject}: {line.reason}")
    tell(report, ("refused", "changed"))
    if counts["failed"] and not good:
        raise click.exceptions.Exit(1)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@now_option
@json_option
def import_(file: Path, now: datetime, as_json: bool) -> None:
    """Store the items of FILE: JSONL, CSV, a feed, or the sources of an OPML file."""
    from digest.pipeline import collecting

    with open_project() as (_, store), steps() as step:
        step(f"importing {file.name}")
        report = collecting.import_file(store, file, now=now)
    if as_json:
        lines = [{"kind": x.kind, "subject": x.subject, "reason": x.reason} for x in report.lines]
        print_json({"counts": dict(report.counts), "lines": lines})
        return
    counts = report.counts
    if counts["read"] or "sources" not in counts:
        say(
            "imported",
            f"{plural(counts['new'], 'new item')} of {counts['read']} from {file.name};"
            f" {counts['known']} known, {counts['refused']} refused",
        )
    if "sources" in counts:
        say("sources", f"{counts['sources']} new, {counts['sources known']} known")
    tell(report, ("refused", "known", "changed", "noted"))
