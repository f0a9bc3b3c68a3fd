"""Work that goes on behind the pages: a thread a job, one job a name, all stopped at the end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from digest.engine import Stop
from digest.errors import DigestError, StateError

log = logging.getLogger("digest")


class Jobs:
    """The jobs of one process; use it in a `with` statement around the server.

    At its end every job is told to stop and is waited for.
    """

    def __init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[str, threading.Thread] = {}
        self._problems: dict[str, DigestError] = {}

    def __enter__(self) -> Jobs:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Tell every job to stop and wait for it; ending twice does no harm."""
        self._over.set()
        with self._lock:
            running = list(self._running.values())
        for thread in running:
            thread.join()

    def begin(self, name: str, work: Callable[[Stop], object]) -> bool:
        """Begin a job, unless one of its name is under way or the end has come; False then.

        Args:
            work: told how to ask whether to stop.
        """
        with self._lock:
            if name in self._running or self._over.is_set():
                return False
            self._problems.pop(name, None)
            thread = threading.Thread(target=self._run, args=(name, work), name=name, daemon=True)
            self._running[name] = thread
            thread.start()
        return True

    def is_running(self, name: str) -> bool:
        """Whether a job of this name is under way here."""
        with self._lock:
            return name in self._running

    def problem(self, name: str) -> DigestError | None:
        """Why the last job of this name ended before its end; None if it did not."""
        with self._lock:
            return self._problems.get(name)

    def _run(self, name: str, work: Callable[[Stop], object]) -> None:
        problem: DigestError | None = StateError(
            "it broke off", hint="whoever runs this machine finds the reason in its log"
        )
        try:
            work(self._over.is_set)
            problem = None
        except DigestError as error:
            log.error("%s: %s", name, error.problem, extra={"job": name})
            problem = error
        finally:
            with self._lock:
                del self._running[name]
                if problem is not None:
                    self._problems[name] = problem
