"""Tables of text in and out, a chunk at a time: CSV files that other programs and people made."""

from __future__ import annotations

import codecs
import csv
import os
import re
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from digest.cells import guarded
from digest.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Cells = tuple[str, ...]
Row = tuple[int, Cells]
"""The number that a spreadsheet shows, where the first line is row 1, and the cells."""

Misfit = tuple[int, str]
"""The number of a row that has more cells than the first line names, and that in words."""

_SKIPPED = re.compile(r"Skipping line (\d+): expected (\d+) fields, saw (\d+)")
_READ_AT_ONCE = 1 << 20
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class Table:
    """A CSV file, read as text alone: nothing is taken for a number, a date or a missing value.

    Commas, semicolons and tabs separate; UTF-8, UTF-16 with a mark, else cp1252.

    Attributes:
        columns: the names in its first line.

    Raises:
        InputError: the file cannot be read or is empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._encoding = _encoding(path)
            with path.open(encoding=self._encoding, newline="") as file:
                first = file.readline(_READ_AT_ONCE)
        except OSError as error:
            raise InputError(
                f"`{path}` cannot be read: {error.strerror}", hint="check the path"
            ) from error
        self._separator = max(",;\t", key=first.count)
        self.columns: Cells = tuple(next(csv.reader([first], delimiter=self._separator), ()))
        if not self.columns:
            raise InputError(f"`{path}` is empty", hint="name the columns in its first line")

    def chunks(
        self, size: int, *, on_read: Callable[[int], object] = int
    ) -> Iterator[tuple[list[Row], list[Misfit]]]:
        """The rows, without empty ones, up to `size` at a time, and those that do not fit.

        Args:
            on_read: told how many bytes of the file were read further.

        Raises:
            InputError: a quote is never closed, or the rows are longer than the first line.
        """
        skipped: set[int] = set()
        number, position = 2, 0
        with self._path.open("rb") as file, closing(self._frames(file, size)) as frames:
            for frame, misfits in frames:
                skipped.update(row for row, _ in misfits)
                rows = []
                for cells in zip(*(frame[name].tolist() for name in frame.columns), strict=True):
                    while number in skipped:
                        number += 1
                    if any(cells):
                        rows.append((number, cells))
                    number += 1
                yield rows, misfits
                on_read(file.tell() - position)
                position = file.tell()

    def _frames(
        self, file: BinaryIO, size: int
    ) -> Generator[tuple[pd.DataFrame, list[Misfit]], None, None]:
        """What pandas reads, and what it says of rows that it skips."""
        import pandas as pd

        try:
            with self._reader(file, size) as reader:
                frame: pd.DataFrame | None = pd.DataFrame()
                while frame is not None:
                    with warnings.catch_warnings(record=True) as caught:
                        warnings.simplefilter("always", pd.errors.ParserWarning)
                        frame = next(reader, None)
                    misfits = self._misfits("\n".join(str(one.message) for one in caught))
                    yield (pd.DataFrame() if frame is None else frame), misfits
        except pd.errors.ParserError as error:
            raise InputError(
                f"`{self._path}` is no readable CSV: {' '.join(str(error).split())[:200]}",
                hint="look for a quotation mark that is opened there and never closed",
            ) from None

    def _reader(self, file: BinaryIO, size: int) -> Any:
        import pandas as pd

        return pd.read_csv(
            file,
            sep=self._separator,
            encoding=self._encoding,
            encoding_errors="replace",
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            index_col=False,
            skip_blank_lines=False,
            on_bad_lines="warn",
            chunksize=size,
        )

    def _misfits(self, told: str) -> list[Misfit]:
        """The rows of which a warning says that they were skipped."""
        if "Length of header" in told:
            raise InputError(
                f"`{self._path}` has rows with more fields than its first line names",
                hint="put a text that holds the separator into quotation marks",
            )
        return [
            (int(row), f"{saw} fields where the first line names {expected}")
            for row, expected, saw in _SKIPPED.findall(told)
        ]


def _encoding(path: Path) -> str:
    """How the file is written, found by reading all of it once."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        try:
            while data := file.read(_READ_AT_ONCE):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


class TableWriter:
    """Writes rows as CSV; no cell of it is taken for a formula by a spreadsheet."""

    def __init__(self, file: TextIO, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = list(columns)
        self._header = True

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """Append rows, each with a cell for every column; the first call writes their names."""
        import pandas as pd

        cells = [list(map(guarded, row)) for row in rows]
        frame = pd.DataFrame(cells, columns=self._columns, dtype=object)
        frame.to_csv(self._file, header=self._header, index=False, lineterminator="\n")
        self._header = False


@contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """A file that takes the place of `path` when it is complete; only its owner may read it.

    Raises:
        InputError: the folder cannot be written to.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(unfinished, _CREATE, 0o600), "w", encoding="utf-8", newline="") as file:
            yield file
        unfinished.replace(path)
    except OSError as error:
        raise InputError(
            f"`{path}` cannot be written: {error.strerror}", hint="check its folder, and the space"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
