"""Keeps what was approved of an issue, byte for byte, and why it is stopped or left out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import InputError, StateError, StoreError
from digest.issue import content_hash
from digest.model import Email, Issue, IssueStatus
from digest.store import mail_rows, rows, schema
from digest.store.database import Database, rows_changed

_STARTED = (IssueStatus.APPROVED, IssueStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The mail that was approved.

    Attributes:
        revision: of the issue that it was made from.
        without_test: nobody had looked at a test copy of it.
        sha256: of the whole mail.
    """

    issue: int
    revision: int
    made_at: datetime
    without_test: bool
    sha256: str
    mail: Email


class Approvals:
    """The approved mails and the holds in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tested(self, number: int, mail: Email) -> None:
        """Note that a test copy of exactly this mail was sent."""
        change = sa.update(schema.issue).where(schema.issue.c.number == number)
        with self._database.write() as connection:
            connection.execute(change.values(tested_sha256=mail_hash(mail)))

    def is_tested(self, number: int, mail: Email) -> bool:
        """Whether the last test copy was of exactly this mail; False for an unknown issue."""
        query = sa.select(schema.issue.c.tested_sha256).where(schema.issue.c.number == number)
        with self._database.read() as connection:
            tested = connection.execute(query).scalar_one_or_none()
        return tested == mail_hash(mail)

    def approve(
        self, issue: Issue, mail: Email, *, at: datetime, send_after: datetime, without_test: bool
    ) -> None:
        """Approve an issue as it was read, and keep its mail: that and nothing else is sent.

        Args:
            send_after: nothing leaves before.

        Raises:
            InputError: no such issue.
            StateError: it is not a draft (nor held before anything was claimed), or it was changed
                meanwhile.
        """
        table, document = schema.issue, rows.document(mail)
        change = sa.update(table).where(
            table.c.number == issue.number,
            can_be_replaced(),
            table.c.revision == issue.revision,
        )
        values: dict[str, Any] = {
            "status": IssueStatus.APPROVED.value, "approved_at": at, "changed_at": at,
            "send_after": send_after, "held_because": "", "content_sha256": content_hash(issue),
        }  # fmt: skip
        frozen = {
            "issue": issue.number, "revision": issue.revision, "made_at": at,
            "without_test": without_test, "sha256": _sha256(document), "document": document,
        }  # fmt: skip
        insert = self._database.insert(schema.frozen).values(frozen)
        keep = insert.on_conflict_do_update(index_elements=["issue"], set_=frozen)
        with self._database.write() as connection:
            if not rows_changed(connection, change.values(**values)):
                raise _not_approved(issue, _row(connection, issue.number))
            connection.execute(keep)

    def frozen(self, number: int) -> Frozen:
        """The mail that was approved.

        Raises:
            InputError: no such issue.
            StateError: none was approved.
            StoreError: it is not what was stored.
        """
        table, place = schema.frozen, self._database.place
        with self._database.read() as connection:
            _row(connection, number)
            row = connection.execute(sa.select(table).where(table.c.issue == number)).one_or_none()
        if row is None:
            raise StateError(
                f"issue {number} has no approved mail",
                hint=f"approve it (again): `recap hold {number}`, then `recap approve {number}`",
            )
        if _sha256(row.document) != row.sha256:
            raise StoreError(
                f"the approved mail of issue {number} in {place} is not what was stored",
                hint="put back a backup; nothing of this issue can be sent from here",
            )
        mail = mail_rows.email_of(row, place)
        return Frozen(number, row.revision, row.made_at, row.without_test, row.sha256, mail)

    def hold(self, number: int, because: str, at: datetime) -> None:
        """Stop an issue: nothing more of it is claimed, and a draft does not leave by itself.

        Raises:
            InputError: no such issue.
            StateError: it is no draft, nor approved or in sending.
        """
        table = schema.issue
        values = {"status": IssueStatus.HELD.value, "held_because": because, "changed_at": at}
        change = sa.update(table).where(table.c.number == number).values(**values)
        started = table.c.status.in_([status.value for status in _STARTED])
        with self._database.write() as connection:
            if rows_changed(connection, change.where(table.c.status == IssueStatus.DRAFT.value)):
                # What an earlier approval froze was changed since, and must not be resumed.
                _forget_frozen(connection, number)
            elif not rows_changed(connection, change.where(started)):
                what = "is a draft, approved or sending"
                raise _not_moved(_row(connection, number), "held", what)

    def skip(self, number: int, because: str, at: datetime) -> None:
        """Let nobody get an issue of which nothing was claimed; its approval is taken back.

        Raises:
            InputError: no such issue.
            StateError: some of it was claimed, or it is over.
        """
        table = schema.issue
        approved = sa.and_(table.c.status == IssueStatus.APPROVED.value, ~_was_claimed())
        unsent = sa.or_(can_be_replaced(), approved)
        change = sa.update(table).where(table.c.number == number, unsent)
        values = {
            "status": IssueStatus.SKIPPED.value, "held_because": because, "changed_at": at,
            "approved_at": None, "send_after": None,
        }  # fmt: skip
        with self._database.write() as connection:
            if not rows_changed(connection, change.values(**values)):
                what = "is a draft, approved or held, and of which nothing was claimed,"
                raise _not_moved(_row(connection, number), "skipped", what)
            _forget_frozen(connection, number)

    def resume(
        self, number: int, at: datetime, *, accepted: tuple[int, int] = (0, 0)
    ) -> IssueStatus:
        """Let a held issue go on where it stopped; one that was skipped is a draft again.

        Args:
            accepted: bounces and complaints that the person knows of who lets it go on.

        Returns:
            Where it stands now: sending if something of it was claimed, approved if it had been,
            else a draft.

        Raises:
            InputError: no such issue.
            StateError: it is neither held nor skipped, or another issue has the reports of one
                that was skipped by now.
        """
        table = schema.issue
        stopped = table.c.status.in_([IssueStatus.HELD.value, IssueStatus.SKIPPED.value])
        status = sa.case(
            (_was_claimed(), IssueStatus.SENDING.value),
            (_has_frozen(), IssueStatus.APPROVED.value),
            else_=IssueStatus.DRAFT.value,
        )
        change = sa.update(table).where(table.c.number == number, stopped)
        values = {
            "status": status, "held_because": "", "changed_at": at,
            "bounces_accepted": accepted[0], "complaints_accepted": accepted[1],
        }  # fmt: skip
        with self._database.write() as connection:
            _refuse_overtaken(connection, _row(connection, number))
            if not rows_changed(connection, change.values(**values)):
                raise _not_moved(_row(connection, number), "resumed", "is held or skipped")
            return IssueStatus(_row(connection, number).status)

    def has_frozen(self, number: int) -> bool:
        """Whether a mail was approved of an issue, and stands."""
        frozen = schema.frozen
        query = sa.select(frozen.c.issue).where(frozen.c.issue == number)
        with self._database.read() as connection:
            return connection.execute(query).one_or_none() is not None

    def accepted(self, number: int) -> tuple[int, int]:
        """Bounces and complaints that were known when a person let the issue go on."""
        with self._database.read() as connection:
            row = _row(connection, number)
        return row.bounces_accepted, row.complaints_accepted


def mail_hash(mail: Email) -> str:
    """SHA-256 of a whole mail: what `Frozen.sha256` is, and what a test copy is noted by."""
    return _sha256(rows.document(mail))


def can_be_replaced() -> sa.ColumnElement[bool]:
    """The issue may still be edited and approved: a draft, or held before its first claim."""
    table = schema.issue
    return sa.or_(
        table.c.status == IssueStatus.DRAFT.value,
        sa.and_(table.c.status == IssueStatus.HELD.value, ~_was_claimed()),
    )


def draft_or_held() -> sa.ColumnElement[str]:
    """What a changed issue is: a draft, but one that was held as a draft stays held."""
    table = schema.issue
    as_draft = sa.and_(table.c.status == IssueStatus.HELD.value, ~_has_frozen())
    return sa.case((as_draft, IssueStatus.HELD.value), else_=IssueStatus.DRAFT.value)


def _has_frozen() -> sa.ColumnElement[bool]:
    return sa.exists().where(schema.frozen.c.issue == schema.issue.c.number)


def _forget_frozen(connection: Connection, number: int) -> None:
    connection.execute(sa.delete(schema.frozen).where(schema.frozen.c.issue == number))


def _refuse_overtaken(connection: Connection, stored: Any) -> None:
    """A skipped issue left its reports to the next one: they must not be printed twice."""
    if stored.status != IssueStatus.SKIPPED.value:
        return
    table = schema.issue
    query = sa.select(sa.func.min(table.c.number)).where(
        table.c.number != stored.number,
        table.c.status != IssueStatus.SKIPPED.value,
        table.c.window_start < stored.window_end,
        table.c.window_end > stored.window_start,
    )
    taken_by = connection.execute(query).scalar_one()
    if taken_by is not None:
        raise StateError(
            f"issue {stored.number} was skipped, and issue {taken_by} has taken in its reports",
            hint=f"go on with issue {taken_by}",
        )


def _was_claimed() -> sa.ColumnElement[bool]:
    return sa.exists().where(schema.batch.c.issue == schema.issue.c.number)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _row(connection: Connection, number: int) -> Any:
    row = connection.execute(
        sa.select(schema.issue).where(schema.issue.c.number == number)
    ).one_or_none()
    if row is None:
        raise InputError(f"there is no issue {number}", hint="see the issues with `recap issues`")
    return row


def _not_approved(issue: Issue, stored: Any) -> StateError:
    if stored.status == IssueStatus.DRAFT.value:
        return StateError(
            f"issue {issue.number} was changed meanwhile, to revision {stored.revision};"
            " it was not approved",
            hint="read it again first",
        )
    return _not_moved(stored, "approved", "is a draft, or held before anything of it was claimed,")


def _not_moved(stored: Any, to: str, what: str) -> StateError:
    return StateError(
        f"issue {stored.number} is {stored.status}; only one that {what} can be {to}",
        hint="see where each issue stands with `recap issues`",
    )
