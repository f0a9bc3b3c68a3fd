"""`recap backup`, `restore`, `migrate`: the whole database in another place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.console import now_option, say, steps
from digest.wording import duration, plural

if TYPE_CHECKING:
    from digest.pipeline.backups import Copied
    from digest.store.transfer import Contents

_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_file, required=False)
@click.option(
    "--keep", type=click.IntRange(min=1), help="Keep so many backups in the folder, the newest."
)
@now_option
def backup(file: Path | None, keep: int | None, now: datetime) -> None:
    """Write the whole database into FILE, while everything goes on.

    FILE is `backups/recap-<moment>.db` in this folder unless you name one: a SQLite file, also of
    a PostgreSQL database. It holds addresses: only you may read it.
    """
    from digest.pipeline.backups import back_up
    from digest.settings import load_settings

    with _told_as("rows") as on_step:
        made = back_up(load_settings(Path.cwd()), file, now=now, keep=keep, on_step=on_step)
    _tell("backed up", made)
    for path in made.removed:
        say("removed", str(path))


@click.command()
@click.argument("file", type=_file)
@click.option("--dry-run", is_flag=True, help="Look whether it could be done; change nothing.")
def restore(file: Path, dry_run: bool) -> None:
    """Put the backup FILE into the database of this folder, which must hold nothing yet."""
    from digest.pipeline.backups import restore as put_back
    from digest.settings import load_settings

    with _told_as("rows") as on_step:
        done = put_back(load_settings(Path.cwd()), file, dry_run=dry_run, on_step=on_step)
    _tell("is sound" if dry_run else "restored", done)
    if dry_run:
        return
    if done.migrations:
        say("upgraded", f"{plural(len(done.migrations), 'migration')} run on the way")
    click.echo(
        "nothing is sent from it yet: what has left since the backup was made it does not know"
    )
    click.echo("next: recap adopt, if no other copy of it sends")


@click.command()
@click.option("--to", required=True, metavar="URL", help="postgresql://user:password@host/name")
@click.option("--dry-run", is_flag=True, help="Look whether it could be done; change nothing.")
def migrate(to: str, dry_run: bool) -> None:
    """Move the database to PostgreSQL, also in the middle of an issue.

    Stop what is running first if you can; what still runs stops by itself. The database that is
    left refuses every write from then on. After a break run it again.
    """
    from digest.pipeline.moving import move
    from digest.settings import load_settings

    with _told_as("rows") as on_step:
        moved = move(load_settings(Path.cwd()), to, dry_run=dry_run, on_step=on_step)
    if moved.contents is not None:
        took = "" if dry_run else f", in {duration(moved.seconds)}, counts and checksums equal"
        say("would move" if dry_run else "moved", f"{_told(moved.contents)}{took}")
    if dry_run:
        click.echo(f"  to {moved.place}, which holds nothing yet")
        return
    click.echo(f"  to {moved.place}; the database here refuses every write from now on")
    hidden = ", with the password in the place of ***" if "***" in moved.address else ""
    click.echo(f"next: put this line into .env{hidden}, then start recap again")
    click.echo(f"RECAP_DATABASE_URL={moved.address}")


@contextmanager
def _told_as(noun: str) -> Iterator[Callable[[str, int], None]]:
    """Say on a terminal how many rows were copied and compared so far."""
    done: Counter[str] = Counter()
    with steps() as step:

        def on_step(what: str, rows: int) -> None:
            done[what] += rows
            step(", ".join(f"{count:,} {noun} {word}" for word, count in done.items()))

        yield on_step


def _tell(word: str, done: Copied) -> None:
    size = f"{done.size / 1e6:,.1f} MB, {duration(done.seconds)}"
    say(word, f"{done.path}: {_told(done.contents)}; {size}")


def _told(held: Contents) -> str:
    """What a database holds, as far as a person asks for it first."""
    named = (("issue", "issue"), ("subscriber", "subscriber"), ("delivery", "delivery"))
    parts = [plural(held.count(table), noun) for table, noun in named]
    return ", ".join((*parts, f"{held.rows:,} rows in all"))
