"""Tells whether an item was seen before, however its feed has changed since.

The order is that of the best readers: the feed's own identifier, then the address, then the words.
Each can lie: identifiers are used twice, reused or made anew at every fetch, sites move to another
host, columns keep their title. So an identifier or a text counts only beside something else that
agrees, and what the same fetch gives twice is two items.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.addresses import canonical_url
from digest.errors import InputError
from digest.model import Item

ONE_ARTICLE = 200
"""Characters of a summary from which on nobody writes the same one for another article."""

BACKLOG = 30
"""New undated items of one source in one fetch, above which they are taken for its archive."""

GROWTH = 2
"""A source that was known before may bring this many times what is known of it."""

_SAME_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Keys:
    """What an item is known by, each a SHA-256 in hex; "" where it has none.

    Attributes:
        guid: source and identifier; the address as well where the source uses that one twice.
        url: the canonical address.
        text: source, title and summary; without a summary source, title and path.
    """

    guid: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What has to be remembered of an item to know it again.

    Attributes:
        titles: the one it came under, and the latest.
    """

    id: str
    url: str
    source: str
    titles: tuple[str, str]
    published: datetime | None
    points: int | None
    keys: Keys


@dataclass(frozen=True, slots=True)
class Match:
    """The item that one was known as, and why, in words for the run report."""

    known: Known
    reason: str


@dataclass(frozen=True, slots=True)
class Memory:
    """The stored items that a batch may hold again, by each of their keys.

    Attributes:
        rivals: by the key of the address, what another source brought in the same round; they are
            in none of the others, since which of the two answered first is chance.
    """

    by_guid: defaultdict[str, list[Known]]
    by_url: dict[str, Known]
    by_text: defaultdict[str, list[Known]]
    rivals: dict[str, Known]


def keys_of(items: Sequence[Item]) -> list[Keys]:
    """The keys of what one fetch gave, in its order."""
    repeated = _repeated(items)
    return [_keys(item, repeated) for item in items]


def url_key(url: str) -> str:
    """The key of a canonical address: an address may be longer than a database can index."""
    return _hash(url)


def remembered(item: Item, keys: Keys) -> Known:
    """What to remember of an item."""
    titles = item.title, item.title
    return Known(item.id, item.url, item.source, titles, item.published, item.points, keys)


def matched(
    memory: Memory, batch: Sequence[Item], keys: Sequence[Keys], *, fetched: bool
) -> list[Match | None]:
    """What each item of a batch is known as; None for a new one.

    Words are compared last, and only with items that this batch does not hold: what a source
    shows twice at once is two items, and so is what a file lists under two addresses. Of sources
    that bring one new address in the same round the first by name keeps it.

    Args:
        fetched: all of it comes from one source, which shows no more.
    """
    matches = [_by_name(memory, *pair) for pair in zip(batch, keys, strict=True)]
    held = {match.known.id for match in matches if match is not None}
    first = {key.url: place for place, key in enumerate(keys) if matches[place] is not None}
    for place, (item, key) in enumerate(zip(batch, keys, strict=True)):
        if matches[place] is not None:
            continue
        if (earlier := first.get(key.url)) is not None:
            match = matches[earlier]
            known = match.known if match else remembered(batch[earlier], keys[earlier])
            matches[place] = _same_address(known)
            continue
        others = memory.by_text.get(key.text, ()) if fetched and key.text else ()
        match = match_text(item, [one for one in others if one.id not in held])
        rival = memory.rivals.get(key.url)
        if match is not None:
            held.add(match.known.id)
        elif rival is not None and rival.source <= item.source:
            match = _same_address(rival)
        matches[place] = match
        first[key.url] = place
    return matches


def match_guid(item: Item, keys: Keys, candidates: Iterable[Known]) -> Match | None:
    """The one that has this identifier and agrees in something else; one address is best."""
    agreeing = [known for known in candidates if _agrees(item, keys, known)]
    best = min(agreeing, key=lambda known: (known.url != item.url, known.id), default=None)
    if best is None:
        return None
    moved = "" if best.url == item.url else f", under the address {best.url}"
    return Match(best, f"its identifier is stored already{moved}")


def match_text(item: Item, candidates: Iterable[Known]) -> Match | None:
    """The one with these words, unless it is another edition under the title of a column."""
    for known in sorted(candidates, key=lambda known: known.id):
        if (
            len(item.summary) >= ONE_ARTICLE
            or _path(item.url) == _path(known.url)
            or not _days_apart(item.published, known.published)
        ):
            reason = f"its title and text are stored already, under the address {known.url}"
            return Match(known, reason)
    return None


def archives(undated: Counter[str], known: Counter[str]) -> frozenset[str]:
    """The sources that have shown their archive: what of it is undated is no news.

    Dated items tell their age themselves. Of undated ones, so many at once cannot be news: more
    than 30, and more than twice what was known of the source.

    Args:
        undated: source to the number of items without any date that one fetch brought and that
            were not known.
        known: source to the number of its items that were.
    """
    return frozenset(
        source for source, count in undated.items() if count > max(BACKLOG, GROWTH * known[source])
    )


def _by_name(memory: Memory, item: Item, key: Keys) -> Match | None:
    """What an item is known as by what its source calls it, or else by its address."""
    same = memory.by_url.get(key.url)
    if same is not None and same.keys.guid == key.guid:
        return _same_address(same)
    match = match_guid(item, key, memory.by_guid.get(key.guid, ())) if key.guid else None
    return match or (_same_address(same) if same else None)


def _same_address(known: Known) -> Match:
    return Match(known, "its address is stored already")


def _repeated(items: Iterable[Item]) -> set[tuple[str, str]]:
    """Source and identifier that stand for several addresses."""
    addresses = defaultdict(set)
    for item in items:
        if item.guid:
            addresses[item.source, item.guid].add(item.url)
    return {name for name, urls in addresses.items() if len(urls) > 1}


def _keys(item: Item, repeated: set[tuple[str, str]]) -> Keys:
    guid = text = ""
    if item.guid:
        several = (item.source, item.guid) in repeated
        guid = _hash(item.source, _one_form(item.guid), item.url if several else "")
    words = item.summary or _path(item.url)
    if words:
        text = _hash(item.source, item.title, words)
    return Keys(guid, url_key(item.url), text)


def _one_form(guid: str) -> str:
    """An identifier that is an address, as it was before its site moved to https."""
    if not guid.startswith(("http://", "https://")):
        return guid
    try:
        address, mark, part = guid.partition("#")
        return canonical_url(address) + mark + part
    except InputError:
        return guid


def _agrees(item: Item, keys: Keys, known: Known) -> bool:
    return (
        item.url == known.url
        or item.title in known.titles
        or (item.published is not None and item.published == known.published)
        or keys.text == known.keys.text != ""
    )


def _path(url: str) -> str:
    """An address without its host; "" for the root of a site."""
    return url.split("/", 3)[3] if url.count("/") > 2 else ""


def _days_apart(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and abs(one - other) > _SAME_DAY


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
