"""The pages behind the links of a review mail: each shows the draft, and has one button at most.

The link is the permission: there is no session and no cookie. A GET changes nothing, so that a
machine that opens every link of a mail does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, current_app

from digest.errors import InputError, StateError
from digest.localisation import ENGLISH
from digest.model import IssueStatus
from digest.pipeline import proofing, reviewing
from digest.pipeline.reviewing import Review
from digest.tokens import Purpose
from digest.web.documents import POLICY
from digest.web.frames import framed
from digest.web.pages import Page, failure
from digest.web.site import Site
from digest.web.visitors import Throttle, places_of
from digest.wording import plural

if TYPE_CHECKING:
    from digest.store import IssueRow

CALLS = (120, 600)
"""Within an hour, from one address and from its network: each look renders a whole mail."""

_HOLDABLE = (IssueStatus.DRAFT, IssueStatus.APPROVED, IssueStatus.SENDING)


def add_reviews(public: Blueprint, site: Site) -> None:
    """Serve what the links of review mails lead to."""
    throttle = Throttle(CALLS, timedelta(hours=1))

    def opened(token: str) -> Review:
        """The review of a link, or the page that says why there is none."""
        if not throttle.lets(places_of(site.caller()), site.clock()):
            abort(_plain(site, failure(ENGLISH, 429)))
        try:
            review = reviewing.read(site.store, site.settings, token, now=site.clock())
        except StateError as error:
            abort(_plain(site, Page("This link works no more", _told(error), status=410)))
        except InputError:
            abort(404)
        return review or abort(404)

    @public.get("/review/<token>")
    def review(token: str) -> Response:
        found = opened(token)
        if found.ticket.purpose is Purpose.HOLD:
            return _shown(site, found, token, _to_hold(found))
        if found.ticket.purpose is Purpose.APPROVE:
            return _shown(site, found, token, _to_approve(site, found))
        return _shown(site, found, token, _to_look(site, found))

    @public.get("/review/<token>/mail")
    def mail(token: str) -> Response:
        found = opened(token)
        html = proofing.mail_to(found.proof, site.settings).html
        return framed(html, logo=site.settings.brand.logo)

    @public.post("/review/<token>")
    def act(token: str) -> Response:
        found = opened(token)
        if found.ticket.purpose is Purpose.OPEN:
            abort(405)
        try:
            if found.ticket.purpose is Purpose.HOLD:
                return _plain(site, _hold(site, found))
            return _plain(site, _approve(site, found))
        except StateError as error:
            page = Page("That was not done", _told(error), way=_desk(found), status=409)
            return _plain(site, page)


def _approve(site: Site, found: Review) -> Page:
    reviewing.approve(site.store, site.settings, found, now=site.clock())
    row = site.store.content.issue_row(found.row.number)
    if row.status is not IssueStatus.APPROVED:
        return Page(f"Issue {row.number} is on its way", ("It was approved before.",))
    told = (_leaves(found, row, site.clock()), "You can take it back as long as nothing has left.")
    hold = reviewing.path_of(site.settings, found.ticket, Purpose.HOLD)
    return Page(f"Issue {row.number} is approved", told, way=("Hold it after all", hold))


def _hold(site: Site, found: Review) -> Page:
    gone = reviewing.hold(site.store, found, now=site.clock())
    row = site.store.content.issue_row(found.row.number)
    left = f"{plural(gone, 'mail')} had left before." if gone else ""
    told = ("Nothing more of it leaves until somebody lets it.", left, f"Why: {row.held_because}.")
    on = f"Approve it, or let it go on: `recap resume {row.number}`, or at the desk."
    return Page(f"Issue {row.number} is held", tuple(filter(None, (*told, on))), way=_desk(found))


def _to_approve(site: Site, found: Review) -> Page:
    """Asks for the press that approves, or says why there is none."""
    row = found.row
    if found.is_same and row.status is IssueStatus.APPROVED:
        told = (_about(found)[0], _leaves(found, row, site.clock()))
        return Page(f"Issue {row.number} is approved already", told)
    if found.is_same and row.status in (IssueStatus.SENDING, IssueStatus.SENT):
        return Page(f"Issue {row.number} is on its way", _about(found)[:1])
    if why := reviewing.refusal(site.store, found):
        heading = f"Issue {row.number} cannot be approved here"
        to_do = "Open it at the desk, or use the links of a newer mail."
        return Page(heading, (why, to_do), way=_desk(found), status=409)
    tested = site.store.approvals.is_tested(row.number, found.proof.mail)
    noted = "" if tested else "No test copy of this mail was sent; that is written down."
    when = _leaves(found, row, site.clock(), asking=True)
    held = f"It is held: {row.held_because}." if row.status is IssueStatus.HELD else ""
    return Page(
        f"Approve issue {row.number}?",
        tuple(filter(None, (_about(found)[0], held, when, noted))),
        button=f"Approve: {plural(found.readers, 'reader')}",
    )


def _to_hold(found: Review) -> Page:
    """Asks for the press that holds, or says why there is none."""
    row = found.row
    if row.status in _HOLDABLE:
        what = "It does not leave by itself then, whatever its schedule says."
        if row.status is not IssueStatus.DRAFT:
            what = "Nothing more of it leaves then."
        return Page(f"Hold issue {row.number}?", (*_about(found), what), button="Hold it")
    because = f": {row.held_because}" if row.held_because else ""
    return Page(
        f"Issue {row.number} cannot be held", (f"It is {row.status.value}{because}.",),
        way=_desk(found), status=200 if row.status is IssueStatus.HELD else 409,
    )  # fmt: skip


def _to_look(site: Site, found: Review) -> Page:
    row = found.row
    because = f": {row.held_because}" if row.held_because else ""
    stands = f"It is {row.status.value}{because}, revision {row.revision}."
    changed = "" if found.is_same else "It was changed since this mail was written."
    told = tuple(filter(None, (*_about(found), stands, changed)))
    return Page(f"Issue {row.number}", told)


def _about(found: Review) -> tuple[str, ...]:
    reach = f"It goes to {plural(found.readers, 'reader')} as of now."
    return f"Its subject: {found.proof.mail.subject}", reach


def _leaves(found: Review, row: IssueRow, now: datetime, *, asking: bool = False) -> str:
    """When an issue leaves once it is approved, as far as that can be told.

    Args:
        row: as it stands now; `found` tells how it stood before the press.
        asking: it is not approved yet.
    """
    send_at, zone = found.ticket.send_at, ZoneInfo(found.proof.issue.timezone)
    earliest = now if asking else row.send_after or now
    if send_at is not None and now < send_at:
        when = f"on {ENGLISH.moment(max(send_at, earliest).astimezone(zone))}"
    elif send_at is None:
        when = "at the next send of its schedule"
    elif found.row.status is IssueStatus.HELD:
        when = f"once somebody sends it: at the desk, or with `recap send {row.number}`"
    else:
        when = "within minutes, since its hour has come"
        if earliest > now:
            when = f"at {ENGLISH.moment(earliest.astimezone(zone))}, since its hour has come"
    begin = "Once approved it leaves" if asking else "It leaves"
    return f"{begin} to {plural(found.readers, 'reader')} {when}."


def _shown(site: Site, found: Review, token: str, page: Page) -> Response:
    """A page about the draft, with what the check found and the mail in a frame."""
    response = site.answer(
        page,
        "review.html",
        words=ENGLISH,
        mail=f"/review/{token}/mail",
        findings=found.findings,
        desk=_desk(found),
    )
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def _plain(site: Site, page: Page) -> Response:
    return site.answer(page, words=ENGLISH)


def _desk(found: Review) -> tuple[str, str]:
    if "desk" not in current_app.blueprints:
        return "", ""
    return "Open it at the desk", f"/desk/issues/{found.row.number}/send"


def _told(error: StateError) -> tuple[str, ...]:
    return tuple(f"{text[:1].upper()}{text[1:]}" for text in (error.problem, error.hint) if text)
