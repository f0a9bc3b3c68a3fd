"""Readers who leave by the link of their mail: with the goodbye they are owed, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.model import Subscriber
from digest.store import consents, schema
from digest.store.database import Database
from digest.store.group_commit import GroupCommit
from digest.store.notices import row_of_notice


@dataclass(frozen=True, slots=True)
class _Leaving:
    subscriber: int
    at: datetime
    evidence: str
    goodbye: Callable[[Subscriber], str]


class Leavings:
    """The way out of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owe = database.insert(schema.notice).on_conflict_do_nothing()
        self._group: GroupCommit[_Leaving, Subscriber | None] = GroupCommit(self._commit)

    def leave(
        self, subscriber: int, at: datetime, evidence: str, goodbye: Callable[[Subscriber], str]
    ) -> Subscriber | None:
        """Unsubscribe somebody and owe them the goodbye, or neither; again, it changes nothing.

        Args:
            goodbye: the key of the notice to who has left; it begins with the kind.

        Returns:
            Who left; None if there is no such person, or they were erased.
        """
        return self._group.do(_Leaving(subscriber, at, evidence, goodbye))

    def _commit(self, leavings: Sequence[_Leaving]) -> list[Subscriber | None]:
        first: dict[int, _Leaving] = {}
        for one in leavings:
            first.setdefault(one.subscriber, one)
        steps = [(number, first[number].at, first[number].evidence) for number in sorted(first)]
        with self._database.write() as connection:
            left = consents.leave(connection, steps)
            owed = [_goodbye(first[number], person) for number, person in left.items()]
            if owed:
                connection.execute(self._owe, owed)
        return [left.get(one.subscriber) for one in leavings]


def _goodbye(leaving: _Leaving, person: Subscriber) -> dict[str, Any]:
    key = leaving.goodbye(person)
    return row_of_notice(key, key.partition("/")[0], person.email, leaving.at)
