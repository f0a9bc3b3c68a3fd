"""Where log lines go: stderr, without a key, a token or an address in them."""

from __future__ import annotations

import logging

from digest.redaction import RedactingFormatter

FORMAT = "%(asctime)s %(levelname)s %(message)s"


def guard_stray_lines() -> None:
    """Redact the warnings that Python prints of libraries before anybody set up logging."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter())


def log_to_stderr(level: int = logging.INFO) -> None:
    """Print what is logged, redacted; the scheduler's own chatter stays out."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
