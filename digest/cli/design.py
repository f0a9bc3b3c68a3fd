"""`recap preview-template`: how the mails look at their worst, before anybody gets one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.console import say
from digest.wording import plural

if TYPE_CHECKING:
    from digest.lint import Finding


@click.command("preview-template")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("preview"),
    show_default=True,
    help="Folder to write into.",
)
def preview_template(out: Path) -> None:
    """Render every kind of mail with made-up, worst-case texts in this project's design.

    Needs no account, no network and no issue. Where no project is, the design is the shipped one.
    """
    from digest.pipeline.previewing import preview_templates
    from digest.settings import FILE, load_settings
    from digest.shipped import shipped

    here = Path.cwd()
    own = (here / FILE).exists()
    say("design", f"of {here}" if own else f"as shipped: there is no {FILE} in {here}")
    places: dict[Finding, list[str]] = {}
    for preview in preview_templates(load_settings(here if own else shipped(FILE).parent), out):
        say("wrote", " ".join(map(str, preview.paths)))
        for finding in preview.findings:
            places.setdefault(finding, []).append(preview.name)
    for found, names in places.items():
        click.echo(f"{found.level}: {', '.join(names)}: {found.place}: {found.message}")
        click.echo(f"  fix: {found.fix} [{found.rule}]")
    errors = sum(finding.level == "error" for finding in places)
    say("checked", f"{plural(errors, 'error')}, {plural(len(places) - errors, 'warning')}")
    if errors:
        raise click.exceptions.Exit(1)
