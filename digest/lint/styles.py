"""The rules of a style sheet and of a style attribute, as far as they colour or hide text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import tinycss2
from cssselect import HTMLTranslator, SelectorError
from cssselect import parse as parse_selectors
from lxml import etree

from digest.lint.colours import CLEAR, Colour, read_colour

Scheme = Literal["light", "dark"]

WIDTH = 640
"""Pixels of the window that a media query is asked for."""

INHERIT = "inherit"
HIDDEN = "hidden"
SHOWN = "shown"
_INHERITED = frozenset(("inherit", "unset", "currentcolor"))


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property and its value: a colour, `INHERIT`, `HIDDEN` or `SHOWN`."""

    name: Literal["color", "background-color", "display"]
    value: Colour | str
    important: bool


@dataclass(frozen=True)
class Rule:
    """One selector and what it declares.

    Attributes:
        find: gives the elements of a document that it selects.
        specificity: of the selector: ids, classes, elements.
        media: queries that must all hold, as tokens.
    """

    find: etree.XPath
    specificity: tuple[int, int, int]
    declarations: tuple[Declaration, ...]
    media: tuple[tuple[Any, ...], ...] = ()

    def holds(self, scheme: Scheme) -> bool:
        """Whether it counts in this colour scheme."""
        return all(_any_query(tokens, scheme) for tokens in self.media)


@lru_cache(maxsize=64)
def rules_of(css: str, media: str = "") -> tuple[Rule, ...]:
    """The rules of a style sheet in their order, those left out that nobody could apply.

    Args:
        media: the query of the whole sheet; "" for all media.
    """
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    query = tuple(tinycss2.parse_component_value_list(media))
    return tuple(_rules(nodes, (query,) if query else ()))


@lru_cache(maxsize=1024)
def declarations_of(style: str) -> tuple[Declaration, ...]:
    """What a style attribute declares, in its order."""
    return tuple(_declarations(tinycss2.parse_blocks_contents(style, True, True)))


def _rules(nodes: Sequence[Any], media: tuple[tuple[Any, ...], ...]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inner, (*media, tuple(node.prelude)))
        elif node.type == "qualified-rule":
            found = tuple(_declarations(tinycss2.parse_blocks_contents(node.content, True, True)))
            for find, specificity in _selectors(tinycss2.serialize(node.prelude)) if found else ():
                yield Rule(find, specificity, found, media)


@lru_cache(maxsize=1024)
def _selectors(text: str) -> tuple[tuple[etree.XPath, tuple[int, int, int]], ...]:
    """The selectors of a list; none of them if one is not understood, as in a browser."""
    translator, nothing = HTMLTranslator(), etree.Element("html")
    found = []
    try:
        for selector in parse_selectors(text):
            if selector.pseudo_element is None:
                find = etree.XPath(translator.selector_to_xpath(selector))
                find(nothing)  # some faults show only here, such as a prefix that nobody declared
                found.append((find, selector.specificity()))
    except (SelectorError, etree.XPathError, RecursionError, ValueError):
        return ()
    return tuple(found)


def _declarations(nodes: Sequence[Any]) -> Iterator[Declaration]:
    for node in nodes:
        if node.type == "declaration":
            tokens = [token for token in node.value if token.type not in ("whitespace", "comment")]
            if read := _read(node.lower_name, tokens):
                yield Declaration(*read, node.important)


def _read(
    name: str, tokens: Sequence[Any]
) -> tuple[Literal["color", "background-color", "display"], Colour | str] | None:
    """The property that a declaration sets and its value; None if it does not matter here."""
    words = [token.lower_value for token in tokens if token.type == "ident"]
    if name == "display" and words:
        return "display", HIDDEN if words == ["none"] else SHOWN
    if name == "color" and len(tokens) == 1:
        value = INHERIT if words and words[0] in _INHERITED else read_colour(tokens[0])
        return ("color", value) if value else None
    if name in ("background", "background-color"):
        found = next((colour for token in tokens if (colour := read_colour(token))), None)
        if found or name == "background":
            return "background-color", found or CLEAR
    return None


def _any_query(tokens: Sequence[Any], scheme: Scheme) -> bool:
    """Whether one of the queries of a list holds."""
    queries: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            queries.append([])
        else:
            queries[-1].append(token)
    return any(_query(query, scheme) for query in queries)


def _query(tokens: Sequence[Any], scheme: Scheme) -> bool:
    words = [token.lower_value for token in tokens if token.type == "ident"]
    kinds = set(words) - {"and", "only", "not"}
    features = [token for token in tokens if token.type == "() block"]
    holds = kinds <= {"all", "screen"} and all(_feature(one.content, scheme) for one in features)
    return holds != ("not" in words)


def _feature(tokens: Sequence[Any], scheme: Scheme) -> bool:
    """Whether one condition in parentheses holds; what is not known here does not."""
    name, _, value = (tinycss2.serialize(tokens).lower().replace(" ", "")).partition(":")
    if name == "prefers-color-scheme":
        return bool(value == scheme)
    pixels = value.removesuffix("px")
    if name in ("min-width", "max-width") and pixels.isdecimal():
        return int(pixels) <= WIDTH if name == "min-width" else int(pixels) >= WIDTH
    return False
