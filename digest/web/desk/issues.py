"""The list of issues, and where the desk begins."""

from __future__ import annotations

from flask import Blueprint, Response, request

from digest.model import IssueStatus
from digest.store import IssueRow
from digest.web.desk.room import Room

LINES = 26
"""Half a year of weeks."""

MOST_PAGES = 1000


def add_issues(desk: Blueprint, room: Room) -> None:
    """Serve the list of issues."""

    @desk.get("/")
    @desk.get("")
    def start() -> Response:
        latest = room.latest()
        home = room.at("week", number=latest.number) if latest else room.at("issues")
        return room.see_other(home)

    @desk.get("/issues")
    def issues() -> Response:
        rows = sorted(room.store.content.issues(), key=lambda row: -row.number)
        page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
        shown = rows[(page - 1) * LINES : page * LINES]
        left = {row.number: room.store.ledger.counts(row.number) for row in shown if _left(row)}
        return room.show(
            "issues.html", rows=shown, left=left, page=page, more=len(rows) > page * LINES
        )


def _left(row: IssueRow) -> bool:
    """Whether mails of it may have left: then their counts are worth asking for."""
    return row.status in (IssueStatus.SENDING, IssueStatus.SENT, IssueStatus.HELD)
