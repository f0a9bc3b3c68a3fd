"""The stand-in in a process of its own, spoken to over HTTP: for kill tests and benchmarks."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.standins.resend.contract import check_kept

ROOT = Path(__file__).resolve().parents[3]


class Remote:
    """A stand-in at an address; the words are those of `account.StandIn`."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def delivered(self) -> Counter[tuple[str, str]]:
        """Mails taken, counted by (issue, address)."""
        return Counter({(issue, to): count for issue, to, count in self._ask("deliveries")})

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """Every mail taken, in order."""
        found: list[dict[str, Any]] = self._ask("accepted")
        return found

    @property
    def violations(self) -> list[str]:
        """What clients did that ours must never do."""
        return list(self.summary()["violations"])

    def summary(self) -> dict[str, Any]:
        """Counts of mails, pairs, extra copies, calls, statuses, replays."""
        found: dict[str, Any] = self._ask("summary")
        return found

    def set(self, **switches: Any) -> None:
        """Set `rate`, `faults`, `chances`, `poison` and so on."""
        self._ask("set", {k: list(v) if isinstance(v, set) else v for k, v in switches.items()})

    def advance(self, seconds: float) -> None:
        """Move its clock on."""
        self._ask("advance", {"seconds": seconds})

    def outage(self, seconds: float) -> None:
        """Close every connection without an answer for so long."""
        self._ask("outage", {"seconds": seconds})

    def forgive(self) -> None:
        """Forget the breaches so far: for a test that makes them on purpose."""
        self._ask("forgive")

    def webhooks(self, url: str, *kinds: str, **how: Any) -> list[int]:
        """Post an event of each kind for each mail taken; `copies`, `shuffled`, `late`, `data`."""
        found: list[int] = self._ask("webhooks", {"url": url, "kinds": kinds, **how})
        return found

    def _ask(self, what: str, given: Any = None) -> Any:
        data = json.dumps(given or {}).encode()
        request = urllib.request.Request(f"{self.url}/_standin/{what}", data=data, method="POST")
        with urllib.request.urlopen(request, timeout=120) as reply:
            return json.loads(reply.read())


@contextmanager
def started(**switches: Any) -> Iterator[Remote]:
    """The stand-in in a process of its own, for as long as the block lasts.

    Raises:
        AssertionError: at the end, if a client broke the contract.
    """
    command = [sys.executable, "-m", "tests.standins.resend"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            remote = Remote(process.stdout.readline().strip())
            remote.set(**switches)
            yield remote
            check_kept(remote.violations)
        finally:
            process.kill()
