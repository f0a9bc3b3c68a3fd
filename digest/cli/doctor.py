"""`recap doctor`: what is still to be mended before the first issue leaves."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.console import json_option, print_json, say, steps
from digest.wording import plural

if TYPE_CHECKING:
    from digest.diagnosis import Finding

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red", "unknown": "cyan"}


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check key, sender domain, pages, clock, database and disk; exit 1 on errors.

    Asks the provider, the DNS and your own leave page; sends nothing and changes nothing. What
    cannot be looked at, as without a network, is `unknown` and no error.
    """
    from digest.pipeline.examining import examine
    from digest.pipeline.upcoming import next_issues
    from digest.providers.records import DnsResolver

    with steps() as step:
        findings = examine(
            Path.cwd(),
            clock=lambda: datetime.now(UTC),
            resolver=DnsResolver(),
            next_issues=lambda settings: next_issues(settings, datetime.now(UTC)),
            on_step=step,
        )
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _tell(findings)
    if any(finding.level == "error" for finding in findings):
        raise click.exceptions.Exit(1)


def _tell(findings: tuple[Finding, ...]) -> None:
    for group, members in groupby(findings, lambda finding: finding.group):
        click.echo(click.style(group, bold=True))
        for found in members:
            level = click.style(f"{found.level:<7}", fg=_COLOURS[found.level])
            click.echo(f"  {level} {found.message} [{found.check}]")
            if found.fix:
                click.echo(f"          fix: {found.fix}")
    counts = {name: sum(found.level == name for found in findings) for name in _COLOURS}
    say(
        "checked",
        f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')},"
        f" {counts['unknown']} could not be looked at, {counts['ok']} ok",
    )
