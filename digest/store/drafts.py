"""Keeps what the machine drafted and what editors did to it, step by step; nothing is overwritten.

The row of the issue always holds the edited issue: whoever reads an issue need not know of moves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StateError
from digest.history import Step
from digest.model import Issue, IssueStatus, Story, Vocabulary
from digest.model.moves import Move
from digest.store import rows, schema
from digest.store.approvals import can_be_replaced, draft_or_held
from digest.store.content import write_issue
from digest.store.database import Database, chunks, rows_changed
from digest.store.memory import keep_vocabulary

_MOVE = msgspec.json.Decoder(Move)
_STORY = msgspec.json.Decoder(Story)
_OVER = (IssueStatus.SENT.value, IssueStatus.SKIPPED.value)


class Overtaken(StateError):
    """Somebody else was first: the issue has another revision by now, and nothing was stored."""

    def __init__(self, number: int, revision: int) -> None:
        super().__init__(
            f"issue {number} was changed meanwhile, to revision {revision}; nothing was stored",
            hint="read it again, then repeat the change",
        )


class Drafts:
    """The machine's drafts and the editors' steps in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        base: Issue,
        others: Sequence[Story],
        edited: Issue,
        *,
        at: datetime,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Store a build, and the issue that the moves make of it, in one transaction.

        Args:
            base: what the machine made; its revision follows the stored one, or is 1.
            others: the stories it did not print.
            edited: of the same number and revision.
            vocabulary: words of the reports that it was drafted from.

        Raises:
            Overtaken: another build or step has that revision already.
            StateError: the issue may not be edited any more.
            StoreError: another issue has that week.
        """
        table, key = schema.issue, {"issue": base.number, "revision": base.revision}
        query = sa.select(table.c.revision).where(table.c.number == base.number)
        with self._database.write() as connection:
            self._database.lock(connection, table)
            stored = connection.execute(query).scalar_one_or_none() or 0
            if stored != base.revision - 1:
                raise Overtaken(base.number, stored)
            write_issue(self._database, connection, edited)
            if vocabulary is not None:
                keep_vocabulary(self._database, connection, base.number, vocabulary)
            _forget_others(connection)
            row = {**key, "at": at, "by": "", "document": rows.document(base)}
            connection.execute(sa.insert(schema.draft).values(row))
            kept = [{**key, **row} for story in others for row in _rows_of(story)]
            if kept:
                connection.execute(sa.insert(schema.unprinted), kept)

    def adopt(self, number: int) -> None:
        """Take a stored issue that no build is kept of for the machine's own."""
        table, draft = schema.issue, schema.draft
        columns = (
            table.c.number,
            table.c.revision,
            table.c.drafted_at,
            sa.literal(""),
            table.c.document,
        )
        query = sa.select(*columns).where(
            table.c.number == number, ~sa.exists().where(draft.c.issue == table.c.number)
        )
        insert = self._database.insert(draft).from_select(
            ["issue", "revision", "at", "by", "document"], query
        )
        with self._database.write() as connection:
            connection.execute(insert.on_conflict_do_nothing())

    def append(self, step: Step, edited: Issue) -> None:
        """Store a step and the issue after it, if nobody else was first.

        Args:
            step: its revision follows the one it was made on.
            edited: as it is after the step; it becomes a draft again if its approval was held,
                and stays held if it was held as a draft.

        Raises:
            Overtaken: the issue has another revision than the one before the step.
            StateError: it may not be edited any more.
        """
        table, number = schema.issue, edited.number
        edited = replace(edited, revision=step.revision, status=IssueStatus.DRAFT)
        change = sa.update(table).where(
            table.c.number == number, can_be_replaced(), table.c.revision == step.revision - 1
        )
        status = draft_or_held()
        because = sa.case((status == IssueStatus.HELD.value, table.c.held_because), else_="")
        values = {
            **rows.row_of_issue(edited, ""),
            "status": status, "held_because": because, "approved_at": None,
        }  # fmt: skip
        row = {
            "issue": number, "revision": step.revision, "at": step.at, "by": step.by,
            "kind": step.kind, "target": step.target,
            "document": "" if step.move is None else msgspec.json.encode(step.move).decode(),
        }  # fmt: skip
        with self._database.write() as connection:
            if not rows_changed(connection, change.values(values)):
                raise _refused(connection, number, step.revision - 1)
            connection.execute(sa.insert(schema.move).values(row))

    def steps(self, number: int) -> tuple[Step, ...]:
        """Every build and step of an issue, by revision; none for an unknown one.

        Raises:
            StoreError: a stored move is damaged.
        """
        draft, move = schema.draft, schema.move
        builds = sa.select(draft.c.revision, draft.c.at, draft.c.by).where(draft.c.issue == number)
        moves = sa.select(move).where(move.c.issue == number)
        with self._database.read() as connection:
            found = [
                Step(row.revision, row.at, row.by, "draft") for row in connection.execute(builds)
            ]
            found += [self._step(row) for row in connection.execute(moves)]
        return tuple(sorted(found, key=lambda step: step.revision))

    def _step(self, row: Any) -> Step:
        what = f"revision {row.revision} of issue {row.issue} in {self._database.place}"
        made = rows.decoded(_MOVE.decode, row.document, what) if row.document else None
        return Step(row.revision, row.at, row.by, row.kind, made, row.target)

    def base(self, number: int, revision: int) -> Issue | None:
        """The last build up to a revision; None if none is kept.

        Raises:
            StoreError: it is damaged.
        """
        draft = schema.draft
        query = sa.select(
            draft.c.document, draft.c.issue.label("number"), sa.literal("draft").label("status")
        )
        query = query.where(draft.c.issue == number, draft.c.revision <= revision)
        with self._database.read() as connection:
            row = connection.execute(query.order_by(draft.c.revision.desc()).limit(1)).one_or_none()
        return None if row is None else rows.issue_of(row, self._database.place)

    def others(
        self, number: int, revision: int, items: Collection[str] | None = None
    ) -> tuple[Story, ...]:
        """The stories that a build did not print, by id; those of an issue that is over are gone.

        Args:
            revision: of the build.
            items: only the stories that hold one of these; None for all.

        Raises:
            StoreError: one is damaged.
        """
        table = schema.unprinted
        build = sa.select(table).where(table.c.issue == number, table.c.revision == revision)
        with self._database.read() as connection:
            if items is None:
                found = connection.execute(build.where(table.c.document != "")).all()
            else:
                held = _holding(connection, build, table.c.item, sorted(items))
                names = sorted({row.story for row in held})
                found = [
                    row for row in _holding(connection, build, table.c.item, names) if row.document
                ]
        what = f"a story of issue {number} in {self._database.place}"
        stories = (rows.decoded(_STORY.decode, row.document, what) for row in found)
        return tuple(sorted(stories, key=lambda story: story.id))


def _rows_of(story: Story) -> Iterator[Mapping[str, str]]:
    """A row an item; that of the item which the story is called by holds the story."""
    for item in story.items:
        document = msgspec.json.encode(story).decode() if item.id == story.id else ""
        yield {"item": item.id, "story": story.id, "document": document}


def _holding(
    connection: Connection, build: sa.Select[Any], column: sa.Column[str], values: Sequence[str]
) -> list[Any]:
    return [
        row
        for chunk in chunks(values)
        for row in connection.execute(build.where(column.in_(chunk)))
    ]


def _forget_others(connection: Connection) -> None:
    """What issues that are over did not print is not asked for any more."""
    table = schema.unprinted
    over = sa.select(schema.issue.c.number).where(schema.issue.c.status.in_(_OVER))
    connection.execute(sa.delete(table).where(table.c.issue.in_(over)))


def _refused(connection: Connection, number: int, expected: int) -> StateError:
    table = schema.issue
    row = connection.execute(
        sa.select(table.c.status, table.c.revision).where(table.c.number == number)
    ).one()
    if row.revision != expected:
        return Overtaken(number, row.revision)
    return not_editable(number, row.status)


def not_editable(number: int, status: str) -> StateError:
    """The error of an edit of an issue that is no draft any more."""
    skipped = status == IssueStatus.SKIPPED.value
    return StateError(
        f"issue {number} is {status} and cannot be edited",
        hint=f"make a draft of it again with `recap resume {number}`"
        if skipped
        else f"take the approval back with `recap hold {number}`; once mails have left, a"
        " correction goes into a new issue",
    )
