"""What the commands share: the open project, the clock, and how a run is told on the terminal."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.errors import InputError
from digest.model import RunReport, Week

if TYPE_CHECKING:
    from digest.settings import Settings
    from digest.store import Store

SHOWN = 12
"""Lines of a report that are printed; the rest is counted."""


def moment(text: str | datetime) -> datetime:
    """Read an ISO 8601 moment; without a zone it is UTC. A usage error if it is none."""
    if isinstance(text, datetime):
        return text
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"`{text}` is not a moment; write 2026-05-29T14:00") from None
    return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)


def week(text: str) -> Week:
    """Read an ISO week such as 2026-W22; a usage error if it is none."""
    try:
        return Week.parse(text)
    except InputError as error:
        raise click.BadParameter(f"{error.problem}; {error.hint}") from None


now_option = click.option(
    "--now",
    type=moment,
    metavar="ISO",
    default=lambda: datetime.now(UTC),
    help="Act as if it were this moment (default: the clock).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")


@contextmanager
def open_project(folder: Path | None = None) -> Iterator[tuple[Settings, Store]]:
    """The settings and the open store of the project in `folder` (default: here)."""
    from digest.settings import load_settings
    from digest.store import open_store

    settings = load_settings(folder or Path.cwd())
    with open_store(settings.database_url) as store:
        yield settings, store


def say(word: str, text: str) -> None:
    """One line of a run: what was done, then the numbers."""
    click.echo(f"{click.style(f'{word:<11}', bold=True)} {text}")


def print_json(document: object) -> None:
    """JSON for a program: UTF-8, two spaces, keys in the order they were made."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def tell(report: RunReport, kinds: tuple[str, ...], *, most: int = SHOWN) -> None:
    """Print the report's lines of these kinds: up to `most` of each, and how many more."""
    for kind in kinds:
        lines = [line for line in report.lines if line.kind == kind]
        for line in lines[:most]:
            click.echo(f"  {kind}: {line.subject[:90]}: {line.reason}")
        if len(lines) > most:
            reasons = Counter(line.reason.partition(":")[0] for line in lines[most:])
            rest = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(4))
            click.echo(f"  {kind}: and {len(lines) - most} more ({rest})")


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Tell each step as it begins: a spinner with the seconds on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console

    started = time.monotonic()
    with Console(stderr=True).status("starting") as status:

        def step(name: str) -> None:
            status.update(f"{name} ({time.monotonic() - started:.1f} s)")

        yield step


@contextmanager
def progress(total: int, noun: str) -> Iterator[Callable[[int], None]]:
    """A bar with rate and time left on a terminal, nothing elsewhere; call it with each advance."""
    if not sys.stderr.isatty():
        yield lambda number: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )  # fmt: skip
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.finished_speed or task.speed or 0:,.0f}/s")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate())
    shown = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=shown, transient=True) as bar:
        task = bar.add_task(noun, total=total)
        yield lambda number: bar.advance(task, number)
