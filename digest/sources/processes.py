"""Processes that read what may be hostile, and are ended at their limits."""

from __future__ import annotations

import atexit
import subprocess
import sys
import threading
from pathlib import Path

from digest.sources import worker
from digest.sources.worker import read_frame, write_frame

WALL_SECONDS = 20


class Worker:
    """One process that answers one request at a time; another takes its place when it dies.

    Args:
        job: what it does, a name in `digest.sources.worker.JOBS`.
    """

    def __init__(self, job: str) -> None:
        self._job = job
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        atexit.register(self.end)

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
                [sys.executable, "-P", str(Path(worker.__file__)), self._job],
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
