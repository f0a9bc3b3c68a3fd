"""Keeps what a provider reports of mails: stored before it is read, applied in any order.

A report is a row by its id, so a copy changes nothing. What is not applied yet waits; a report of a
mail that nobody knows waits for a while too, since it may come before the provider's own answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.delivery import MailEvent, MailEventKind
from digest.fates import fate_after
from digest.model import DeliveryState
from digest.store import schema
from digest.store.database import Database, chunks
from digest.store.group_commit import GroupCommit
from digest.store.revealing import reveal

APPLIED, OF_A_NOTICE, UNKNOWN, UNREADABLE, NOTED = (
    "applied", "of a notice", "unknown mail", "unreadable", "noted",
)  # fmt: skip
"""What became of a report; the last is one that is of no mail and asks for nothing."""

_PAGE = 500
_LOOKED_BACK = 12  # issues, of which a reader may have missed some


class Webhooks:
    """The reports in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._group: GroupCommit[dict[str, object], None] = GroupCommit(self._write)

    def keep(self, id: str, document: str, at: datetime) -> None:
        """Write a report down as it came; once it returns, the report is on the disk.

        Threads that come at one moment share a transaction: what costs time is the disk.

        Args:
            id: the same for every copy of the report; a copy is not written again.
        """
        text = document.replace("\0", "\ufffd")
        row = {"svix_id": id, "received_at": at, "kind": "", "document": text, "outcome": ""}
        self._group.do(row)

    def _write(self, brought: Sequence[dict[str, object]]) -> list[None]:
        # In one order in every process, or two of them could wait for each other.
        found = sorted(brought, key=lambda row: str(row["svix_id"]))
        with self._database.write() as connection:
            insert = self._database.insert(schema.webhook_event).on_conflict_do_nothing()
            connection.execute(insert, found)
        return [None] * len(brought)

    def waiting(self, since: datetime | None = None) -> Iterator[tuple[tuple[str, str], ...]]:
        """The reports not applied yet, oldest first, some hundred at a time: id and document.

        Args:
            since: leave out what came before.
        """
        table = schema.webhook_event
        place = sa.tuple_(table.c.received_at, table.c.svix_id)
        query = sa.select(table).where(table.c.processed_at.is_(None))
        if since is not None:
            query = query.where(table.c.received_at >= since)
        query, last = query.order_by(table.c.received_at, table.c.svix_id).limit(_PAGE), None
        while True:
            page = query if last is None else query.where(place > sa.tuple_(*last))
            with self._database.read() as connection:
                found = connection.execute(page).all()
            if not found:
                return
            yield tuple((row.svix_id, row.document) for row in found)
            last = (
                sa.literal(found[-1].received_at, schema.Moment),
                sa.literal(found[-1].svix_id, sa.Text),
            )

    def oldest_waiting(self) -> datetime | None:
        """When the oldest report came that is not applied yet; None if none waits."""
        table = schema.webhook_event
        query = sa.select(sa.func.min(table.c.received_at)).where(table.c.processed_at.is_(None))
        with self._database.read() as connection:
            found: datetime | None = connection.execute(query).scalar_one()
        return found

    def apply(
        self,
        events: Sequence[MailEvent],
        *,
        unreadable: Mapping[str, str],
        at: datetime,
        patient_until: datetime,
    ) -> Counter[str]:
        """Move mails to their fates and settle the reports; again, it changes nothing.

        Args:
            unreadable: reports that say nothing, by their id, with the reason.
            patient_until: reports of unknown mails that came later than this go on waiting.

        Returns:
            How many reports met which outcome.
        """
        by_mail: dict[str, list[MailEvent]] = {}
        for event in events:
            if event.provider_id:
                by_mail.setdefault(event.provider_id, []).append(event)
        with self._database.write() as connection:
            known = _move(connection, by_mail, at)
            notices = _notices(connection, by_mail)
            outcomes = {id: (UNREADABLE, "", why) for id, why in unreadable.items()}
            for event in events:
                mail = event.provider_id
                outcome = (
                    NOTED if not mail
                    else APPLIED if mail in known
                    else OF_A_NOTICE if mail in notices
                    else UNKNOWN
                )  # fmt: skip
                outcomes[event.id] = (outcome, event.kind.value, "")
            return _settle(connection, outcomes, at, patient_until)

    def reveal(self, events: Sequence[MailEvent], at: datetime) -> frozenset[int]:
        """Settle mails of which nobody knew whether they left; returns the issues they are of."""
        with self._database.write() as connection:
            return reveal(connection, events, at, place=self._database.place)

    def counts(self) -> dict[str, int]:
        """How many reports met which outcome; "" for those that wait."""
        table = schema.webhook_event
        query = sa.select(table.c.outcome, sa.func.count()).group_by(table.c.outcome)
        with self._database.read() as connection:
            return {row[0].partition(":")[0]: row[1] for row in connection.execute(query)}

    def soft_bounces(self, provider_ids: Iterable[str], issues: int) -> frozenset[str]:
        """Of these mails, those whose readers' last so many issues all came back."""
        with self._database.read() as connection:
            return frozenset(id for id in provider_ids if _came_back(connection, id, issues))


def _came_back(connection: Connection, provider_id: str, issues: int) -> bool:
    table, all_issues = schema.delivery, schema.issue
    ours = sa.select(table.c.issue, table.c.subscriber).where(table.c.provider_id == provider_id)
    mail = connection.execute(ours.limit(1)).one_or_none()
    if mail is None:
        return False
    # The key of a delivery begins with its issue: named ones are found without a search.
    recent = sa.select(all_issues.c.number).where(all_issues.c.number <= mail.issue)
    recent = recent.order_by(all_issues.c.number.desc()).limit(_LOOKED_BACK)
    numbers = connection.execute(recent).scalars().all()
    got = sa.select(table.c.fate).where(
        table.c.issue.in_(numbers),
        table.c.subscriber == mail.subscriber,
        table.c.state == DeliveryState.SENT.value,
    )
    fates = connection.execute(got.order_by(table.c.issue.desc()).limit(issues)).scalars().all()
    return list(fates) == [MailEventKind.BOUNCED.value] * issues


def _move(
    connection: Connection, by_mail: Mapping[str, Sequence[MailEvent]], at: datetime
) -> set[str]:
    """Give deliveries their fates; returns which of the mails are of an issue."""
    table = schema.delivery
    known, changes = set(), []
    for ids in chunks(sorted(by_mail)):
        query = sa.select(table).where(table.c.provider_id.in_(ids))
        query = query.order_by(table.c.issue, table.c.subscriber).with_for_update()
        for row in connection.execute(query):
            known.add(row.provider_id)
            before = row.fate, row.fate_at
            fate, since = fate_after(before, by_mail[row.provider_id])
            if (fate, since) != before:
                pair = {"of": row.issue, "whom": row.subscriber}
                changes.append({**pair, "now_fate": fate, "now_at": since})
    if changes:
        change = sa.update(table).where(
            table.c.issue == sa.bindparam("of"), table.c.subscriber == sa.bindparam("whom")
        )
        change = change.values(fate=sa.bindparam("now_fate"), fate_at=sa.bindparam("now_at"))
        connection.execute(change, changes)
    return known


def _notices(connection: Connection, by_mail: Iterable[str]) -> set[str]:
    column = schema.notice.c.provider_id
    found: set[str] = set()
    for ids in chunks(sorted(by_mail)):
        found.update(connection.execute(sa.select(column).where(column.in_(ids))).scalars())
    return found


def _settle(
    connection: Connection,
    outcomes: Mapping[str, tuple[str, str, str]],
    at: datetime,
    patient_until: datetime,
) -> Counter[str]:
    table = schema.webhook_event
    change = (
        sa.update(table)
        .where(table.c.svix_id == sa.bindparam("id"), table.c.processed_at.is_(None))
        .values(
            processed_at=at, outcome=sa.bindparam("became"), kind=sa.bindparam("told")
        )
    )  # fmt: skip
    settled = [
        {"id": id, "became": f"{outcome}: {why}" if why else outcome, "told": kind}
        for id, (outcome, kind, why) in sorted(outcomes.items())
    ]
    known = [row for row in settled if row["became"] != UNKNOWN]
    unknown = [row for row in settled if row["became"] == UNKNOWN]
    if known:
        connection.execute(change, known)
    if unknown:
        connection.execute(change.where(table.c.received_at <= patient_until), unknown)
    return Counter(outcome for outcome, _, _ in outcomes.values())
