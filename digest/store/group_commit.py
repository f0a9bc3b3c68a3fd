"""Work that threads bring at one moment, done in one transaction: what costs time is the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


@dataclass
class _Brought(Generic[Asked, Given]):
    """What a thread brings, what came of it, and what the thread waits for."""

    asked: Asked
    given: Given | None = None
    error: Exception | None = None
    is_done: bool = False
    turn: threading.Event = field(default_factory=threading.Event)


class GroupCommit(Generic[Asked, Given]):
    """One queue of work; while one thread writes a group, the next group gathers.

    Args:
        commit: does a group in one transaction, and gives what came of each, in their order.
    """

    def __init__(self, commit: Callable[[Sequence[Asked]], Sequence[Given]]) -> None:
        self._commit = commit
        self._queue: list[_Brought[Asked, Given]] = []
        self._queueing = threading.Lock()
        self._is_led = False

    def do(self, asked: Asked) -> Given:
        """Do a piece of work; once it returns, it is on the disk.

        Raises:
            StoreError: the transaction failed, and nothing of the group was done.
        """
        mine: _Brought[Asked, Given] = _Brought(asked)
        with self._queueing:
            self._queue.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads:
            mine.turn.wait()
        if not mine.is_done:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.given  # type: ignore[return-value]  # it is done

    def _lead(self) -> None:
        """Write what has gathered, and let one of those who came meanwhile go on."""
        with self._queueing:
            group, self._queue = self._queue, []
        try:
            given = self._commit([one.asked for one in group])
            for one, outcome in zip(group, given, strict=True):
                one.given = outcome
        except Exception as failure:  # whatever it is, each of the group is told
            for one in group:
                one.error = failure
        with self._queueing:
            following = self._queue[:1]
            self._is_led = bool(following)
        for one in group:
            one.is_done = True
            one.turn.set()
        for one in following:
            one.turn.set()
