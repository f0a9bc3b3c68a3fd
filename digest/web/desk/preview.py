"""The preview: the very mail of an issue for a chosen reader, in every way that it may be seen."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, request

from digest.lint import GMAIL_CLIPS_AT
from digest.model import Email, Subscriber
from digest.pipeline import proofing
from digest.pipeline.drafting import PREVIEW_READER
from digest.pipeline.proofing import Proof
from digest.renditions import in_scheme, without_pictures
from digest.web.desk import paths
from digest.web.desk.room import Room
from digest.web.frames import framed

FOUND = 20
"""Readers that a search shows."""

DESKTOP, PHONE, DARK, NO_PICTURES = "desktop", "phone", "dark", "no-pictures"
FRAMED = {
    DESKTOP: ("Desktop", 640),
    PHONE: ("Phone", 375),
    DARK: ("Dark", 640),
    NO_PICTURES: ("Pictures off", 640),
}
"""Views in a frame: what they are called, and how wide the frame is, in pixels."""

WRITTEN = {"text": "Text part", "headers": "Headers", "source": "Source"}
"""Views that are text."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What is looked at."""

    proof: Proof
    reader: Subscriber
    mail: Email

    @property
    def chosen(self) -> int:
        """The number of the reader, 0 for the made-up one."""
        return self.reader.id


def add_preview(desk: Blueprint, room: Room) -> None:
    """Serve the preview, the document in its frame, and the source."""

    @desk.get(f"{paths.NUMBER}/preview")
    def preview(number: int) -> Response:
        look = _look(room, number)
        view = request.args.get("view", DESKTOP)
        if view not in FRAMED and view not in WRITTEN:
            abort(404)
        wanted = request.args.get("address", "").strip()
        found = room.store.audience.directory.beginning(wanted, most=FOUND) if wanted else ()
        findings = proofing.findings(room.store, room.settings, look.proof)
        issue = look.proof.issue
        return room.show(
            "preview.html",
            look=look,
            issue=issue,
            page=paths.of_issue(room.site.base, number),
            view=view,
            framed=FRAMED,
            written=WRITTEN,
            headers=_headers(look.mail),
            wanted=wanted,
            found=found,
            most=FOUND,
            clips_at=GMAIL_CLIPS_AT,
            findings=[(one, paths.of_finding(issue, one)) for one in findings],
        )

    @desk.get(f"{paths.NUMBER}/preview/mail")
    def preview_mail(number: int) -> Response:
        look = _look(room, number)
        view = request.args.get("view", DESKTOP)
        if view not in FRAMED:
            abort(404)
        html = in_scheme(look.mail.html, "dark" if view == DARK else "light")
        if view == NO_PICTURES:
            return framed(without_pictures(html), pictures=False)
        return framed(html, logo=room.settings.brand.logo)

    @desk.get(f"{paths.NUMBER}/preview/source")
    def preview_source(number: int) -> Response:
        response = make_response(_look(room, number).mail.html)
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
        response.headers["Cache-Control"] = "no-store"
        return response


def _look(room: Room, number: int) -> _Look:
    chosen = request.args.get("reader", "0")
    if not chosen.isdecimal() or len(chosen) > 18:
        abort(404)
    reader = PREVIEW_READER
    if int(chosen):
        known = room.store.audience.by_id(int(chosen))
        if known is None:
            abort(404)
        reader = known
    proof = proofing.proof(room.store, room.settings, number)
    return _Look(proof, reader, proofing.mail_to(proof, room.settings, reader))


def _headers(mail: Email) -> list[tuple[str, str]]:
    """What a reader's mail program is told above the parts; the provider adds its own."""
    first = [("From", mail.sender), ("To", mail.to), ("Subject", mail.subject)]
    return first + sorted(mail.headers.items())
