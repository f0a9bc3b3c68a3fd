"""The deliveries of an issue: its numbers, its rows by address, and all of them as a table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC
from itertools import islice

from flask import Blueprint, Response, abort, request

from digest.model import Delivery, DeliveryState
from digest.pipeline.tables import TableWriter
from digest.store import Store
from digest.web.desk import paths
from digest.web.desk.gate import publisher
from digest.web.desk.room import Room

ROWS = 50
COLUMNS = (
    "subscriber", "email", "state", "reason", "fate", "at", "provider_id", "attempts", "due_at",
)  # fmt: skip
_WRITTEN_AT_ONCE = 5000


def add_deliveries(desk: Blueprint, room: Room) -> None:
    """Serve the report of an issue and its rows."""

    @desk.get(f"{paths.NUMBER}/deliveries")
    def deliveries(number: int) -> Response:
        row = room.store.content.issue_row(number)
        outcomes = room.store.ledger.outcomes
        address, state = request.args.get("address", "").strip(), request.args.get("state", "")
        after = request.args.get("after", "0")
        known = [one.value for one in DeliveryState]
        if (state and state not in known) or not after.isdecimal() or len(after) > 18:
            abort(404)
        found = outcomes.page(
            number,
            address=address,
            state=DeliveryState(state) if state else None,
            after=int(after),
            most=ROWS,
        )
        return room.show(
            "deliveries.html",
            row=row,
            page=paths.of_issue(room.site.base, number),
            tally=outcomes.tally(number, since=room.now()),
            left_since=outcomes.left_since(number),
            later=room.store.ledger.later(number, room.now()),
            found=found,
            states=known,
            address=address,
            state=state,
            more=found[-1].subscriber if len(found) == ROWS else None,
        )

    @desk.post(f"{paths.NUMBER}/deliveries")
    @publisher
    def export_deliveries(number: int) -> Response:
        room.store.content.issue_row(number)
        room.note("deliveries given out", issue=number)
        response = Response(_lines(room.store, number), content_type="text/csv; charset=utf-8")
        name = f"deliveries-of-issue-{number}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response


def _lines(store: Store, number: int) -> Iterator[str]:
    """The table, some thousand rows at a time."""
    rows, file = store.ledger.outcomes.all(number), io.StringIO(newline="")
    writer = TableWriter(file, COLUMNS)
    while True:
        some = list(map(_cells, islice(rows, _WRITTEN_AT_ONCE)))
        writer.write(some)
        yield file.getvalue()
        file.seek(0)
        file.truncate()
        if len(some) < _WRITTEN_AT_ONCE:
            return


def _cells(one: Delivery) -> tuple[str, ...]:
    at, due_at = (
        moment.astimezone(UTC).isoformat() if moment else "" for moment in (one.at, one.due_at)
    )
    return (
        str(one.subscriber), one.email, one.state.value, one.error, one.fate, at,
        one.provider_id, str(one.attempts), due_at,
    )  # fmt: skip
