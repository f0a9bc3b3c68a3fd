"""The `recap` command: every step of the week, in the order of the week."""

from __future__ import annotations

from typing import Any

import click

from digest import __version__
from digest.cli import (
    audience,
    copies,
    deliveries,
    design,
    desk,
    doctor,
    editing,
    edits,
    issues,
    items,
    learning,
    project,
    replay,
    revising,
    running,
    site,
    sources,
    status,
    users,
    why,
    working,
)
from digest.cli.logs import guard_stray_lines
from digest.errors import DigestError

COMMANDS_OF_EDIT = (editing, revising)
"""Modules that give `recap edit` its commands as they are imported."""


class _Recap(click.Group):
    """Lists its commands in the order of the week and prints our errors in plain words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands as they were added."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours is printed without a traceback."""
        guard_stray_lines()
        try:
            return super().invoke(ctx)
        except DigestError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Recap, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="recap")
def main() -> None:
    """Weekly AI Recap: collect all week, draft, review, send once.

    Start with `recap demo` (no account, no network) or `recap init my-recap`.
    """


for command in (
    project.demo,
    project.init,
    items.collect,
    items.import_,
    issues.draft,
    issues.issues,
    issues.show,
    issues.scores,
    why.why,
    learning.learn,
    replay.replay,
    edits.edit,
    issues.lint,
    issues.test,
    issues.approve,
    deliveries.send,
    deliveries.hold,
    deliveries.skip,
    deliveries.resume,
    deliveries.deliveries,
    deliveries.reconcile,
    deliveries.adopt,
    audience.subscribers,
    sources.sources,
    design.preview_template,
    doctor.doctor,
    running.schedules,
    running.run,
    status.status,
    working.worker,
    desk.desk,
    users.users,
    site.site,
    project.upgrade,
    copies.backup,
    copies.restore,
    copies.migrate,
):
    main.add_command(command)
