"""Keeps the people: subscribers, each address once, and the addresses never to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from digest.arrivals import Verdict
from digest.consent import Confirming, email_key
from digest.model import (
    ConsentEvent,
    ConsentKind,
    Profile,
    Subscriber,
    SubscriberStatus,
    Suppression,
)
from digest.roster import Entry
from digest.store import arriving, consents, rows, schema
from digest.store.consents import Standing
from digest.store.database import Database, rows_changed
from digest.store.directory import Directory
from digest.store.leavings import Leavings
from digest.store.notices import CONFIRMATION, owe
from digest.store.personal_data import Persons
from digest.store.profiles import consent_event_of, row_of_profile
from digest.tokens import ID_DIGITS

_CHUNK = 1000


class AudienceStore:
    """Subscribers and suppressions in one database; takes valid addresses only.

    Whoever was erased has a number and no address; no list or count holds them.

    Attributes:
        persons: everything that is kept of one person, to show and to erase.
        leavings: who leaves by the link of their mail.
        directory: people to look through, a page at a time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.persons = Persons(database)
        self.leavings = Leavings(database)
        self.directory = Directory(database)

    def add(
        self,
        email: str,
        name: str,
        *,
        status: SubscriberStatus,
        at: datetime,
        evidence: str,
        kind: ConsentKind = ConsentKind.ADDED,
        zone: str = "",
    ) -> tuple[Subscriber, bool]:
        """Add a subscriber, unless the address is there already; that one is left as it is.

        Args:
            evidence: where and how consent was given.

        Returns:
            The subscriber as stored, and whether it is new.
        """
        table = schema.subscriber
        with self._database.write() as connection:
            number = consents.add(
                self._database,
                connection,
                email,
                Profile(name.strip(), zone=zone),
                status=status,
                at=at,
                evidence=evidence,
            )
            if number is not None:
                consents.note(connection, number, kind, at, evidence)
            query = sa.select(table).where(table.c.email_key == email_key(email))
            return rows.subscriber_of(connection.execute(query).one()), number is not None

    def ask(
        self,
        email: str,
        profile: Profile,
        *,
        token_key: str,
        marks: Sequence[str],
        at: datetime,
        evidence: str,
        notice: str = "",
    ) -> str:
        """Take an address that a form gave; a new one becomes an unconfirmed subscriber.

        Args:
            token_key: what is kept of the token that the confirmation mail is to carry.
            marks: what the erasure of the address would be noted as, under every key.
            notice: key of the mail with the token, owed in the same step; "" to owe none.

        Returns:
            Why it gets no confirmation mail; "" if it does, and then the token is good.
        """
        with self._database.write() as connection:
            reason = consents.ask(
                self._database,
                connection,
                email,
                profile,
                token_key=token_key,
                marks=marks,
                at=at,
                evidence=evidence,
            )
            if notice and not reason:
                owe(self._database, connection, notice, CONFIRMATION, email, at)
        return reason

    def confirm(
        self,
        token_key: str,
        *,
        marks_of: Callable[[str], Sequence[str]],
        at: datetime,
        evidence: str,
    ) -> tuple[Confirming, Subscriber | None]:
        """Use up the token of a confirmation mail; gives whose it is, if it is known.

        Args:
            marks_of: the marks of an address key; a note of its erasure is taken away.
        """
        with self._database.write() as connection:
            outcome, number = consents.confirm(
                connection, token_key, marks_of=marks_of, at=at, evidence=evidence
            )
        return outcome, None if number is None else self.by_id(number)

    def leave(self, who: str | int, at: datetime, evidence: str = "") -> Subscriber | None:
        """Unsubscribe an address or a number; leaving twice keeps the first time.

        Returns:
            None if it is unknown.
        """
        people = schema.subscriber
        ours = people.c.id == who if isinstance(who, int) else people.c.email_key == email_key(who)
        with self._database.write() as connection:
            number = connection.execute(sa.select(people.c.id).where(ours)).scalar_one_or_none()
            if number is None:
                return None
            return consents.leave(connection, [(number, at, evidence)]).get(number)

    def choose(self, subscriber: int, profile: Profile) -> Subscriber | None:
        """Keep what a person says of themselves; None if nobody has that number."""
        people = schema.subscriber
        ours = sa.update(people).where(people.c.id == subscriber, people.c.email != "")
        with self._database.write() as connection:
            connection.execute(ours.values(row_of_profile(profile)))
        return self.by_id(subscriber)

    def pause(self, subscriber: int, until: datetime | None) -> None:
        """Owe a person no issue until then; None: owe them the next one again."""
        people = schema.subscriber
        change = sa.update(people).where(people.c.id == subscriber, people.c.email != "")
        with self._database.write() as connection:
            connection.execute(change.values(paused_until=until))

    def standing(self, email: str, marks: Sequence[str] = ()) -> Standing:
        """Where an address stands: whose it is, whether suppressed, whether it was erased."""
        with self._database.read() as connection:
            return consents.standing(connection, email, marks)

    def by_email(self, email: str) -> Subscriber | None:
        """The subscriber with this address in any spelling; None if there is none."""
        return self.standing(email).subscriber

    def by_id(self, subscriber: int) -> Subscriber | None:
        """The subscriber with this number; None if there is none or they were erased."""
        people = schema.subscriber
        query = sa.select(people).where(people.c.id == subscriber, people.c.email != "")
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else rows.subscriber_of(row)

    def history(self, subscriber: int) -> tuple[ConsentEvent, ...]:
        """Every change of a subscriber's consent, oldest first."""
        table = schema.consent_event
        query = sa.select(table).where(table.c.subscriber == subscriber).order_by(table.c.id)
        with self._database.read() as connection:
            return tuple(map(consent_event_of, connection.execute(query)))

    def all(self, status: SubscriberStatus | None = None) -> Iterator[Subscriber]:
        """Every subscriber (of one status) by id, read a thousand at a time."""
        table = schema.subscriber
        last = 0
        while True:
            query = sa.select(table).where(table.c.id > last, table.c.email != "")
            if status is not None:
                query = query.where(table.c.status == status.value)
            with self._database.read() as connection:
                found = connection.execute(query.order_by(table.c.id).limit(_CHUNK)).all()
            yield from map(rows.subscriber_of, found)
            if len(found) < _CHUNK:
                return
            last = found[-1].id

    def count(self, status: SubscriberStatus | None = None) -> int:
        """How many subscribers there are (of one status)."""
        table = schema.subscriber
        query = sa.select(sa.func.count()).select_from(table).where(table.c.email != "")
        if status is not None:
            query = query.where(table.c.status == status.value)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def suppress(self, email: str, reason: str, at: datetime) -> bool:
        """Never write to an address again; the first reason is kept. True if it is new."""
        people = schema.subscriber
        key = email_key(email)
        insert = self._database.insert(schema.suppression).values(
            email_key=key, email=consents.spelling(email), reason=reason, at=at
        )
        with self._database.write() as connection:
            new = rows_changed(connection, insert.on_conflict_do_nothing()) == 1
            holder = sa.select(people.c.id).where(people.c.email_key == key)
            number = connection.execute(holder).scalar_one_or_none()
            if new and number is not None:
                consents.note(connection, number, ConsentKind.SUPPRESSED, at, reason)
        return new

    def lift(self, email: str, *, marks: Sequence[str], at: datetime, evidence: str) -> bool:
        """Take a suppression back; its subscriber is written to once they confirm anew.

        Returns:
            False if the address was not suppressed.
        """
        never, gone = schema.suppression, schema.erasure
        with self._database.write() as connection:
            where = consents.standing(connection, email, marks, hold=True)
            connection.execute(sa.delete(never).where(never.c.email_key == email_key(email)))
            connection.execute(
                sa.update(gone).where(gone.c.address_mark.in_(marks)).values(suppressed="")
            )
            if where.suppressed and where.subscriber is not None:
                consents.lifted(connection, where.subscriber, at, evidence)
        return bool(where.suppressed)

    def suppressions(self) -> tuple[Suppression, ...]:
        """Every suppressed address, by address."""
        with self._database.read() as connection:
            found = [
                Suppression(row.email, row.reason, row.at)
                for row in connection.execute(sa.select(schema.suppression))
            ]
        return tuple(sorted(found, key=lambda one: one.email))

    def suppressed(self, emails: Iterable[str]) -> frozenset[str]:
        """Which of these addresses, as they are spelled here, are suppressed."""
        by_key: dict[str, list[str]] = {}
        for email in emails:
            by_key.setdefault(email_key(email), []).append(email)
        keys = list(by_key)
        found: set[str] = set()
        column = schema.suppression.c.email_key
        with self._database.read() as connection:
            for start in range(0, len(keys), _CHUNK):
                query = sa.select(column).where(column.in_(keys[start : start + _CHUNK]))
                for key in connection.execute(query).scalars():
                    found.update(by_key[key])
        return frozenset(found)

    def take_in(
        self,
        entries: Sequence[Entry],
        *,
        marks_of: Callable[[str], Sequence[str]],
        source: str,
        at: datetime,
        keep: bool = True,
    ) -> list[Verdict | str]:
        """Take lines of a list in, all or none; see `digest.arrivals` for what becomes of each.

        Args:
            marks_of: what the erasure of an address key would be noted as, under every key.
            source: the name of the list, for the proof.
            keep: False to find out only.
        """
        return arriving.take_in(
            self._database, entries, marks_of=marks_of, source=source, at=at, keep=keep
        )

    def mark_keys(self) -> frozenset[str]:
        """The ids of the keys under which erased addresses are noted."""
        mark = schema.erasure.c.address_mark
        query = sa.select(sa.func.substr(mark, 1, ID_DIGITS)).distinct()
        with self._database.read() as connection:
            return frozenset(connection.execute(query).scalars())
