"""The people who get the issue: looked through, added by a mail to confirm, one at a time."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from digest.consent import normalise_address, one_line
from digest.errors import InputError, StateError
from digest.model import Profile, Subscriber, SubscriberStatus
from digest.pipeline import audience as people
from digest.pipeline.notices import ask_to_confirm, owe_goodbye
from digest.store.directory import SUPPRESSED
from digest.web.desk.gate import publisher
from digest.web.desk.room import Room

LINES = 50
MOST_PAGES = 20_000
STATUSES = (*(status.value for status in SubscriberStatus), SUPPRESSED)


def add_audience(desk: Blueprint, room: Room) -> None:
    """Serve the list and the form to add somebody."""
    store = room.store

    @desk.get("/audience")
    def audience() -> Response:
        search, status = one_line(request.args.get("search", "")), request.args.get("status", "")
        status = status if status in STATUSES else ""
        page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
        found = store.audience.directory.page(
            search, status, skip=(page - 1) * LINES, most=LINES + 1
        )
        return room.show(
            "audience.html",
            rows=found[:LINES],
            more=len(found) > LINES,
            counts=store.audience.directory.counts(),
            search=search,
            chosen=status,
            page=page,
            statuses=STATUSES,
        )

    @desk.post("/audience")
    @publisher
    def add_person() -> Response:
        asked = ask_to_confirm(
            store,
            room.settings,
            request.form.get("email", ""),
            Profile(request.form.get("name", "")),
            fresh=room.site.fresh(),
            now=room.now(),
            evidence=f"asked for at the desk by {room.user.name}",
        )
        if not asked.token:
            raise StateError(
                f"{asked.email} gets no mail to confirm by: {asked.reason}",
                hint="look the address up in the list",
            )
        person = store.audience.by_email(asked.email)
        room.note("person asked to confirm", details=f"subscriber {person.id if person else '?'}")
        room.site.wake()
        said = f"{asked.email} gets a mail to confirm by, and is subscribed once they do."
        return room.done(said, "audience")


def add_person(desk: Blueprint, room: Room) -> None:
    """Serve the page of one person, and what can be done about them."""
    store, secret = room.store, room.settings.secret_key

    def evidence() -> str:
        """What was written as a reason, and who wrote it."""
        given = one_line(request.form.get("reason", ""))
        if not given:
            raise InputError("the reason is missing", hint="write how you know")
        return one_line(f"{room.user.name}: {given}")

    @desk.get("/audience/<int:number>")
    def person(number: int) -> Response:
        email = _found(room, number).email
        return room.show("person.html", kept_of=people.personal_data(store, email, secret=secret))

    @desk.post("/audience/<int:number>/leave")
    @publisher
    def leave_person(number: int) -> Response:
        _found(room, number)
        left = store.audience.leave(number, room.now(), evidence()) or abort(404)
        owe_goodbye(store, left, room.now())
        room.site.wake()
        room.note("person unsubscribed", details=f"subscriber {number}")
        return room.done("They get no further issue.", "person", number=number)

    @desk.post("/audience/<int:number>/suppress")
    @publisher
    def suppress_person(number: int) -> Response:
        store.audience.suppress(_found(room, number).email, evidence(), room.now())
        room.note("address suppressed", details=f"subscriber {number}")
        return room.done("The address is not written to any more.", "person", number=number)

    @desk.post("/audience/lift")
    @publisher
    def lift_suppression() -> Response:
        email, said = normalise_address(request.form.get("email", "")), evidence()
        if not people.lift(store, email, secret=secret, now=room.now(), evidence=said):
            raise StateError(f"{email} is not suppressed", hint="look the address up in the list")
        holder = store.audience.by_email(email)
        room.note("suppression lifted", details=f"subscriber {holder.id}" if holder else "")
        return room.done(f"{email} may be asked to confirm again.", "audience")


def add_erasure(desk: Blueprint, room: Room) -> None:
    """Serve the erasure of a person, which asks for their address a second time."""

    @desk.get("/audience/<int:number>/erase")
    @publisher
    def erase_person(number: int) -> Response:
        return room.show("erase.html", person=_found(room, number))

    @desk.post("/audience/<int:number>/erase")
    @publisher
    def erased_person(number: int) -> Response:
        email = _found(room, number).email
        if request.form.get("email", "").strip().lower() != email.lower():
            problem = InputError("that is not their address", hint="type it as it stands above")
            return room.show("erase.html", 400, person=_found(room, number), problem=problem)
        said = f"asked {room.user.name}"
        erased = people.erase(
            room.store, email, secret=room.settings.secret_key, now=room.now(), evidence=said
        )
        room.note("person erased", details=f"subscriber {number}")
        waits = " An issue is being sent to them: what is left goes with the next erasure."
        more = waits if erased.open_batches else ""
        return room.done(
            f"They are erased here.{more} Erase them at your provider too.", "audience"
        )


def _found(room: Room, number: int) -> Subscriber:
    return room.store.audience.by_id(number) or abort(404)
