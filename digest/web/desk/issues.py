"""The list of issues, and where the desk begins."""

from __future__ import annotations

from flask import Blueprint, Response

from digest.web.desk.room import Room


def add_issues(desk: Blueprint, room: Room) -> None:
    """Serve the list of issues."""

    @desk.get("")
    def start() -> Response:
        latest = room.latest()
        home = room.at("week", number=latest.number) if latest else room.at("issues")
        return room.see_other(home)

    @desk.get("/issues")
    def issues() -> Response:
        rows = sorted(room.store.content.issues(), key=lambda row: -row.number)
        return room.show("issues.html", rows=rows)
