"""`recap site build`: the archive as files."""

from __future__ import annotations

from pathlib import Path

import click

from digest.cli.console import open_project, say
from digest.wording import plural


@click.group()
def site() -> None:
    """The public archive of issues."""


@site.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def build(folder: Path) -> None:
    """Write the archive into DIR as static files, in place of an earlier build."""
    from digest.web.copying import build_site

    with open_project() as (settings, store):
        files = build_site(settings, store, folder)
    say("built", f"{plural(files, 'file')} in {folder}; open {folder / 'index.html'}")
