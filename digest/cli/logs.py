"""Where log lines go: stderr, without a key, a token or an address in them."""

from __future__ import annotations

import logging
from typing import TextIO

from digest.redaction import RedactingFormatter


def guard_stray_lines() -> None:
    """Redact the warnings that Python prints of libraries while nobody has set up logging."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter())


def handler(stream: TextIO | None = None) -> logging.Handler:
    """Writes redacted lines, to stderr unless a stream is given."""
    made = logging.StreamHandler(stream)
    made.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(message)s"))
    return made


def log_to_stderr() -> None:
    """Print what is worth knowing; the chatter of the scheduler and of the web server stays out."""
    logging.basicConfig(level=logging.INFO, handlers=[handler()])
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line a call that has to wait
