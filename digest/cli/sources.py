"""`recap sources`: the sources that are collected from, how they are, and changing them."""

from __future__ import annotations

from datetime import datetime

import click

from digest.cli.console import json_option, now_option, open_project, print_json, progress, say
from digest.model import Health, Source
from digest.wording import plural


@click.group()
def sources() -> None:
    """The sources that are collected from."""


@sources.command("list")
@now_option
@json_option
def list_(now: datetime, as_json: bool) -> None:
    """List the sources by name, and how each has answered so far."""
    from digest.sources.condition import in_words

    with open_project() as (_, store):
        found = store.content.sources()
        healths = store.visits.healths()
        used = store.content.items_used()
    if as_json:
        rows = [_row(one, healths.get(one.name, Health()), used.get(one.name, 0)) for one in found]
        print_json(rows)
        return
    for source in found:
        click.echo(f"{source.name:<32} {source.url}{' (muted)' if source.muted else ''}")
        told = in_words(source, healths.get(source.name), now, used=used.get(source.name, 0))
        click.echo(f"    {told}")
    if not found:
        click.echo("no source yet: recap import sources.opml")


def _row(source: Source, health: Health, used: int) -> dict[str, object]:
    moments = {
        "last_try": health.tried_at,
        "last_good": health.good_at,
        "last_new": health.new_at,
        "next_try": health.next_at,
    }
    return {
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "muted": source.muted,
        "muted_because": health.muted_because,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "failures": health.failures,
        "error": health.error,
        "items_seen": health.items_seen,
        "items_used": used,
        "items_in_feed": health.last_count,
        "undated": health.undated,
        "moved_to": health.moved_to,
    }


@sources.command()
@click.argument("name", default="")
@now_option
def check(name: str, now: datetime) -> None:
    """Ask every source, or the one called NAME, and say how it is; no item is stored."""
    from digest.pipeline import subscribing
    from digest.pipeline.subscribing import Checked

    found: list[Checked] = []
    with open_project() as (settings, store):
        total = 1 if name else sum(not source.muted for source in store.content.sources())
        with progress(total, "asking") as advance:

            def on_checked(one: Checked) -> None:
                found.append(one)
                advance(1)

            subscribing.check(store, settings, now=now, only=name, on_checked=on_checked)
    for one in sorted(found, key=lambda one: (bool(one.problem), one.source.name)):
        word, told = ("failed", one.problem) if one.problem else ("good", plural(one.items, "item"))
        say(word, f"{one.source.name}: {told}")
    good = sum(not one.problem for one in found)
    say("checked", f"{good} of {plural(len(found), 'source')} could be read")
    if not good:
        raise click.exceptions.Exit(1)


@sources.command()
@click.argument("url")
@click.option("--name", default="", help="How to call it (default: as the feed calls itself).")
@now_option
def add(url: str, name: str, now: datetime) -> None:
    """Add the feed at URL, or the feed of the site at URL; its items are stored at once."""
    from digest.pipeline import subscribing

    with open_project() as (settings, store):
        added = subscribing.subscribe(store, settings, url, now=now, name=name.strip())
    say("added", f"{added.source.name}: {added.source.url}")
    say("collected", f"{plural(added.report.counts['new'], 'new item')}")
    for other in added.others:
        click.echo(f"  the site also names {other}")


@sources.command()
@click.argument("name")
@click.option("--off", is_flag=True, help="Go on collecting from it, as `unmute` does.")
def mute(name: str, off: bool) -> None:
    """Stop collecting from the source NAME; what it gave stays."""
    _set_muted(name, not off)


@sources.command()
@click.argument("name")
def unmute(name: str) -> None:
    """Go on collecting from the source NAME, whoever muted it."""
    _set_muted(name, False)


def _set_muted(name: str, muted: bool) -> None:
    with open_project() as (_, store):
        store.content.set_muted(name, muted)
        if not muted:
            store.visits.forgive(name)
    say("muted" if muted else "heard", name)


@sources.command()
def export() -> None:
    """Print the sources as OPML, for a feed reader or another project."""
    from digest.sources.opml import write_opml

    with open_project() as (_, store):
        click.echo(write_opml(store.content.sources()))
