"""The history of a draft: each revision, what it changed, and the way back."""

from __future__ import annotations

from flask import Blueprint, Response

from digest.differences import differences
from digest.pipeline import editing
from digest.web.desk.room import Room
from digest.web.desk.week import Draft, conflicting, seen


def add_revisions(desk: Blueprint, room: Room) -> None:
    """Serve the history of an issue."""

    @desk.get("/issues/<int:number>/history")
    def history(number: int) -> Response:
        steps = editing.history(room.store, room.settings, number)
        return Draft(room, number).show("history.html", steps=steps)

    @desk.get("/issues/<int:number>/history/<int:revision>")
    def changes(number: int, revision: int) -> Response:
        store, settings, draft = room.store, room.settings, Draft(room, number)
        after = editing.issue_at(store, settings, number, revision)
        earlier = [step.revision for step in draft.history.steps if step.revision < revision]
        before = editing.issue_at(store, settings, number, earlier[-1]) if earlier else None
        return draft.show(
            "changes.html",
            revision=revision,
            first=before is None,
            changes=differences(before, after) if before else (),
        )

    @desk.post("/issues/<int:number>/history/<int:revision>")
    def back(number: int, revision: int) -> Response:
        now, by = room.now(), room.user.name
        try:
            editing.back_to(
                room.store, room.settings, number, revision, revision=seen(), by=by, now=now
            )
        except editing.EditConflict as conflict:
            return conflicting(room, number, seen(), conflict, ())
        return room.done(f"The draft is as it was at revision {revision}.", "week", number=number)
