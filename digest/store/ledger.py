"""Keeps who is owed which issue, and what became of it: one delivery a pair, for ever.

A batch is committed with its key, its frozen recipients and the hash of its mails before anyone is
written to; until its outcome is known it is handed out again under that same key, so that a
provider which honours keys delivers it once, whatever died in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digest.consent import PAUSED
from digest.delivery import is_in_undo_window
from digest.errors import StateError
from digest.model import DeliveryState, SubscriberStatus
from digest.sealing import Sealer
from digest.store import claiming, hours, mail_rows, schema, settling
from digest.store.account import Account
from digest.store.claiming import Batch, Claimant
from digest.store.database import Database, rows_changed
from digest.store.keys import batch_key
from digest.store.periods import Occurrences
from digest.store.settling import Result

_OWED = ("issue", "subscriber", "state", "error", "at", "due_at")


class Ledger(Account):
    """Deliveries, batches and occurrences in one database.

    Attributes:
        occurrences: which periods of which schedules have happened.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.occurrences = Occurrences(database)

    def plan(self, issue: int, *, at: datetime, leave_local: str | None = None) -> int:
        """Owe the issue to everyone who may be written to now; those already owed stay as is.

        Whoever paused is passed over for good, with that reason: an issue is of its week. A mail
        keeps its reader's hour, wherever the reader goes afterwards.

        Args:
            leave_local: what it is on the readers' walls when their mails leave, such as
                `2026-06-01T08:00`; "" for no matter what. It is kept, and binds those whose mail
                has not left yet. None for what was kept before.

        Returns:
            How many deliveries are new, those passed over included, or have their hour anew.

        Raises:
            InputError: no such issue.
            StateError: the issue is neither approved nor sending.
        """
        with self._database.write() as connection:
            claiming.check_sendable(connection, issue, alone=True)
            anew = leave_local is not None and hours.keep_local(connection, issue, leave_local)
            eligible = _eligible(issue, hours.due_at(connection, issue, at), at)
            owe = self._database.insert(schema.delivery).from_select([*_OWED], eligible)
            if not anew:
                return rows_changed(connection, owe.on_conflict_do_nothing())
            again = owe.on_conflict_do_update(
                index_elements=["issue", "subscriber"],
                set_={"due_at": owe.excluded.due_at},
                where=schema.delivery.c.state == DeliveryState.PLANNED.value,
            )
            return rows_changed(connection, again)

    def claim(
        self, issue: int, content: str, seal: Sealer, who: Claimant, *, at: datetime,
        early: bool = False,
    ) -> Batch | None:  # fmt: skip
        """The next batch to send, committed before it is returned; None if none may go now.

        An open batch comes first, with its old key, recipients and bytes. Otherwise planned
        deliveries are looked at as their subscribers stand at this moment: those who may not be
        written to any more are skipped with the reason, the others become a batch.

        Args:
            content: hash of the mail that was approved; the key is made of it.
            early: take the open batch that waits the shortest even so, and make a new one only
                if none is open: how a provider that failed is asked whether it is back.

        Raises:
            InputError: no such issue.
            StateError: the issue is neither approved nor sending, or may still be taken back.
        """
        place = self._database.place
        with self._database.write() as connection:
            row = claiming.check_sendable(connection, issue)
            if is_in_undo_window(row.send_after, at):
                raise StateError(
                    f"issue {issue} leaves from {row.send_after:%Y-%m-%d %H:%M:%S} UTC on",
                    hint=f"until then `recap hold {issue}` takes it back",
                )
            batch = claiming.open_batch(connection, issue, seal, who, at, early=early, place=place)
            if batch or (early and self._has_open(connection, issue)):
                return batch
            return claiming.new_batch(connection, issue, content, seal, who, at)

    def finish(self, batch: Batch, results: Sequence[Result], at: datetime) -> bool:
        """Write down what became of a batch, all of it or nothing.

        Args:
            results: one for each recipient, in any order.

        Returns:
            False if the batch is not this claim's any more; what another wrote stands.

        Raises:
            StateError: a recipient has no result or two, or a result is not final or belongs to
                nobody in the batch.
        """
        settling.check_results(batch.key, [person.id for person in batch.recipients], results)
        with self._database.write() as connection:
            if not settling.close(connection, _ours(batch), settling.DONE, at):
                return False
            settling.write_results(connection, batch.number, batch.issue, results, at)
        return True

    def release(
        self, batch: Batch, error: str, at: datetime, *, accepted: bool, wait: float = 0.0
    ) -> bool:
        """Note a failed attempt; the batch stays open under its key, to be claimed again.

        Args:
            accepted: it may have been accepted all the same.
            wait: seconds before it goes again.

        Returns:
            False if the batch is not this claim's any more.
        """
        change = sa.update(schema.batch).where(_ours(batch))
        values = {
            "error": error,
            "untouched": batch.untouched and not accepted,
            "not_before": at + timedelta(seconds=wait),
            "lease_owner": "",
            "lease_until": None,
        }
        with self._database.write() as connection:
            return rows_changed(connection, change.values(**values)) == 1

    def park(self, batch: Batch, error: str, at: datetime, *, state: str = settling.HELD) -> bool:
        """Put a batch aside for a person; False if it is not this claim's any more."""
        with self._database.write() as connection:
            if not settling.close(connection, _ours(batch), settling.OPEN, at):  # ours, no lease
                return False
            settling.park(connection, batch.number, batch.recipients, state, error, at)
        return True

    def split(self, batch: Batch, seal: Sealer, content: str, error: str, at: datetime) -> bool:
        """Put two open batches in the place of one that was refused for one of its mails.

        A batch of one mail is at its end: that mail is rejected.

        Returns:
            False if the batch is not this claim's any more.
        """
        people = batch.recipients
        last = settling.SPLIT if len(people) > 1 else settling.DONE
        with self._database.write() as connection:
            if not settling.close(connection, _ours(batch), last, at, error):
                return False
            if len(people) == 1:
                rejected = [(people[0].id, DeliveryState.REJECTED, "", error)]
                settling.write_results(connection, batch.number, batch.issue, rejected, at)
                return True
            middle = len(people) // 2
            for half in (people[:middle], people[middle:]):
                key = batch_key(connection, batch.issue, content, half)
                claiming.freeze(connection, key, batch.issue, seal.again(half), at)
        return True

    def decide(self, number: int, state: DeliveryState, error: str, at: datetime) -> int:
        """What a person says of a batch that waits: sent, skipped, or planned to go once more.

        Returns:
            How many mails were decided on; 0 if it does not wait any more.
        """
        query = sa.select(schema.batch).where(schema.batch.c.id == number)
        with self._database.write() as connection:
            row = connection.execute(query).one()
            people = mail_rows.recipients_of(row, self._database.place)
            return settling.decide(connection, number, people, at, state=state, error=error)

    def _has_open(self, connection: sa.Connection, issue: int) -> bool:
        table = schema.batch
        query = sa.select(table.c.id).where(table.c.issue == issue, table.c.state == settling.OPEN)
        return connection.execute(query.limit(1)).one_or_none() is not None


def _eligible(issue: int, due_at: hours.Hour, at: datetime) -> sa.Select[Any]:
    """The rows of `_OWED` for everyone who may be written to, by their hour and their id.

    So those who are claimed together lie together: in the midst of others each is a page of its
    own to read and to write.
    """
    people, never = schema.subscriber, schema.suppression
    planned, skipped = DeliveryState.PLANNED.value, DeliveryState.SKIPPED.value
    paused = claiming.is_paused(at)
    hour = due_at.label("hour")
    order = (people.c.id,) if isinstance(due_at, sa.Null) else (hour, people.c.id)
    return (
        sa.select(
            sa.literal(issue, sa.BigInteger),
            people.c.id,
            sa.case((paused, sa.literal(skipped, sa.Text)), else_=sa.literal(planned, sa.Text)),
            sa.case((paused, sa.literal(PAUSED, sa.Text)), else_=sa.literal("", sa.Text)),
            sa.literal(at, schema.Moment),
            hour,
        )
        .where(
            people.c.status == SubscriberStatus.CONFIRMED.value,
            ~sa.exists().where(never.c.email_key == people.c.email_key),
        )
        .order_by(*order)
    )


def _ours(batch: Batch) -> sa.ColumnElement[bool]:
    return settling.is_ours(batch.number, batch.owner, batch.attempt)
