"""What this process is at: told when it has to stop before all of it is over."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_at_work: Counter[str] = Counter()


@contextmanager
def under_way(what: str) -> Iterator[None]:
    """Something is under way until the block ends.

    Args:
        what: in plain words without a person in them, such as `sending issue 5`.
    """
    with _lock:
        _at_work[what] += 1
    try:
        yield
    finally:
        with _lock:
            _at_work[what] -= 1


def all_under_way() -> tuple[str, ...]:
    """Everything that is under way now, in alphabetical order."""
    with _lock:
        return tuple(sorted(what for what, count in _at_work.items() if count))
