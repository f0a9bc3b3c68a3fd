"""Signing in and out, and the page of one's own account."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, g, request

from digest.errors import InputError
from digest.pipeline import accounts
from digest.tokens import token_key
from digest.web.desk import kept
from digest.web.desk.gate import stranger
from digest.web.desk.kept import Kept
from digest.web.desk.room import Room
from digest.web.desk.tokens import new_token
from digest.web.visitors import Throttle, places_of

TRIES = (10, 40, 10)
WINDOW = timedelta(minutes=15)
"""Tries at a password within it: from one address, from its network, and for one name."""

TOO_MANY = "Too many tries"

WRONG = "There is no user with this name and this password."


class SignIn:
    """The page to sign in with, which keeps the form that it was shown instead of."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._throttle = Throttle(TRIES, WINDOW)

    def refuse(self) -> Response:
        """Shown to a call without a session; what was typed stays."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            path = request.full_path.rstrip("?") if request.method == "GET" else request.path
            return self._shown(401, path=path)
        held = kept.of_call(g.token)
        return self._shown(401, held=held, lost=held is None)

    def form(self) -> Response:
        """Shown to who asks for it."""
        return self._shown(200)

    def take(self) -> Response:
        """Let in who has the right password."""
        room = self._room
        held, path = kept.of_sign_in(), request.form.get("path", "")
        name, password = request.form.get("name", ""), request.form.get("password", "")
        places = (*places_of(room.site.caller()), "", "")[:2]
        by_name = f"name {name.strip().lower()[:60]}"
        if not self._throttle.lets((*places, by_name), room.now()):
            problem = f"{TOO_MANY}. Wait for a quarter of an hour, then try again."
            return self._shown(429, held=held, path=path, name=name, problem=problem)
        token = new_token()
        if not accounts.sign_in(room.store, name, password, token=token, now=room.now()):
            return self._shown(401, held=held, path=path, name=name, problem=WRONG)
        return self.let_in(token, path, held)

    def let_in(self, token: str, path: str = "", held: Kept | None = None) -> Response:
        """Give the browser its session, and go on to where it was going."""
        room = self._room
        room.store.users.sessions.end(token_key(g.token))
        if held is not None:
            g.token = token
            response = room.show("kept.html", kept=held)
        else:
            response = room.see_other(
                room.site.base + path if kept.is_path(path) else room.at("start")
            )
        room.cookie.give(response, token)
        return response

    def _shown(
        self,
        status: int,
        *,
        held: Kept | None = None,
        path: str = "",
        name: str = "",
        problem: str = "",
        lost: bool = False,
    ) -> Response:
        token = g.token or new_token()
        g.token = token
        response = self._room.show(
            "sign_in.html",
            status,
            kept=held,
            path=path,
            name=name,
            problem=problem,
            lost=lost,
            prefix=kept.PREFIX,
        )
        self._room.cookie.give(response, token)
        return response


def add_signing_in(desk: Blueprint, room: Room, door: SignIn) -> None:
    """Serve signing in and out."""

    @desk.get("/sign-in")
    @stranger
    def sign_in() -> Response:
        return door.form()

    @desk.post("/sign-in")
    @stranger
    def take_sign_in() -> Response:
        return door.take()

    @desk.get("/enter/<link>")
    @stranger
    def enter(link: str) -> Response:
        g.token = g.token or new_token()
        response = room.show("enter.html", over=False)
        room.cookie.give(response, g.token)
        return response

    @desk.post("/enter/<link>")
    @stranger
    def take_enter(link: str) -> Response:
        token = new_token()
        if not accounts.follow_link(room.store, link, token=token, now=room.now()):
            return room.show("enter.html", 410, over=True)
        return door.let_in(token)

    @desk.post("/sign-out")
    def sign_out() -> Response:
        if request.form.get("everywhere"):
            room.store.users.sessions.end_all(room.user.name)
        room.store.users.sessions.end(token_key(g.token))
        room.note("signed out", details="everywhere" if request.form.get("everywhere") else "")
        response = room.see_other(room.at("sign_in"))
        room.cookie.take(response)
        return response


def add_account(desk: Blueprint, room: Room) -> None:
    """Serve the page of one's own account."""
    throttle = Throttle(TRIES[-1:], WINDOW)

    @desk.get("/account")
    def account() -> Response:
        return room.show("account.html")

    @desk.post("/account")
    def change_password() -> Response:
        old, new = request.form.get("old_password", ""), request.form.get("new_password", "")
        user, now = room.user, room.now()
        try:
            if not throttle.lets((user.name,), now):
                raise InputError(TOO_MANY, hint="wait for a quarter of an hour, then try again")
            if not accounts.knows_password(room.store, user.name, old):
                raise InputError("That is not your password.", hint="type the one you have now")
            if new != request.form.get("new_password_again", ""):
                raise InputError("The two new passwords differ.", hint="type it twice")
            accounts.set_password(
                room.store, user.name, new, now=now, by=user.name, keep=token_key(g.token)
            )
        except InputError as error:
            return room.show("account.html", 400, problem=error)
        return room.done("Your password is changed; you are signed out elsewhere.", "account")
