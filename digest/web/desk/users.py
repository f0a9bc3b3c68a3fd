"""Who may come in and what they may do; a publisher's page."""

from __future__ import annotations

from flask import Blueprint, Response, request

from digest.errors import InputError, StateError
from digest.model import DeskUser, Role
from digest.pipeline import accounts
from digest.web.desk.gate import publisher
from digest.web.desk.room import Room


def add_users(desk: Blueprint, room: Room) -> None:
    """Serve the users."""

    @desk.get("/users")
    @publisher
    def users() -> Response:
        return room.show("users.html", rows=room.store.users.all(), roles=list(Role), typed="")

    @desk.post("/users")
    @publisher
    def add_user() -> Response:
        name, password = request.form.get("name", ""), request.form.get("new_password", "")
        try:
            added = accounts.add_user(
                room.store, name, _role(), password, now=room.now(), by=room.user.name
            )
        except (InputError, StateError) as error:
            return room.show(
                "users.html",
                400,
                rows=room.store.users.all(),
                roles=list(Role),
                typed=name,
                problem=error,
            )
        return room.done(f"{added} may come in now.", "users")

    @desk.post("/users/role")
    @publisher
    def change_role() -> Response:
        user, role = _named(room), _role()
        if role is not Role.PUBLISHER:
            _keep_a_publisher(room, user)
        accounts.set_role(room.store, user.name, role, now=room.now(), by=room.user.name)
        return room.done(f"{user.name} is {_article(role)} now.", "users")

    @desk.post("/users/disable")
    @publisher
    def disable_user() -> Response:
        user, off = _named(room), request.form.get("off") == "yes"
        if off:
            _keep_a_publisher(room, user)
        accounts.set_disabled(room.store, user.name, off, now=room.now(), by=room.user.name)
        return room.done(
            f"{user.name} is kept out, and signed out." if off else f"{user.name} may come in.",
            "users",
        )


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise InputError("no role was chosen", hint="choose editor or publisher") from None


def _named(room: Room) -> DeskUser:
    name = request.form.get("name", "")
    for user in room.store.users.all():
        if user.name == name:
            return user
    raise InputError(f"there is no user `{name[:60]}`", hint="they may have been removed since")


def _keep_a_publisher(room: Room, but: DeskUser) -> None:
    """Refuse to take away the last who could give it back."""
    left = [
        user
        for user in room.store.users.all()
        if user.role is Role.PUBLISHER and user.disabled_at is None and user.name != but.name
    ]
    if not left:
        raise StateError(
            f"{but.name} is the only publisher", hint="make somebody else a publisher first"
        )


def _article(role: Role) -> str:
    return "a publisher" if role is Role.PUBLISHER else "an editor"
