"""Cut a mail into the texts that all readers share and the gaps for what is a reader's own.

A theme and the greeting are pieces of their own, so any order of themes is joined from the same
texts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import AnyStr, Generic

from digest.errors import TemplateError
from digest.headers import SUBSCRIBER
from digest.links import PREFERENCES, UNSUBSCRIBE
from digest.model import Block, Email

NAME = "@@NAME@@"
PLACEHOLDERS = frozenset({UNSUBSCRIBE, PREFERENCES})
"""What the HTML and the text part of an issue's mail may hold; in its greeting, `NAME` too."""

TO, LEAVE, CHOOSE, ID, TEXT_NAME, HTML_NAME = range(6)
"""The values of a subscriber, by place in their row."""

LINKS: Mapping[str, int] = {UNSUBSCRIBE: LEAVE, PREFERENCES: CHOOSE}
IN_HEADERS: Mapping[str, int] = {**LINKS, SUBSCRIBER: ID}
_MARK = re.compile("(@@[A-Z_]+@@)")
_SHARED, _GREETING, _THEME = "shared", "greeting", "theme"

Span = tuple[int, int]
Tokens = list[str | int]
"""A text in pieces: what all readers share, and between it the places of a subscriber's values."""


class Mould(Generic[AnyStr]):
    """Pieces to be joined, with gaps for a subscriber's values."""

    def __init__(self, tokens: Sequence[AnyStr | int], empty: AnyStr) -> None:
        self._pieces: list[AnyStr] = [
            empty if isinstance(token, int) else token for token in tokens
        ]
        self._gaps = [(at, token) for at, token in enumerate(tokens) if isinstance(token, int)]
        self._empty: AnyStr = empty

    def filled(self, values: Sequence[AnyStr]) -> AnyStr:
        """The whole text; the gaps are filled in place, so it is not for two threads."""
        pieces = self._pieces
        for at, place in self._gaps:
            pieces[at] = values[place]
        return self._empty.join(pieces)


class CutEmail:
    """An issue's mail, cut at its placeholders and blocks.

    Attributes:
        labels: of the themes that can move.
        html, text: the two bodies.
        headers: those that differ from reader to reader.
        places: which of a subscriber's values the mail prints.

    Raises:
        TemplateError: it holds a placeholder that nothing fills in.
    """

    def __init__(self, email: Email) -> None:
        for where, text in (("subject", email.subject), ("sender", email.sender)):
            cut_at(text, {}, where)
        blocks, greeting = email.blocks, email.greeting or Block("", (0, 0), (0, 0))
        labels = [block.label for block in blocks]
        html = _pieces(email.html, [block.html for block in blocks], greeting.html)
        text_part = _pieces(email.text, [block.text for block in blocks], greeting.text)
        self.labels = frozenset(labels)
        self.html = Body(html, labels, HTML_NAME, "the HTML")
        self.text = Body(text_part, labels, TEXT_NAME, "the text part")
        headers = {name: cut_at(value, IN_HEADERS, name) for name, value in email.headers.items()}
        self.headers = {name: tokens for name, tokens in headers.items() if _places(tokens)}
        self.places = self.html.places.union(
            self.text.places, *(_places(tokens) for tokens in self.headers.values())
        )


class Body:
    """A body in pieces, shared texts, themes and the greeting, each cut at its placeholders.

    Args:
        pieces: what a piece is, and its text.
        labels: of the themes, in order.
        name: which value is the reader's name; only the greeting, which can be left out, has it.
        where: what this is, for errors.
    """

    def __init__(
        self, pieces: Iterable[tuple[str, str]], labels: Sequence[str], name: int, where: str
    ) -> None:
        greeting = {**LINKS, NAME: name}
        self._pieces = [
            (kind, cut_at(text, greeting if kind == _GREETING else LINKS, where))
            for kind, text in pieces
        ]
        themes = (tokens for kind, tokens in self._pieces if kind == _THEME)
        self._themes = list(zip(labels, themes, strict=True))
        self.places = frozenset[int]().union(*(_places(tokens) for _, tokens in self._pieces))

    def in_order(self, chosen: Collection[str], named: bool) -> Tokens:
        """The tokens for a reader who chose these themes and whose name is known, or not."""
        themes = iter(sorted(self._themes, key=lambda theme: theme[0] not in chosen))
        whole: Tokens = []
        for kind, tokens in self._pieces:
            if kind == _THEME:
                whole += next(themes)[1]
            elif kind == _SHARED or named:
                whole += tokens
        return whole


def _pieces(text: str, themes: Iterable[Span], greeting: Span) -> Iterator[tuple[str, str]]:
    """A text cut at its blocks: what a piece is, and the piece."""
    blocks = [(start, end, _THEME) for start, end in themes]
    done = 0
    for start, end, kind in sorted([*blocks, (*greeting, _GREETING)]):
        yield _SHARED, text[done:start]
        yield kind, text[start:end]
        done = end
    yield _SHARED, text[done:]


def cut_at(text: str, places: Mapping[str, int], where: str) -> Tokens:
    """A text cut at its placeholders; `TemplateError` names one that has no place."""
    parts = _MARK.split(text)
    unknown = set(parts[1::2]) - set(places)
    if unknown:
        raise TemplateError(
            f"{where} holds {', '.join(sorted(unknown))}, which nothing fills in",
            hint=f"the placeholders are {', '.join(sorted(PLACEHOLDERS))}, "
            f"and {NAME} in the greeting",
        )
    return [places[part] if at % 2 else part for at, part in enumerate(parts) if part]


def _places(tokens: Tokens) -> frozenset[int]:
    return frozenset(token for token in tokens if isinstance(token, int))
