"""How far an issue is, as data: what the page of its way out asks for while mails leave."""

from __future__ import annotations

import threading
import time

from flask import Blueprint, Response, make_response

from digest.model import DeliveryState
from digest.pipeline import dispatching
from digest.pipeline.dispatching import Progress
from digest.web.desk import paths
from digest.web.desk.room import Room
from digest.wording import duration

_SHARE = 0.2
"""Of a processor that counting may take, however many look: a million mails take half a second."""


class _Counted:
    """The latest count of each issue, told again for five times as long as it took."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._latest: dict[int, tuple[float, Progress]] = {}

    def of(self, number: int) -> Progress:
        """How far an issue is, or was a moment ago; whoever asks meanwhile waits for the count."""
        with self._lock:
            until, known = self._latest.get(number, (0.0, None))
            began = time.monotonic()
            if known is not None and began < until:
                return known
            room = self._room
            counted = dispatching.progress(room.site.dispatcher, room.store, number, now=room.now())
            ended = time.monotonic()
            self._latest[number] = (ended + (ended - began) / _SHARE, counted)
            return counted


def add_progress(desk: Blueprint, room: Room) -> None:
    """Serve the numbers, and how the templates tell them."""

    counts = _Counted(room)

    @desk.get(f"{paths.NUMBER}/progress.json")
    def progress(number: int) -> Response:
        now = counts.of(number)
        states = now.tally.states
        response = make_response(
            {
                "status": now.row.status.value,
                "said": dispatching.in_words(now),
                "owed": now.tally.owed,
                "settled": now.tally.owed - now.tally.open,
                "sent": states[DeliveryState.SENT],
                "failed": states[DeliveryState.REJECTED],
                "skipped": states[DeliveryState.SKIPPED],
                "unknown": states[DeliveryState.UNKNOWN],
                "left": now.tally.open,
                "waiting": now.later.mails if now.later else 0,
                "rate": round(now.rate, 1),
                "speed": dispatching.speed_in_words(now),
                "seconds": now.seconds,
                "over": now.is_over,
            }
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    desk.add_app_template_filter(dispatching.in_words, "said")
    desk.add_app_template_filter(dispatching.speed_in_words, "speed")
    desk.add_app_template_filter(duration, "duration")
