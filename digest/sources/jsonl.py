"""Items from JSON: one object a line, or one document that is a list or a JSON Feed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from digest.clean import shown_url
from digest.errors import InputError, SourceError
from digest.items import RawItem, Refusal
from digest.sources.feed_json import is_json_feed, json_feed_of
from digest.sources.fetched import Fetched
from digest.sources.reading import Reading, read_bytes, record_of

_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    type(None): "null",
}


def read_jsonl(path: Path) -> Reading:
    """One item a line, read line by line; a broken line is one refusal and nothing more.

    Raises:
        InputError: not one line holds a JSON object.
    """
    read_bytes(path, most=1)
    with path.open("rb") as file:
        records = tuple(_records(file, path.stem))
    if records and all(isinstance(record, Refusal) for record in records):
        raise InputError(
            f"`{path}` holds no item: {records[0].reason}"
            if isinstance(records[0], Refusal)
            else "",
            hint="write one JSON object a line, with at least `title` and `url`",
        )
    return Reading(records, (), "jsonl")


def jsonl_items(data: bytes, fetched: Fetched) -> tuple[RawItem | Refusal, ...]:
    """The items of such a file on the web; its ids are its own, so they are no ids of ours.

    Raises:
        SourceError: not one line holds a JSON object.
    """
    name = fetched.source.name
    records = tuple(_records(io.BytesIO(data), name))
    items = tuple(
        replace(one, id=None, guid=one.id, source=name) if isinstance(one, RawItem) else one
        for one in records
    )
    if not any(isinstance(one, RawItem) for one in items):
        reason = next((one.reason for one in items if isinstance(one, Refusal)), "it is empty")
        raise SourceError(
            f"{shown_url(fetched.url or fetched.source.url)} holds no item: {reason}",
            hint="it has to be one JSON object a line, with at least `title` and `url`",
        )
    return items


def _records(lines: Iterable[bytes], source: str) -> Iterator[RawItem | Refusal]:
    for number, line in enumerate(lines, start=1):
        if line.strip(b"\xef\xbb\xbf \t\r\n\x00"):
            yield _record(line, f"line {number}", source)


def _record(line: bytes, position: str, source: str) -> RawItem | Refusal:
    try:
        value = json.loads(line.decode("utf-8-sig").replace("\x00", "").strip(), strict=False)
    except json.JSONDecodeError as error:
        return Refusal(position, f"broken JSON: {error.msg} at column {error.colno}")
    except UnicodeDecodeError as error:
        return Refusal(position, f"not UTF-8: byte {line[error.start]:#04x} at {error.start}")
    except (ValueError, RecursionError):
        return Refusal(position, "broken JSON: nested too deeply or a number too long")
    return _from_value(value, position, source)


def _from_value(value: object, position: str, source: str) -> RawItem | Refusal:
    if isinstance(value, dict):
        return record_of(value, position, source)
    return Refusal(position, f"{_KINDS.get(type(value), 'a number')} where an object belongs")


def read_json(path: Path) -> Reading:
    """A JSON Feed, or a list of objects with the fields of an item.

    Raises:
        InputError: the document is broken, or neither of the two.
    """
    data = read_bytes(path)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be decoded"
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            f"`{path}` is broken JSON: {reason}{place}",
            hint="one object a line belongs into a file that ends in .jsonl",
        ) from None
    if is_json_feed(document):
        feed = json_feed_of(document, "")
        return Reading(feed.raw_items(feed.title or path.stem), (), "json")
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        document = document["items"]
    if not isinstance(document, list):
        raise InputError(
            f"`{path}` is JSON, but neither a JSON Feed nor a list of items",
            hint='write [{"title": "…", "url": "https://…"}, …]',
        )
    records = tuple(
        _from_value(value, f"entry {number}", path.stem)
        for number, value in enumerate(document, start=1)
    )
    return Reading(records, (), "json")
