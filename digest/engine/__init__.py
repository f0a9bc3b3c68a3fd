"""Who drains an issue that is under way: the Dispatcher protocol and the table of those that ship.

An engine knows neither ledger nor provider. It is handed the work and decides only where and when
that runs, so it may run it twice, late or side by side: what is sent is the ledger's to say.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from digest.errors import ConfigError, DigestError
from digest.settings import FILE
from digest.settings.engine import INLINE, PROCRASTINATE

if TYPE_CHECKING:
    from digest.engine.jobs import Jobs
    from digest.settings import Settings

Stop = Callable[[], bool]
"""Asked between two steps of any work whether to end it."""


class Drain(Protocol):
    """Sends what is owed of an issue, for a while; handed in by the pipeline."""

    def __call__(self, issue: int, slot: int, stop: Stop) -> float | None:
        """Drain an issue until nothing is left, the time of one run is over, or `stop` says so.

        Args:
            slot: which of the senders that drain it side by side, from 0.

        Returns:
            Seconds until it is to go on; None if there is nothing to go on with.

        Raises:
            DigestError: this run cannot go on.
        """
        ...


class Dispatcher(Protocol):
    """Has issues drained; use it in a `with` statement, whose end stops what runs in this process.

    Attributes:
        name: as schedules.yaml has it.
        shares: other processes take a part in what it is given.
    """

    name: str
    shares: bool

    def __enter__(self) -> Dispatcher: ...

    def __exit__(self, *_: object) -> None: ...

    def kick(self, issue: int, *, first: Callable[[Stop], bool] | None = None) -> bool:
        """Have an issue drained that is under way; asking twice is asking once.

        Args:
            first: what has to happen in this process before, behind the caller; if it gives False
                nothing is drained.

        Returns:
            False if all of it is on its way already, or this process is about to end.

        Raises:
            StoreError: the queue cannot be reached.
        """
        ...

    def is_under_way(self, issue: int) -> bool:
        """Whether somebody is at the issue, or will be without another kick."""
        ...

    def problem(self, issue: int) -> DigestError | None:
        """Why this process stopped draining an issue; None if it did not."""
        ...

    def collect(self, shards: Sequence[int]) -> None:
        """Have shards of a round of collecting worked off; for one that `shares`.

        Raises:
            StoreError: the queue cannot be reached.
        """
        ...


def open_dispatcher(settings: Settings, jobs: Jobs, drain: Drain) -> Dispatcher:
    """The dispatcher that schedules.yaml names.

    Args:
        jobs: what goes on in threads of this process; whoever gives it ends it.
    """
    return _DISPATCHERS[settings.engine](settings, jobs, drain)


def check_installed() -> None:
    """`ConfigError` if the package of the queue is missing: it is in the extra `postgres`."""
    if importlib.util.find_spec("procrastinate") is None:
        raise ConfigError(
            f"{FILE} names the engine `{PROCRASTINATE}`, which is not installed",
            hint="run `pip install weekly-ai-recap[postgres]`",
        )


def _inline(settings: Settings, jobs: Jobs, drain: Drain) -> Dispatcher:
    from digest.engine.inline import Inline

    return Inline(jobs, drain)


def _procrastinate(settings: Settings, jobs: Jobs, drain: Drain) -> Dispatcher:
    check_installed()
    from digest.engine.procrastinate import Queued

    return Queued(settings.database_url, jobs, slots=settings.sending.senders)


_DISPATCHERS: dict[str, Callable[[Settings, Jobs, Drain], Dispatcher]] = {
    INLINE: _inline,
    PROCRASTINATE: _procrastinate,
}
