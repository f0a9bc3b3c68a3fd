"""The schedule: the next runs and what each of them will do, and what the last ones did."""

from __future__ import annotations

from flask import Blueprint, Response

from digest.pipeline.forecasting import outlooks
from digest.web.desk.room import Room

PAST = 20


def add_schedule(desk: Blueprint, room: Room) -> None:
    """Serve the schedule."""

    @desk.get("/schedule")
    def schedule() -> Response:
        coming = outlooks(room.store, room.settings, now=room.now())
        past = room.store.ledger.occurrences.latest(PAST)
        return room.show("schedule.html", coming=coming, past=past)
