"""Items from a CSV file: a row an item, the columns in any order."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import InputError
from digest.items import RawItem, Refusal
from digest.sources.reading import FIELDS, Reading, field_names, read_bytes, record_of

if TYPE_CHECKING:
    import pandas as pd

_WANTED = ("title", "url")
_SKIPPED = re.compile(r"Skipping line (\d+): expected (\d+) fields, saw (\d+)")


def read_table(path: Path) -> Reading:
    """Read a CSV file as text alone: nothing is taken for a number, a date or a missing value.

    Commas, semicolons and tabs separate; UTF-8, UTF-16 with a mark, else cp1252. A row with too
    many fields is a refusal.

    Raises:
        InputError: no `title` or no `url` column, or a quote that is never closed.
    """
    text = _text(read_bytes(path))
    frame, skipped = _frame(path, text)
    columns = [str(column) for column in frame.columns]
    found = field_names(columns)
    missing = [name for name in _WANTED if name not in found]
    if missing:
        raise InputError(
            f"`{path}` has no column {' and no column '.join(f'`{name}`' for name in missing)};"
            f" its columns are: {', '.join(columns[:20])[:300]}",
            hint=f"name the columns in the first line; known are: {', '.join(FIELDS)}",
        )
    records: list[RawItem | Refusal] = [
        record_of({str(name): value for name, value in row.items()}, f"row {number}", path.stem)
        for number, row in enumerate(frame.to_dict("records"), start=1)
    ]
    return Reading((*records, *skipped), (), "csv")


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").replace("\x00", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\x00", "")


def _frame(path: Path, text: str) -> tuple[pd.DataFrame, list[Refusal]]:
    """The table, and a refusal for each line that has more fields than the first line."""
    import pandas as pd

    first = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(
                io.StringIO(text),
                sep=separator,
                dtype=str,
                keep_default_na=False,
                na_filter=False,
                index_col=False,
                on_bad_lines="warn",
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise InputError(
                f"`{path}` is no readable CSV: {' '.join(str(error).split())[:200]}",
                hint="look for a quotation mark that is opened there and never closed",
            ) from None
    if any("Length of header" in str(warning.message) for warning in caught) and not re.search(
        rf"{re.escape(separator)}\s*\n", text
    ):
        raise InputError(
            f"`{path}` has rows with more fields than its first line names",
            hint="put a text that holds the separator into quotation marks",
        )
    told = "\n".join(str(warning.message) for warning in caught)
    skipped = [
        Refusal(f"line {line}", f"{saw} fields where the first line names {expected}")
        for line, expected, saw in _SKIPPED.findall(told)
    ]
    return frame, skipped
