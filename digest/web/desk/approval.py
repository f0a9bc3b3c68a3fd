"""Test, approve, hold, send: what lets mail leave, each act asked for once more with its reach."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from digest.delivery import is_in_undo_window
from digest.errors import InputError, StateError
from digest.model import IssueStatus
from digest.pipeline import approving, dispatching, proofing, sending
from digest.pipeline.drafting import check_clean
from digest.pipeline.proofing import Proof
from digest.providers import open_provider
from digest.store import mail_hash
from digest.web.desk import paths
from digest.web.desk.gate import publisher
from digest.web.desk.room import Room
from digest.wording import plural

_RESUMED = {
    IssueStatus.SENDING: "It goes on.",
    IssueStatus.APPROVED: "It is approved again; nothing was sent.",
    IssueStatus.DRAFT: "It is a draft like any other again.",
}
_GOING = tuple(_RESUMED)
_LINES = 100
_REVISIONS = 20


def add_approval(desk: Blueprint, room: Room) -> None:
    """Serve the page of an issue's way out, and what is pressed on it."""

    @desk.get(f"{paths.NUMBER}/send")
    def send(number: int) -> Response:
        return _shown(room, number)

    @desk.post(f"{paths.NUMBER}/test")
    def test(number: int) -> Response:
        typed = request.form.get("to", "")
        _check_unapproved(room, number)
        try:
            addresses = dispatching.read_addresses(typed)
        except InputError as error:
            return _shown(room, number, status=422, problem=error, typed=typed)
        told = dispatching.send_tests(
            room.store, room.settings, number, addresses, open_provider(room.settings),
            now=room.now(), by=room.user.name,
        )  # fmt: skip
        if any(told.values()):
            return _shown(room, number, status=422, typed=typed, told=told)
        return room.done(f"On its way to {', '.join(told)}.", "send", number=number)

    @desk.post(f"{paths.NUMBER}/hold")
    def hold(number: int) -> Response:
        if _status(room, number) is IssueStatus.HELD:
            return room.done("It is held already.", "send", number=number)
        because = request.form.get("because", "")[:500]
        gone = approving.hold(room.store, number, because, now=room.now(), by=room.user.name)
        said = f"Held; {plural(gone, 'mail')} had been sent." if gone else "Held; nothing was sent."
        return room.done(said, "send", number=number)

    _add_approving(desk, room)
    _add_sending(desk, room)


def _add_approving(desk: Blueprint, room: Room) -> None:
    @desk.get(f"{paths.NUMBER}/approve")
    @publisher
    def ask_to_approve(number: int) -> Response:
        _check_unapproved(room, number)
        proof = proofing.proof(room.store, room.settings, number)
        check_clean(room.store, room.settings, proof.issue, proof.mail)
        return _confirm(room, proof, "approve")

    @desk.post(f"{paths.NUMBER}/approve")
    @publisher
    def approve(number: int) -> Response:
        form = request.form
        try:
            approving.approve(
                room.store,
                room.settings,
                number,
                now=room.now(),
                without_test=form.get("without_test") == "yes",
                by=room.user.name,
                seen=form.get("seen") or "nothing",
                at_desk=True,
            )
        except StateError as error:
            return _shown(room, number, status=409, problem=error, shown=form.get("revision", ""))
        return room.done("Approved.", "send", number=number)


def _add_sending(desk: Blueprint, room: Room) -> None:
    def check_seen(number: int) -> None:
        frozen = room.store.approvals.frozen(number)
        if request.form.get("seen") != frozen.sha256:
            raise StateError(
                f"issue {number} is not what you looked at any more: revision {frozen.revision} is"
                " approved now; nothing was sent",
                hint="look at it again first",
            )

    def go(number: int) -> bool:
        return dispatching.send_now(
            room.site.dispatcher, room.store, room.settings, number, by=room.user.name
        )

    @desk.get(f"{paths.NUMBER}/send-now")
    @publisher
    def ask_to_send(number: int) -> Response:
        sending.check_may_leave(room.store, number)
        return _confirm(room, proofing.proof(room.store, room.settings, number), "send")

    @desk.post(f"{paths.NUMBER}/send-now")
    @publisher
    def send_now(number: int) -> Response:
        check_seen(number)
        if _status(room, number) is IssueStatus.SENT:
            return room.done("It was sent already.", "send", number=number)
        said = "It is on its way." if go(number) else "This server is sending it already."
        return room.done(said, "send", number=number)

    @desk.get(f"{paths.NUMBER}/resume")
    @publisher
    def ask_to_resume(number: int) -> Response:
        _check_stands(room, number, IssueStatus.HELD)
        return _confirm(room, proofing.proof(room.store, room.settings, number), "resume")

    @desk.post(f"{paths.NUMBER}/resume")
    @publisher
    def resume(number: int) -> Response:
        if not _is_unapproved(room, number):
            check_seen(number)
        if _status(room, number) in _GOING:
            return room.done("It goes on already.", "send", number=number)
        stands = approving.resume(room.store, number, now=room.now(), by=room.user.name)
        if stands is IssueStatus.SENDING:
            go(number)
        return room.done(_RESUMED[stands], "send", number=number)


def _shown(
    room: Room,
    number: int,
    *,
    status: int = 200,
    problem: Exception | None = None,
    typed: str | None = None,
    told: Mapping[str, str] | None = None,
    shown: str = "",
) -> Response:
    """The page, with what went wrong with the press that it answers.

    Args:
        shown: the revision that the press was made on.
    """
    proof = proofing.proof(room.store, room.settings, number)
    row = room.store.content.issue_row(number)
    found = proofing.findings(room.store, room.settings, proof)
    done = tuple(line for _, line in room.store.users.audit.lines(issue=number, most=_LINES))
    remembered = dispatching.last_tests(room.store, number, room.user.name)
    now = room.now()
    return room.show(
        "send.html",
        status,
        issue=proof.issue,
        row=row,
        proof=proof,
        page=paths.of_issue(room.site.base, number),
        is_draft=_is_unapproved(room, number),
        tested=room.store.approvals.is_tested(number, proof.mail),
        errors=sum(one.level == "error" for one in found),
        warnings=sum(one.level != "error" for one in found),
        in_undo=is_in_undo_window(row.send_after, now),
        progress=dispatching.progress(room.site.dispatcher, room.store, number, now=now),
        waiting=room.store.ledger.waiting(number),
        done=done,
        approved_by=next((one for one in done if one.what == approving.APPROVED), None),
        typed=" ".join(remembered) if typed is None else typed,
        told=told or {},
        problem=problem,
        since=_revisions(shown, proof.issue.revision),
        most=dispatching.MOST_TESTS,
    )


def _confirm(room: Room, proof: Proof, act: str) -> Response:
    """The page that says what a press would do, to how many, and asks for it."""
    number, provider = proof.issue.number, open_provider(room.settings)
    undo = room.settings.review.undo(at_desk=True)
    row = room.store.content.issue_row(number)
    leaves = room.now() + undo if act == "approve" else row.send_after
    return room.show(
        "confirm.html",
        act=act,
        issue=proof.issue,
        page=paths.of_issue(room.site.base, number),
        mail=proof.mail,
        seen=mail_hash(proof.mail),
        expected=sending.forecast_of(
            room.store, room.settings, number, proof.mail, provider, now=room.now()
        ),
        provider=provider.name,
        tested=room.store.approvals.is_tested(number, proof.mail),
        leaves=leaves if is_in_undo_window(leaves, room.now()) else None,
    )


def _status(room: Room, number: int) -> IssueStatus:
    return room.store.content.issue_row(number).status


def _is_unapproved(room: Room, number: int) -> bool:
    """A draft, whether it is held or not; what was approved and then held is none."""
    status = _status(room, number)
    held = status is IssueStatus.HELD and not room.store.approvals.has_frozen(number)
    return held or status is IssueStatus.DRAFT


def _check_unapproved(room: Room, number: int) -> None:
    if not _is_unapproved(room, number):
        _check_stands(room, number, IssueStatus.DRAFT)


def _check_stands(room: Room, number: int, wanted: IssueStatus) -> None:
    """Refuse what is pressed on a page that was shown of an issue that stood elsewhere."""
    status = _status(room, number)
    if status is not wanted:
        raise StateError(
            f"issue {number} is {status.value}, not {wanted.value} any more",
            hint="load the page of the issue again to see what can be done with it",
        )


def _revisions(shown: str, revision: int) -> range:
    """The revisions that came after the one that was shown, the latest few."""
    first = int(shown) if shown.isdecimal() and len(shown) < 10 else revision
    return range(max(first, revision - _REVISIONS) + 1, revision + 1)
