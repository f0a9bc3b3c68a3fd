"""`recap users`: who may sign in at the desk, and what each of them may do."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from digest.cli.console import json_option, now_option, open_project, print_json, say
from digest.model import Role

_role = click.Choice([role.value for role in Role])


@click.group()
def users() -> None:
    """Who may sign in at the desk."""


@users.command()
@click.argument("name")
@click.option(
    "--role",
    type=_role,
    default=Role.EDITOR.value,
    show_default=True,
    help="An editor edits and tests; a publisher also lets mail leave, and looks after users.",
)
@now_option
def add(name: str, role: str, now: datetime) -> None:
    """Add NAME; the password is asked for, or read from standard input."""
    from digest.accounts import user_name
    from digest.pipeline.accounts import add_user

    name = user_name(name)
    with open_project() as (_, store):
        added = add_user(store, name, Role(role), _password(), now=now)
        alone = all(one.role is Role.EDITOR for one in store.users.all())
    say("added", f"{added}, {role}")
    if alone:
        click.echo(f"nobody can approve yet: recap users role {added} publisher")


@users.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the users by name."""
    with open_project() as (_, store):
        found = store.users.all()
    if as_json:
        print_json([
            {"name": one.name, "role": one.role.value, "disabled": one.disabled_at is not None}
            for one in found
        ])  # fmt: skip
        return
    for one in found:
        click.echo(f"{one.name:<40} {one.role.value}{' (disabled)' if one.disabled_at else ''}")
    if not found:
        click.echo("no user yet: recap users add NAME --role publisher")


@users.command()
@click.argument("name")
@click.argument("role", type=_role)
@now_option
def role(name: str, role: str, now: datetime) -> None:
    """Make NAME an editor or a publisher, from the next page they open."""
    from digest.pipeline.accounts import set_role

    with open_project() as (_, store):
        set_role(store, name, Role(role), now=now)
    say("changed", f"{name}, {role}")


@users.command()
@click.argument("name")
@now_option
def password(name: str, now: datetime) -> None:
    """Change NAME's password, and sign them out everywhere."""
    from digest.pipeline.accounts import set_password

    with open_project() as (_, store):
        set_password(store, name, _password(), now=now)
    say("changed", f"{name}, who has to sign in again")


@users.command()
@click.argument("name")
@now_option
def remove(name: str, now: datetime) -> None:
    """Forget NAME and sign them out; what they did stays in the audit log."""
    from digest.pipeline.accounts import remove_user

    with open_project() as (_, store):
        remove_user(store, name, now=now)
    say("removed", name)


def _password() -> str:
    """Typed twice on a terminal, the first line elsewhere: never an argument, which others see."""
    if sys.stdin.isatty():
        typed: str = click.prompt(
            "Password, of 12 characters or more", hide_input=True, confirmation_prompt=True
        )
        return typed
    return sys.stdin.readline().rstrip("\r\n")
