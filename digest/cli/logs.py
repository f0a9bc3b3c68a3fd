"""Where log lines go: stderr, without a key, a token or an address in them."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, TextIO

from digest.redaction import RedactingFormatter, redacted

if TYPE_CHECKING:
    from structlog.types import Processor


def guard_stray_lines() -> None:
    """Redact the warnings that Python prints of libraries while nobody has set up logging."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter())


def handler(stream: TextIO | None = None, form: str = "plain") -> logging.Handler:
    """Writes redacted lines, to stderr unless a stream is given.

    Args:
        form: `plain` for people; `logfmt` or `json` for programs, with the fields of each event.
    """
    made = logging.StreamHandler(stream)
    made.setFormatter(
        RedactingFormatter("%(asctime)s %(levelname)s %(message)s")
        if form == "plain"
        else _formatter(form)
    )
    return made


def log_to_stderr(form: str = "plain") -> None:
    """Print what is worth knowing; the chatter of the scheduler and of the web server stays out."""
    logging.basicConfig(level=logging.INFO, handlers=[handler(form=form)])
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line a call that has to wait


def _formatter(form: str) -> logging.Formatter:
    """A line an event: time (UTC), level, logger and message, then its fields, redacted."""
    from structlog import processors, stdlib

    begin: list[Processor] = [
        stdlib.add_log_level,
        stdlib.add_logger_name,
        stdlib.ExtraAdder(),
        processors.TimeStamper(fmt="iso", utc=True),
        processors.EventRenamer("message"),
    ]
    first = ["timestamp", "level", "logger", "message"]
    last: Processor = (
        processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else processors.LogfmtRenderer(key_order=first, bool_as_flag=False)
    )
    return stdlib.ProcessorFormatter(
        foreign_pre_chain=begin,
        processors=[
            stdlib.ProcessorFormatter.remove_processors_meta,
            processors.format_exc_info,
            _redact_fields,
            _in_order if form == "json" else _flat,
            last,
        ],
    )


def _redact_fields(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Before it is rendered: what is taken out afterwards could take a quotation mark with it."""
    return {name: redacted(name, value) for name, value in event.items()}


def _in_order(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    first = {name: event.get(name) for name in ("timestamp", "level", "logger", "message")}
    return {**first, **event}


def _flat(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A name a value: `forgotten.batches=3` for a field that has fields."""
    flat: dict[str, Any] = {}
    for name, value in event.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{part}".replace(" ", "_"): inner for part, inner in value.items()}
        else:
            flat[name.replace(" ", "_")] = value
    return flat
