"""Keeps what was made of the items: issues and their states, and the reports of runs."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import InputError, StateError, StoreError
from digest.model import Issue, IssueStatus, RunReport, Vocabulary
from digest.store import rows, schema
from digest.store.approvals import can_be_replaced, draft_or_held
from digest.store.database import Database, rows_changed
from digest.store.memory import Memory, keep_vocabulary
from digest.store.rows import IssueRow


class ContentStore(Memory):
    """Sources, items, issues, what drafts learn from, and run reports in one database."""

    def next_number(self) -> int:
        """The number that the next new issue gets."""
        with self._database.read() as connection:
            query = sa.select(sa.func.max(schema.issue.c.number))
            return (connection.execute(query).scalar_one() or 0) + 1

    def save_issue(
        self, issue: Issue, *, content_sha256: str = "", vocabulary: Vocabulary | None = None
    ) -> None:
        """Store a new issue, or replace a draft, or one that is held before its first claim.

        Args:
            issue: its status is stored too, so a draft can become anything in one step; what was
                held as a draft stays held.
            content_sha256: hash of what was approved, kept beside the issue.
            vocabulary: words of the reports that it was drafted from; None keeps those stored.

        Raises:
            StateError: the stored issue is neither any more, or a later revision of it was saved
                meanwhile; it is left as it is.
            StoreError: another issue has that week.
        """
        with self._database.write() as connection:
            write_issue(self._database, connection, issue, content_sha256=content_sha256)
            if vocabulary is not None:
                keep_vocabulary(self._database, connection, issue.number, vocabulary)

    def issue(self, number: int) -> Issue:
        """The whole issue, with the status it has now.

        Raises:
            InputError: no issue has that number.
            StoreError: the stored document is damaged.
        """
        with self._database.read() as connection:
            return rows.issue_of(_issue_row(connection, number), self._database.place)

    def issue_of_week(self, week: str) -> Issue | None:
        """The issue of an ISO week such as `2026-W22`; None if none was made."""
        query = sa.select(schema.issue).where(schema.issue.c.week == week)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else rows.issue_of(row, self._database.place)

    def issues(self) -> tuple[IssueRow, ...]:
        """Every issue by number, without its stories."""
        columns = [schema.issue.c[field.name] for field in fields(IssueRow)]
        query = sa.select(*columns).order_by(schema.issue.c.number)
        with self._database.read() as connection:
            return tuple(rows.light_row_of(row) for row in connection.execute(query))

    def issue_row(self, number: int) -> IssueRow:
        """One line of `issues`; `InputError` if no issue has that number."""
        with self._database.read() as connection:
            return rows.light_row_of(_issue_row(connection, number))

    def cutoff_before(self, moment: datetime, *, excluding: int | None = None) -> datetime | None:
        """The last cut-off at or before `moment`: where the next issue's window starts.

        Skipped issues do not count, nor does the issue numbered `excluding`. None if there is
        no earlier issue.
        """
        table = schema.issue
        last = sa.select(sa.func.max(table.c.window_end)).where(table.c.window_end <= moment)
        return self._bound(last, excluding)

    def start_after(self, moment: datetime, *, excluding: int | None = None) -> datetime | None:
        """Where the first issue that reaches past `moment` starts: no window may run over it.

        The same issues count as for `cutoff_before`. None if there is no later issue.
        """
        table = schema.issue
        first = sa.select(sa.func.min(table.c.window_start)).where(table.c.window_end > moment)
        return self._bound(first, excluding)

    def _bound(self, query: sa.Select[Any], excluding: int | None) -> datetime | None:
        """One end of a window, among the issues that count."""
        table = schema.issue
        query = query.where(table.c.status != IssueStatus.SKIPPED.value)
        if excluding is not None:
            query = query.where(table.c.number != excluding)
        with self._database.read() as connection:
            found: datetime | None = connection.execute(query).scalar_one()
        return found

    def set_status(
        self,
        number: int,
        to: IssueStatus,
        *,
        expected: tuple[IssueStatus, ...],
        at: datetime,
        revision: int | None = None,
        content_sha256: str | None = None,
    ) -> Issue:
        """Move an issue on, if it still stands where the caller thinks; else change nothing.

        Args:
            expected: the states it may come from.
            revision: the one the caller has read, if the move depends on the content.
            content_sha256: stored in the same step, if given.

        Raises:
            InputError: no issue has that number.
            StateError: it stands elsewhere or was changed meanwhile; the message says which.
        """
        table = schema.issue
        values: dict[str, Any] = {"status": to.value, "changed_at": at}
        if to in (IssueStatus.APPROVED, IssueStatus.DRAFT):
            values["approved_at"] = at if to is IssueStatus.APPROVED else None
        if content_sha256 is not None:
            values["content_sha256"] = content_sha256
        allowed = [status.value for status in expected]
        change = sa.update(table).where(table.c.number == number, table.c.status.in_(allowed))
        if revision is not None:
            change = change.where(table.c.revision == revision)
        with self._database.write() as connection:
            moved = rows_changed(connection, change.values(values))
            row = _issue_row(connection, number)
            if not moved:
                raise _not_moved(row, to, allowed)
            return rows.issue_of(row, self._database.place)

    def save_report(self, report: RunReport) -> None:
        """Keep what a run did."""
        row = {"kind": report.kind, "at": report.at, "document": rows.document(report)}
        with self._database.write() as connection:
            connection.execute(sa.insert(schema.run_report).values(row))

    def reports(self, kind: str, limit: int) -> tuple[RunReport, ...]:
        """The latest `limit` reports of one kind of run, newest first."""
        table = schema.run_report
        query = sa.select(table).where(table.c.kind == kind)
        query = query.order_by(table.c.at.desc(), table.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return tuple(rows.report_of(row, self._database.place) for row in found)


def write_issue(
    database: Database, connection: Connection, issue: Issue, *, content_sha256: str = ""
) -> None:
    """Store an issue as `ContentStore.save_issue` does, within the caller's transaction."""
    table = schema.issue
    row = rows.row_of_issue(issue, content_sha256)
    insert = database.insert(table).values(row)
    changed: dict[str, Any] = {name: insert.excluded[name] for name in row if name != "number"}
    if issue.status is IssueStatus.DRAFT:
        changed["status"] = draft_or_held()
    save = insert.on_conflict_do_update(
        index_elements=["number"],
        set_=changed,
        where=sa.and_(can_be_replaced(), table.c.revision <= insert.excluded.revision),
    )
    database.lock(connection, table)
    _refuse_taken_week(connection, issue)
    if rows_changed(connection, save) == 0:
        raise _not_replaced(issue, _issue_row(connection, issue.number))


def _issue_row(connection: Connection, number: int) -> Any:
    query = sa.select(schema.issue).where(schema.issue.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise InputError(f"there is no issue {number}", hint="see the issues with `recap issues`")
    return row


def _refuse_taken_week(connection: Connection, issue: Issue) -> None:
    table = schema.issue
    query = sa.select(table.c.number).where(
        table.c.week == issue.week, table.c.number != issue.number
    )
    other = connection.execute(query).scalar_one_or_none()
    if other is not None:
        raise StoreError(
            f"week {issue.week} already has issue {other}; issue {issue.number} was not stored",
            hint=f"read it with `recap show {other}`",
        )


def _not_moved(stored: Any, to: IssueStatus, allowed: list[str]) -> StateError:
    if stored.status in allowed:
        return StateError(
            f"issue {stored.number} was changed meanwhile, to revision {stored.revision}; "
            f"it did not become {to.value}",
            hint="read it again first",
        )
    return StateError(
        f"issue {stored.number} is {stored.status}; only one that is "
        f"{' or '.join(allowed)} can become {to.value}",
        hint="see where each issue stands with `recap issues`",
    )


def _not_replaced(issue: Issue, stored: Any) -> StateError:
    if stored.status != IssueStatus.DRAFT.value and stored.revision <= issue.revision:
        return StateError(
            f"issue {issue.number} is {stored.status}; only a draft can be changed",
            hint="see where each issue stands with `recap issues`",
        )
    return StateError(
        f"issue {issue.number} has revision {stored.revision} by now; "
        f"revision {issue.revision} was not stored over it",
        hint="read the issue again and repeat the change",
    )
