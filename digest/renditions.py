"""Renditions of a mail's HTML for a preview: one colour scheme for certain, pictures left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import tinycss2

Scheme = Literal["light", "dark"]

_STYLE = re.compile(r"(<style\b)([^>]*)(>)(.*?)(?=</style)", re.DOTALL | re.IGNORECASE)
_MEDIA = re.compile(r'(?<=\bmedia=")[^"]*')
_META = re.compile(
    r'(<meta\s+name="(?:supported-color-schemes|color-scheme)"\s+content=")[^"]*', re.IGNORECASE
)
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SOURCE = re.compile(r'\s(?:src|srcset)="[^"]*"', re.IGNORECASE)
_PREFERS = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(\w+)\s*\)", re.IGNORECASE)
_HOLDS, _FAILS = "(min-width:0px)", "(max-width:0px)"
"""Conditions that every window meets, and none."""


def in_scheme(html: str, scheme: Scheme) -> str:
    """The document as it looks in one colour scheme, whichever the one who looks prefers.

    Media queries are asked for that scheme here, and what says which schemes the document takes
    names that one alone; no text and no other rule changes.

    Args:
        html: of a mail, its texts escaped.
    """

    def sheet(found: re.Match[str]) -> str:
        start, attributes, end, css = found.groups()
        attributes = _MEDIA.sub(lambda query: _query(query[0], scheme), attributes)
        tokens = tinycss2.parse_component_value_list(css)
        return start + attributes + end + str(tinycss2.serialize(_asked(tokens, scheme)))

    return _META.sub(rf"\g<1>{scheme}", _STYLE.sub(sheet, html))


def without_pictures(html: str) -> str:
    """The document as a mail program shows it that loads no picture: what stands for them stays."""
    return _PICTURE.sub(lambda picture: _SOURCE.sub("", picture[0]), html)


def _asked(tokens: Iterable[Any], scheme: Scheme) -> Iterator[Any]:
    """Tokens of a sheet or of a block, with the queries answered and `color-scheme` decided."""
    in_query = in_value = False
    name = ""
    for token in tokens:
        if token.type == "at-keyword":
            in_query = token.lower_value == "media"
        elif token.type == "{} block":
            token.content = list(_asked(token.content, scheme))
            in_query = in_value = False
        elif in_query and token.type == "() block":
            yield from tinycss2.parse_component_value_list(
                _query(tinycss2.serialize([token]), scheme)
            )
            continue
        elif token.type == "ident" and in_value:
            continue
        elif token.type == "ident":
            name = token.lower_value
        elif token.type == "literal":
            in_value = token.value == ":" and name == "color-scheme"
            if in_value:
                yield token
                yield from tinycss2.parse_component_value_list(scheme)
                continue
            name = ""
        yield token


def _query(query: str, scheme: Scheme) -> str:
    """A media query in which the conditions on the colour scheme are answered."""

    def answer(found: re.Match[str]) -> str:
        return _HOLDS if found[1].lower() == scheme else _FAILS

    return _PREFERS.sub(answer, query)
