"""Workers of a project, each a process of its own, as an operator starts them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Workers:
    """`recap worker`, several times over, in one project.

    Attributes:
        environ: on top of this process's own.
        killed: how many were killed.
    """

    folder: Path
    environ: dict[str, str]
    count: int
    concurrency: int = 1
    random: random.Random = field(default_factory=lambda: random.Random(0))
    killed: int = 0
    alive: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        command = [
            sys.executable, "-m", "digest", "worker", "--concurrency", str(self.concurrency)
        ]  # fmt: skip
        environ = {**os.environ, "PYTHONPATH": str(ROOT), **self.environ}
        with (self.folder / "workers.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=self.folder, env=environ, stdout=log, stderr=subprocess.STDOUT
            )

    def kill_one(self, *, restart: bool = True) -> None:
        """Kill one as the machine would, without a word, and start another in its place."""
        at = self.random.randrange(len(self.alive))
        self.alive[at].send_signal(signal.SIGKILL)
        self.alive[at].wait()
        self.killed += 1
        if restart:
            self.alive[at] = self.start()
        else:
            del self.alive[at]

    def revive(self) -> int:
        """Start those again that have ended, as a supervisor does; returns how many."""
        dead = [at for at, process in enumerate(self.alive) if process.poll() is not None]
        for at in dead:
            self.alive[at] = self.start()
        return len(dead)

    def log(self) -> str:
        """What all of them have written."""
        return (self.folder / "workers.log").read_text(encoding="utf-8")

    def wait_until_ready(self, seconds: float = 30) -> None:
        """Until each has said that it is there."""
        until = time.monotonic() + seconds
        while self.log().count("pid=") < self.count:
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)


@contextmanager
def workers(
    folder: Path, environ: dict[str, str], *, count: int, concurrency: int = 1, seed: int = 0
) -> Iterator[Workers]:
    """So many workers, at work until the block ends."""
    made = Workers(folder, environ, count, concurrency, random.Random(seed))
    made.alive = [made.start() for _ in range(count)]
    try:
        yield made
    finally:
        for process in made.alive:
            process.terminate()
        for process in made.alive:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
