"""`recap demo`, `recap init`, `recap upgrade`: a project and its database."""

from __future__ import annotations

import time
from pathlib import Path

import click

from digest.cli.console import say, steps, tell
from digest.wording import plural


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("recap-demo"),
    show_default=True,
    help="Folder to make.",
)
def demo(out: Path) -> None:
    """Run a sample week through the whole machine: no account, no network."""
    from digest.pipeline.sample import run_sample

    started = time.monotonic()
    said: list[str] = []

    with steps() as step:

        def on_step(name: str) -> None:
            said.append(name)
            step(name)

        sample = run_sample(out, on_step=on_step)
    counts = sample.report.counts
    issue = sample.issue
    say(
        "imported",
        f"{plural(counts['new'], 'new item')} of {counts['read']} from the sample week;"
        f" {counts['known']} known, {counts['refused']} refused",
    )
    tell(sample.report, ("refused", "known", "noted"), most=counts["read"])
    say("drafted", f"{plural(len(issue.stories), 'story')} in {plural(len(issue.themes), 'theme')}")
    for theme in issue.themes:
        click.echo(f"  {theme.label}: {plural(len(theme.stories), 'story')}")
    say("left out", plural(len(issue.left_out), "item"))
    for line in issue.left_out:
        click.echo(f"  {line.title[:70]}: {line.rule}")
    say("sent", f"{plural(sample.sent, 'mail')} into the outbox")
    for path in sample.paths:
        click.echo(f"  {path}")
    say("done", f"in {time.monotonic() - started:.1f} s; open {sample.paths[0]} in a browser")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def init(folder: Path) -> None:
    """Make FOLDER (default: here) a ready project; what is there stays."""
    from digest.pipeline.project import create_project

    project = create_project(folder)
    for name, made in project.files:
        say("made" if made else "kept", str(folder / name))
    say("sources", f"{project.sources} in the store, from sources.opml; not one was asked yet")
    here = "" if folder.absolute() == Path.cwd() else f"cd {folder} && "
    click.echo(f"next: {here}recap collect, then recap draft")


@click.command()
def upgrade() -> None:
    """Bring this project up to this program's version: its database, and the schema for editors.

    The archive and its search are made anew, so it is also for after a change of language.
    """
    from digest.pipeline.archiving import publish_all
    from digest.pipeline.project import prepare_engine, renew_schema
    from digest.settings import SCHEMA_FILE, load_settings
    from digest.store import open_store
    from digest.store import upgrade as run_migrations

    settings = load_settings(Path.cwd())
    applied = run_migrations(settings.database_url)
    say("upgraded", f"{plural(len(applied), 'migration')} run" if applied else "nothing to do")
    if renew_schema(settings.folder):
        say("renewed", SCHEMA_FILE)
    if queue := prepare_engine(settings):
        say("queue", f"{plural(len(queue), 'step')} run, up to {queue[-1]}")
    with open_store(settings.database_url) as store:
        if issues := publish_all(store, settings):
            say("archive", f"{plural(issues, 'issue')} and their search made anew")
