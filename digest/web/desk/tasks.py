"""Work that takes longer than a page may: in a thread of its own, and it tells how far it is.

Nothing is kept of it when the program ends; what it did to the database stays.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from digest.errors import DigestError, StateError

Result = TypeVar("Result")

log = logging.getLogger("digest")


@dataclass(slots=True)
class Task(Generic[Result]):
    """One piece of work.

    Attributes:
        title: what it does, for whoever watches.
        done, total: how far it is, in whatever it counts; a total of 0 is not known.
        result: what came of it; None while it runs, or if it failed.
        error: why it failed; None if it did not.
    """

    title: str
    total: int = 0
    done: int = 0
    result: Result | None = None
    error: DigestError | None = None
    is_over: bool = False

    def advance(self, number: int) -> None:
        """So much more is done."""
        self.done += number


class Tasks(Generic[Result]):
    """One place for work of one kind: the present piece, or the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.present: Task[Result] | None = None

    def start(
        self, title: str, work: Callable[[Task[Result]], Result], *, total: int = 0
    ) -> Task[Result]:
        """Begin a piece of work in a thread of its own.

        Raises:
            StateError: the piece before is not over.
        """
        with self._lock:
            if self.present is not None and not self.present.is_over:
                raise StateError(f"{self.present.title} is under way", hint="wait until it is over")
            task: Task[Result] = Task(title, total=total)
            self.present = task
        threading.Thread(target=self._run, args=(task, work), name=title, daemon=True).start()
        return task

    def _run(self, task: Task[Result], work: Callable[[Task[Result]], Result]) -> None:
        try:
            task.result = work(task)
        except DigestError as error:
            task.error = error
        except BaseException:
            task.error = DigestError(f"{task.title} was broken off", hint="the log says why")
            log.exception("%s was broken off", task.title, extra={"task": task.title})
            raise
        finally:
            task.is_over = True
