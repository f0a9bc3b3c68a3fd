"""Keeps who works at the desk, their sessions, and what each of them did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.accounts import LONGEST, is_over
from digest.errors import InputError
from digest.model import AuditLine, DeskUser, Role
from digest.store import schema
from digest.store.database import Database, rows_changed

_SEEN_EVERY = timedelta(minutes=1)
"""A call writes the moment down again only after so long."""


class Users:
    """The users of the desk in one database; takes checked names and hashes only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sessions = Sessions(database)
        self.audit = Audit(database)

    def add(self, name: str, role: Role, password_hash: str, at: datetime) -> bool:
        """Add a user; False if the name is taken, and then nothing changes.

        Args:
            password_hash: "" for the operator of this machine, who comes by a link alone.
        """
        row = {
            "name": name, "role": role.value, "password_hash": password_hash, "made_at": at
        }  # fmt: skip
        insert = self._database.insert(schema.desk_user).values(row).on_conflict_do_nothing()
        with self._database.write() as connection:
            return rows_changed(connection, insert) == 1

    def all(self) -> tuple[DeskUser, ...]:
        """Every user who has a password, by name."""
        table = schema.desk_user
        query = sa.select(table).where(table.c.password_hash != "").order_by(table.c.name)
        with self._database.read() as connection:
            return tuple(map(_user_of, connection.execute(query)))

    def password_hash(self, name: str) -> str:
        """The hash to check a password against; "" if nobody may come in by this name."""
        table = schema.desk_user
        query = sa.select(table.c.password_hash).where(
            table.c.name == name, table.c.disabled_at.is_(None)
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none() or ""

    def set_password_hash(self, name: str, password_hash: str, *, keep: str = "") -> None:
        """Change a password; the sessions that were begun with the old one end.

        Args:
            keep: the token key of the one session that goes on.
        """
        self.rehash(name, password_hash)
        self.sessions.end_all(name, keep=keep)

    def rehash(self, name: str, password_hash: str) -> None:
        """Keep the same password in another form; sessions go on."""
        self._change(name, password_hash=password_hash)

    def set_role(self, name: str, role: Role) -> None:
        """Change what somebody may do; it holds from their next call on."""
        self._change(name, role=role.value)

    def set_disabled(self, name: str, at: datetime | None) -> None:
        """Keep somebody out, and end their sessions; None lets them in again."""
        self._change(name, disabled_at=at)
        if at is not None:
            self.sessions.end_all(name)

    def remove(self, name: str) -> None:
        """Forget a user; what they did stays in the audit log.

        Raises:
            InputError: there is none of this name.
        """
        table, sessions = schema.desk_user, schema.desk_session
        with self._database.write() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.user == name))
            if not connection.execute(sa.delete(table).where(table.c.name == name)).rowcount:
                raise _unknown(name)

    def _change(self, name: str, **values: Any) -> None:
        table = schema.desk_user
        with self._database.write() as connection:
            change = sa.update(table).where(table.c.name == name).values(**values)
            if not rows_changed(connection, change):
                raise _unknown(name)


@dataclass(frozen=True, slots=True)
class Session:
    """A user at the desk now, and the key of the session they came by."""

    user: DeskUser
    token_key: str


class Sessions:
    """The sessions of the desk: the hash of each one's token, and whose it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, token_key: str, user: str, at: datetime, *, life: timedelta = LONGEST) -> None:
        """Begin a session, and forget those that have ended."""
        table = schema.desk_session
        row = {
            "token_key": token_key, "user": user, "made_at": at, "seen_at": at,
            "expires_at": at + life,
        }  # fmt: skip
        with self._database.write() as connection:
            connection.execute(sa.delete(table).where(table.c.expires_at <= at))
            connection.execute(sa.insert(table).values(row))

    def find(self, token_key: str, at: datetime) -> Session | None:
        """The session, noted as seen; None if there is none, or it or its user's time is over."""
        row = self._row(token_key, at)
        if row is None:
            return None
        if at - row.seen_at >= _SEEN_EVERY:
            table = schema.desk_session
            seen = sa.update(table).where(table.c.token_key == token_key).values(seen_at=at)
            with self._database.write() as connection:
                connection.execute(seen)
        return Session(_user_of(row), token_key)

    def holder(self, token_key: str, at: datetime) -> DeskUser | None:
        """Whose session it is; looks only, and so never waits for a writer."""
        row = self._row(token_key, at)
        return None if row is None else _user_of(row)

    def _row(self, token_key: str, at: datetime) -> Any:
        table, people = schema.desk_session, schema.desk_user
        query = (
            sa.select(people, table.c.seen_at, table.c.expires_at)
            .join_from(table, people, people.c.name == table.c.user)
            .where(table.c.token_key == token_key, people.c.disabled_at.is_(None))
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or is_over(at, seen_at=row.seen_at, expires_at=row.expires_at):
            return None
        return row

    def take(self, token_key: str, at: datetime) -> str:
        """End the session of a link that opens once; gives whose it was, "" if it is over."""
        table = schema.desk_session
        gone = sa.delete(table).where(table.c.token_key == token_key)
        with self._database.write() as connection:
            row = connection.execute(gone.returning(table)).one_or_none()
        return "" if row is None or at >= row.expires_at else str(row.user)

    def end(self, token_key: str) -> None:
        """Sign out; a session that has ended stays so."""
        table = schema.desk_session
        with self._database.write() as connection:
            connection.execute(sa.delete(table).where(table.c.token_key == token_key))

    def end_all(self, user: str, *, keep: str = "") -> int:
        """Sign somebody out everywhere, but for one session; gives how many ended."""
        table = schema.desk_session
        theirs = sa.delete(table).where(table.c.user == user, table.c.token_key != keep)
        with self._database.write() as connection:
            return connection.execute(theirs).rowcount


class Audit:
    """What was done at the desk, and by whom; only ever added to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, line: AuditLine) -> None:
        """Write a line down."""
        with self._database.write() as connection:
            _note(connection, line)

    def lines(
        self, *, before: int | None = None, issue: int | None = None, most: int = 100
    ) -> tuple[tuple[int, AuditLine], ...]:
        """The newest lines with their numbers, newest first.

        Args:
            before: only lines with a smaller number; None for all.
            issue: only lines about this issue; None for all.
        """
        table = schema.audit_line
        query = sa.select(table).order_by(table.c.id.desc()).limit(most)
        if before is not None:
            query = query.where(table.c.id < before)
        if issue is not None:
            query = query.where(table.c.issue == issue)
        with self._database.read() as connection:
            return tuple((row.id, _line_of(row)) for row in connection.execute(query))


def _note(connection: Connection, line: AuditLine) -> None:
    row = {
        "at": line.at, "who": line.who, "what": line.what, "issue": line.issue,
        "details": line.details,
    }  # fmt: skip
    connection.execute(sa.insert(schema.audit_line).values(row))


def _line_of(row: Any) -> AuditLine:
    return AuditLine(row.at, row.who, row.what, row.issue, row.details)


def _user_of(row: Any) -> DeskUser:
    return DeskUser(row.name, Role(row.role), row.made_at, row.disabled_at, row.password_hash != "")


def _unknown(name: str) -> InputError:
    return InputError(f"there is no user `{name}`", hint="see them with `recap users list`")
