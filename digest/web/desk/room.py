"""What every page of the desk needs: who is at it, how a page is shown, what is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import (
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup

from digest.model import AuditLine, DeskUser, Role
from digest.settings import Settings
from digest.store import IssueRow, Store
from digest.web.desk.kept import FIELD
from digest.web.desk.tokens import Cookie, form_token
from digest.web.site import Site

NAV = (
    ("start", "This week"),
    ("issues", "Issues"),
    ("sources", "Sources"),
    ("audience", "Audience"),
    ("schedule", "Schedule"),
    ("users", "Users"),
    ("audit", "Audit log"),
)
"""The pages that each page leads to: the endpoint and what its link says."""


@dataclass(frozen=True, slots=True)
class Room:
    """One installation's desk."""

    site: Site
    cookie: Cookie

    @property
    def store(self) -> Store:
        """The open database."""
        return self.site.store

    @property
    def settings(self) -> Settings:
        """The installation's settings."""
        return self.site.settings

    def now(self) -> datetime:
        """The current moment, UTC."""
        return self.site.clock()

    @property
    def user(self) -> DeskUser:
        """Who is signed in; every page has somebody, but those for strangers."""
        user: DeskUser = g.user
        return user

    def show(self, template: str, status: int = 200, **values: object) -> Response:
        """A page of `templates/web/desk/`, which extends `desk/layout.html`."""
        response = make_response(render_template(f"desk/{template}", **values), status)
        response.headers["Cache-Control"] = "no-store"
        return response

    def done(self, said: str, endpoint: str, **values: object) -> Response:
        """After a form was taken: on to a page of the desk, which begins with what was done.

        Args:
            endpoint: of this blueprint, such as `issues`; `values` are its address's.
        """
        response = self.see_other(self.at(endpoint, **values))
        if said:
            self.cookie.say(response, said)
        return response

    def see_other(self, path: str) -> Response:
        """On to a path of the desk, by a GET."""
        response = make_response(redirect(path, 303))
        response.headers["Cache-Control"] = "no-store"
        return response

    def at(self, endpoint: str, **values: object) -> str:
        """The address of a page of the desk, as the browser has to ask for it."""
        return self.site.base + url_for(f"desk.{endpoint}", **values)  # type: ignore[arg-type]

    def note(self, what: str, *, issue: int | None = None, details: str = "") -> None:
        """Write down in the audit log that the user did something."""
        line = AuditLine(self.now(), self.user.name, what, issue, details)
        self.store.users.audit.note(line)

    def latest(self) -> IssueRow | None:
        """The newest issue, which the head of each page tells of."""
        rows = self.store.content.issues()
        return max(rows, key=lambda row: row.number, default=None)

    def context(self) -> dict[str, object]:
        """What every template may use."""
        user: DeskUser | None = g.get("user")
        said = self.cookie.said()
        g.told = bool(said)
        token = form_token(g.get("token", ""))
        known = current_app.view_functions
        return {
            "user": user,
            "is_publisher": user is not None and user.role is Role.PUBLISHER,
            "csrf": token,
            "csrf_field": Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token),
            "said": said,
            "latest": self.latest() if user is not None and not g.get("bare") else None,
            "at": self.at,
            "here": request.endpoint or "",
            "nav": [
                (name, text)
                for name, text in NAV
                if f"desk.{name}" in known and may(known[f"desk.{name}"], user)
            ],
            "now": self.now(),
            "broken": self.site.broken() if user is not None and not g.get("bare") else None,
            "problem": None,
            "kept": None,
        }


def may(view: Callable[..., Any], user: DeskUser | None) -> bool:
    """Whether the role of a user opens a page; `digest.web.desk.gate` marks pages."""
    if user is None or user.role is Role.PUBLISHER:
        return user is not None
    return not getattr(view, "for_publishers", False)
