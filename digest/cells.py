"""Cells of a table: lists as one text, and no text that a spreadsheet takes for a formula."""

from __future__ import annotations

import json
from collections.abc import Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """The text with a quotation mark before what may be a formula; `unguarded` gives it back."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """The text of a guarded cell; any other is left as it is."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def labels_text(labels: Sequence[str]) -> str:
    """Labels as one cell: a JSON list; "" for none."""
    return json.dumps(labels, ensure_ascii=False) if labels else ""


def read_labels(text: str) -> tuple[str, ...]:
    """The labels of such a cell, or words with semicolons between."""
    try:
        read = json.loads(text) if text.startswith("[") else None
    except ValueError:
        read = None
    return tuple(map(str, read)) if isinstance(read, list) else tuple(text.split(";"))
