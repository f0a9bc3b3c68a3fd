"""The sources: how each has answered, what it brought and what was chosen; adding and muting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request

from digest.model import Health, Source
from digest.pipeline import subscribing
from digest.pipeline.subscribing import Checked
from digest.sources.condition import SILENT, in_words
from digest.web.desk.room import Room
from digest.web.desk.tasks import Task, Tasks
from digest.wording import plural


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    Attributes:
        state: good, failed, silent, muted or new, which orders and colours the line.
        told: the condition in words.
        used: how many of its items stand in issues.
    """

    source: Source
    health: Health
    state: str
    told: str
    used: int


_ORDER = ("failed", "silent", "good", "new", "muted")


def add_sources(desk: Blueprint, room: Room) -> None:
    """Serve the sources."""
    checks: Tasks[list[Checked]] = Tasks()

    @desk.get("/sources")
    def sources() -> Response:
        rows = _rows(room)
        counts = {state: sum(row.state == state for row in rows) for state in _ORDER}
        return room.show("sources.html", rows=rows, counts=counts, task=checks.present)

    @desk.post("/sources")
    def add_source() -> Response:
        address, name = request.form.get("address", ""), request.form.get("name", "").strip()
        added = subscribing.subscribe(
            room.store, room.settings, address.strip(), now=room.now(), name=name
        )
        room.note("source added", details=f"{added.source.name}: {added.source.url}")
        new = plural(added.report.counts["new"], "new item")
        return room.done(f"{added.source.name} is added, with {new}.", "sources")

    @desk.post("/sources/mute")
    def mute_source() -> Response:
        name, muted = request.form.get("name", ""), request.form.get("muted") == "yes"
        room.store.content.set_muted(name, muted)
        if not muted:
            room.store.visits.forgive(name)
        room.note("source muted" if muted else "source unmuted", details=name)
        said = f"{name} is not collected from any more." if muted else f"{name} is heard again."
        return room.done(said, "sources")

    @desk.post("/sources/check")
    def check_sources() -> Response:
        name = request.form.get("name", "")
        if not name:
            total = sum(not source.muted for source in room.store.content.sources())
            checks.start("asking every source", lambda task: _ask(room, task), total=total)
            return room.done("", "sources")
        (one,) = _ask(room, Task(name), only=name)
        found = f"failed: {one.problem}" if one.problem else plural(one.items, "item")
        return room.done(f"{name} was asked: {found}.", "sources")


def _ask(room: Room, task: Task[list[Checked]], only: str = "") -> list[Checked]:
    found: list[Checked] = []

    def on_checked(one: Checked) -> None:
        found.append(one)
        task.advance(1)

    subscribing.check(room.store, room.settings, now=room.now(), only=only, on_checked=on_checked)
    return found


def _rows(room: Room) -> list[Row]:
    healths, used = room.store.visits.healths(), room.store.content.items_used()
    now = room.now()
    rows = []
    for source in room.store.content.sources():
        health, count = healths.get(source.name), used.get(source.name, 0)
        told = in_words(source, health, now, used=count)
        known = health or Health()
        rows.append(Row(source, known, _state(source, known, now), told, count))
    return sorted(rows, key=lambda row: (_ORDER.index(row.state), row.source.name.casefold()))


def _state(source: Source, health: Health, now: datetime) -> str:
    if source.muted:
        return "muted"
    if health.tried_at is None:
        return "new"
    if health.failures:
        return "failed"
    return "silent" if health.new_at is not None and now - health.new_at > SILENT else "good"
