"""The audit log: who did what, the newest first."""

from __future__ import annotations

from flask import Blueprint, Response, request

from digest.web.desk.room import Room

LINES = 100


def add_audit(desk: Blueprint, room: Room) -> None:
    """Serve the audit log."""

    @desk.get("/audit")
    def audit() -> Response:
        before, issue = (request.args.get(name, type=_number) for name in ("before", "issue"))
        found = room.store.users.audit.lines(before=before, issue=issue, most=LINES + 1)
        lines = found[:LINES]
        older = lines[-1][0] if len(found) > LINES else None
        return room.show("audit.html", lines=lines, older=older, issue=issue, before=before)


def _number(text: str) -> int:
    """A number that a database can count to; `ValueError` for any other text."""
    number = int(text)
    if not 0 < number < 2**53:
        raise ValueError(text)
    return number
