"""Senders that are killed: each a process of its own, forked from one that has all imported."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from digest.errors import StateError
from digest.pipeline import sending
from digest.pipeline.course import Pace
from digest.providers import resend_http
from digest.providers.resend import ResendProvider
from digest.settings import load_settings
from digest.store import open_store
from tests.standins.resend import KEY


def send_all(
    folder: Path, environ: dict[str, str], number: int, address: str, seconds: float
) -> None:
    """What one sender does until the issue is sent; it gives up an answer after `seconds`."""
    settings = load_settings(folder, environ)
    resend_http.TIMEOUT = (seconds, seconds)
    with open_store(settings.database_url) as store:
        try:
            pace = Pace(store.ledger.clock(), time.sleep, patient=True)
            sending.send(store, settings, number, ResendProvider(KEY, address), pace=pace)
        except StateError:
            if store.content.issue(number).status != "sent":  # another sender was quicker
                raise


@dataclass
class Senders:
    """Racing senders that are killed at random moments and started again.

    Attributes:
        start: makes one sender.
        killed: how many were.
        failed: exit codes of those that ended by an error of their own.
    """

    start: Callable[[], BaseProcess]
    count: int
    random: random.Random
    killed: int = 0
    failed: list[int] = field(default_factory=list)
    _alive: list[BaseProcess] = field(default_factory=list)

    def __enter__(self) -> Senders:
        self._alive = [self.start() for _ in range(self.count)]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._alive:
            process.kill()
            process.join()

    def kill_one(self) -> None:
        """Kill a sender as the machine would, without a word, and start another in its place."""
        at = self.random.randrange(self.count)
        process = self._alive[at]
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
            self.killed += 1
        process.join()
        if process.exitcode not in (0, -signal.SIGKILL):
            self.failed.append(process.exitcode or 0)
        self._alive[at] = self.start()

    def join(self) -> None:
        """Let those that are left come to their end."""
        for process in self._alive:
            process.join()
            if process.exitcode:
                self.failed.append(process.exitcode)


@contextmanager
def racing(
    folder: Path, environ: dict[str, str], number: int, address: str, *, count: int = 3,
    seed: int = 0, seconds: float = 1.0,
) -> Iterator[Senders]:  # fmt: skip
    """Senders of one issue, at work until the block ends."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.senders"])

    def start() -> BaseProcess:
        process = context.Process(
            target=send_all, args=(folder, environ, number, address, seconds), daemon=True
        )
        process.start()
        return process

    with Senders(start, count, random.Random(seed)) as senders:
        yield senders
