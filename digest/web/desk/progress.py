"""How far an issue is, as data: what the page of its way out asks for while mails leave."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from digest.model import DeliveryState
from digest.pipeline import dispatching
from digest.web.desk import paths
from digest.web.desk.room import Room
from digest.wording import duration


def add_progress(desk: Blueprint, room: Room) -> None:
    """Serve the numbers, and how the templates tell them."""

    @desk.get(f"{paths.NUMBER}/progress.json")
    def progress(number: int) -> Response:
        now = dispatching.progress(room.site.jobs, room.store, number, now=room.now())
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
