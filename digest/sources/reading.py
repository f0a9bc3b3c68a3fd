"""What every reader of a file hands back, and the field names that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from digest.errors import InputError
from digest.items import RawItem, Refusal
from digest.model import Source

FIELDS = ("id", "url", "title", "summary", "published", "first_seen", "source", "points")
_ALIASES = {
    "id": ("guid", "uuid"),
    "url": ("link", "href", "address"),
    "title": ("headline",),
    "summary": ("description", "abstract", "excerpt", "text", "content"),
    "published": ("date", "published_at", "pubdate", "pub_date", "publication_date", "timestamp"),
    "first_seen": ("seen", "collected_at", "fetched_at"),
    "source": ("feed", "site", "publisher", "outlet"),
    "points": ("score", "hn_score", "hn_points", "votes", "upvotes"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file held.

    Attributes:
        records: in the order of the file; what could not be read is a refusal in its place.
        sources: what an OPML file lists; empty for every other kind.
        kind: a name of `digest.sources.READERS`.
    """

    records: tuple[RawItem | Refusal, ...]
    sources: tuple[Source, ...]
    kind: str


class Reader(Protocol):
    """A kind of file: reads the whole of one, or raises an InputError that names it."""

    def __call__(self, path: Path) -> Reading:
        """Read `path`, which exists and looks like this kind."""
        ...


def read_bytes(path: Path, *, most: int = -1) -> bytes:
    """The first `most` bytes of a file, or all of it.

    Raises:
        InputError: it is missing, a folder, or not readable.
    """
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise InputError(
            f"`{path}` does not exist", hint="check the name and the folder it is in"
        ) from None
    except IsADirectoryError:
        raise InputError(
            f"`{path}` is a folder", hint="name one file; call the command once for each"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"`{path}` cannot be read: {reason}", hint="check its permissions"
        ) from None


def field_names(columns: list[str]) -> dict[str, str]:
    """Which of our fields each of `columns` is: the field's own name wins over an alias.

    Returns:
        Field to column, for the fields that have one.
    """
    known = {
        column.strip().lower().replace(" ", "_").replace("-", "_"): column for column in columns
    }
    found = {}
    for field in FIELDS:
        name = next((name for name in (field, *_ALIASES[field]) if name in known), None)
        if name is not None:
            found[field] = known[name]
    return found


def record_of(values: Mapping[str, object], position: str, source: str) -> RawItem | Refusal:
    """A record of named values as a RawItem; a refusal where a field holds something not a text.

    Args:
        values: as the file gave them; names that we do not know are ignored. `points` may hold
            anything: what is no count is noted on the item.
        position: where the record stands, such as "line 17".
        source: stands in for a missing source.
    """
    texts: dict[str, str] = {}
    for field, column in field_names(list(values)).items():
        value = values[column]
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if number or (field == "points" and value is not None):
            value = str(value)
        if isinstance(value, str):
            texts[field] = value
        elif value is not None:
            kind = type(value).__name__
            return Refusal(position, f"`{column}` holds a {kind} where text belongs")
    texts["source"] = texts.get("source", "").strip() or source
    return RawItem(**texts, position=position)
