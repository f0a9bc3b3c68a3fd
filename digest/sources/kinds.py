"""The kinds of source: for each, what makes items of an answer."""

from __future__ import annotations

from typing import Protocol

from digest.errors import SourceError
from digest.items import RawItem, Refusal
from digest.sources.feed import feed_items
from digest.sources.fetched import Fetched
from digest.sources.hackernews import hackernews_items
from digest.sources.jsonl import jsonl_items
from digest.sources.page import page_items


class Kind(Protocol):
    """A kind of source: makes raw items of the body of an answer, under the source's name."""

    def __call__(self, data: bytes, fetched: Fetched) -> tuple[RawItem | Refusal, ...]:
        """The records of an answer; what of it is no item is a refusal in its place.

        Raises:
            SourceError: the body is not of this kind, and the message says what it is instead.
        """
        ...


KINDS: dict[str, Kind] = {
    "feed": feed_items,
    "hackernews": hackernews_items,
    "jsonl": jsonl_items,
    "page": page_items,
}


def read_answer(fetched: Fetched) -> tuple[tuple[RawItem | Refusal, ...], str]:
    """The records of what one source answered, and what went wrong.

    Returns:
        The records, and "" or the reason why there are none.
    """
    if fetched.data is None:
        return (), fetched.error
    kind = KINDS.get(fetched.source.kind)
    if kind is None:
        return (), f"sources of the kind `{fetched.source.kind}` are not known to this version"
    try:
        return kind(fetched.data, fetched), ""
    except SourceError as error:
        return (), error.problem
