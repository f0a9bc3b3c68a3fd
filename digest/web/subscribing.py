"""The form to subscribe with, and the same for programs, under the same checks.

Strangers type others' addresses into forms, and machines do so by the thousand. So the answer is
one for every address, a form has to be looked at before it is sent, nobody may send many, and the
mail that follows carries nothing of what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, request
from itsdangerous import BadData, URLSafeSerializer

from digest.consent import form_evidence
from digest.errors import InputError, StateError
from digest.model import Profile
from digest.pipeline.notices import ask_to_confirm
from digest.tokens import keys_of
from digest.web import pages
from digest.web.site import Site
from digest.web.visitors import Throttle, places_of

FORM = "subscribe 1"
"""The form and the version of the text that its reader agrees to."""

TRAP = "website"
"""A field that no person sees; whoever fills it in is a machine."""

LEAST_SECONDS, MOST_SECONDS = 2, 24 * 3600
"""Between the form being shown and being sent: a person takes a moment, and no day."""

CALLS = (5, 20)
"""Within an hour, from one address and from its network."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """What was sent."""

    email: str
    name: str
    zone: str
    stamp: str
    trap: str


_NOTHING = _Filled("", "", "", "", "")


def fresh_form(site: Site) -> dict[str, object]:
    """What the form needs to be shown on another page, now."""
    stamp = str(_stamps(site.settings.secret_key).dumps(int(site.clock().timestamp())))
    page = pages.subscribe(site.words, site.settings.brand.name, stamp=stamp)
    return {"form": page, "typed": _NOTHING, "trap": TRAP}


def add_form(public: Blueprint, site: Site) -> None:
    """Serve the form on `/subscribe`."""
    stamps = _stamps(site.settings.secret_key)
    throttle = Throttle(CALLS, timedelta(hours=1))
    name = site.settings.brand.name

    def shown(
        problem: str = "", filled: _Filled | None = None, status: int = 200, *, new: bool = True
    ) -> Response:
        typed = filled or _NOTHING
        stamp = str(stamps.dumps(int(site.clock().timestamp()))) if new else typed.stamp
        page = pages.subscribe(site.words, name, problem=problem, status=status, stamp=stamp)
        return site.answer(page, "subscribe.html", typed=typed, trap=TRAP)

    @public.get("/subscribe")
    def form() -> Response:
        return shown()

    @public.post("/subscribe")
    def subscribe() -> Response:
        now, filled = site.clock(), _filled()
        if not throttle.lets(places_of(site.caller()), now):
            return site.answer(pages.failure(site.words, 429))
        if filled.trap:
            return site.answer(pages.asked(site.words))
        seconds = now.timestamp() - _shown_at(stamps, filled.stamp)
        if not 0 <= seconds <= MOST_SECONDS:
            return shown(site.words.say("The form was open for too long."), filled, 422)
        if seconds < LEAST_SECONDS:
            again = site.words.say("That was quick. Press the button once more.")
            return shown(again, filled, 422, new=False)
        try:
            ask_to_confirm(
                site.store,
                site.settings,
                filled.email,
                Profile(filled.name, zone=filled.zone),
                fresh=site.fresh(),
                now=now,
                evidence=form_evidence(FORM, site.caller()),
            )
        except InputError:
            wrong = site.words.say("This is no mail address. Write it like ada@reader.example.")
            return shown(wrong, filled, 422)
        except StateError:
            return site.answer(pages.failure(site.words, 503))
        site.wake()
        return site.answer(pages.asked(site.words))


def _filled() -> _Filled:
    """The fields of a form or of a JSON object; what is no text counts as empty."""
    given = request.get_json(silent=True) if request.is_json else request.form
    fields: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    texts = [fields.get(name) or "" for name in ("email", "name", "zone", "stamp", TRAP)]
    return _Filled(*(text if isinstance(text, str) else "" for text in texts))


def _stamps(secret: str) -> URLSafeSerializer:
    """Signs the moment at which a form was shown; the newest key signs, every key is read."""
    return URLSafeSerializer(list(reversed(keys_of(secret))), salt="subscribe form")


def _shown_at(stamps: URLSafeSerializer, stamp: str) -> float:
    """When a form was shown, in seconds; long ago if nobody of us signed it."""
    try:
        return float(stamps.loads(stamp))
    except (BadData, TypeError, ValueError):
        return 0.0
