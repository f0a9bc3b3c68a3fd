"""Feeds that no strict parser accepts, read by feedparser in a process that can be ended."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from pathlib import Path

from digest.errors import SourceError
from digest.sources import feed_worker
from digest.sources.feed_worker import CPU_SECONDS, MEMORY, read_frame, write_frame
from digest.sources.parsed import ParsedFeed, parsed_item

WALL_SECONDS = 20


def feed_by_feedparser(text: str, url: str) -> ParsedFeed | None:
    """The feed that feedparser finds in `text`; None if it finds none.

    Raises:
        SourceError: it takes more than 1.5 s of CPU time, 20 s in all, or 512 MiB.
    """
    reply = _WORKER.ask(text.encode("utf-8", "replace"))
    if reply is None:
        raise SourceError(
            f"{url or 'the document'} is broken XML that cannot be repaired within"
            f" {CPU_SECONDS} s and {MEMORY // 2**20} MiB",
            hint="tell its publisher: a validator names the first broken line",
        )
    found = json.loads(reply)
    if found is None:
        return None
    items = tuple(parsed_item(**fields, base=url) for fields in found["items"])
    return ParsedFeed(found["title"], items)


class Worker:
    """One process that answers one request at a time; another takes its place when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Its number; None while there is none."""
        return self._process.pid if self._process else None

    def ask(self, request: bytes) -> bytes | None:
        """The reply; None if the process died over it, or was ended for taking too long."""
        with self._lock:
            process = self._running()
            watch = threading.Timer(WALL_SECONDS, process.kill)
            watch.start()
            reply = None
            try:
                reply = _exchange(process, request)
            finally:
                watch.cancel()
                if reply is None:
                    self.end()
            return reply

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(Path(feed_worker.__file__))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        write_frame(process.stdin, request)
        return read_frame(process.stdout)
    except OSError:
        return None


_WORKER = Worker()
atexit.register(_WORKER.end)
