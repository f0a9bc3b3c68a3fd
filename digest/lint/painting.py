"""In which colour each text of a document is painted, and on which ground, in both schemes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from digest.lint.colours import BLACK, CLEAR, WHITE, Colour, over, read_colour
from digest.lint.findings import signs
from digest.lint.styles import HIDDEN, INHERIT, Declaration, Rule, Scheme, declarations_of, rules_of

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_SILENT = frozenset(("head", "script", "style", "template"))
_CANVAS = {"light": (BLACK, WHITE), "dark": (WHITE, Colour(18 / 255, 18 / 255, 18 / 255))}
_LINK = {"light": Colour(0, 0, 238 / 255), "dark": Colour(158 / 255, 158 / 255, 1)}
"""What browsers take where a mail says nothing."""

_Weight = tuple[bool, bool, tuple[int, int, int]]
_Won = dict[str, tuple[_Weight, Colour | str]]


@dataclass(frozen=True, slots=True)
class Painted:
    """One run of text that a reader sees; both colours are opaque."""

    scheme: Scheme
    text: str
    colour: Colour
    ground: Colour


@dataclass(frozen=True, slots=True)
class _Look:
    colour: Colour
    ground: Colour
    hidden: bool


def painted(document: Any) -> Iterator[Painted]:
    """Every visible run of text, as a browser paints it: all in the light scheme, then in the dark.

    A cascade of the properties that colour and hide: style sheets with their media queries, style
    attributes, `bgcolor`. What is not seen: pictures behind text, opacity, sheets of a mail app.
    """
    rules = [
        (rule, rule.find(document))
        for node in document.iter("style")
        for rule in rules_of(node.text or "", node.get("media", ""))
    ]
    for scheme in SCHEMES:
        ruled: dict[Any, _Won] = {}
        for rule, elements in rules:
            if rule.holds(scheme):
                for element in elements:
                    _add(ruled.setdefault(element, {}), rule.declarations, rule)
        yield from _runs(document, scheme, ruled)


def _runs(document: Any, scheme: Scheme, ruled: dict[Any, _Won]) -> Iterator[Painted]:
    side = scheme if _takes_dark(document) else "light"
    looks: dict[Any, _Look] = {None: _Look(*_CANVAS[side], hidden=False)}
    for element in document.iter("*"):
        above = looks[element.getparent()]
        look = looks[element] = _look(element, above, ruled.get(element, {}), _LINK[side])
        if look.hidden:
            continue
        for text in (element.text, *(child.tail for child in element)):
            if text and signs(text):
                seen = over(look.colour, look.ground)
                yield Painted(scheme, " ".join(text.split()), seen, look.ground)


def _look(element: Any, above: _Look, won: _Won, link: Colour) -> _Look:
    """How an element looks below another, with what style sheets say of it."""
    style, plain = element.get("style"), element.get("bgcolor")
    if plain and "background-color" not in won and (hint := read_colour(plain)):
        won["background-color"] = ((False, False, (0, 0, 0)), hint)
    if style:
        _add(won, declarations_of(style), None)
    said = {name: value for name, (_, value) in won.items()}
    colour = said.get("color", link if element.tag == "a" and element.get("href") else INHERIT)
    ground = cast(Colour, said.get("background-color", CLEAR))
    return _Look(
        above.colour if colour == INHERIT else cast(Colour, colour),
        over(ground, above.ground) if ground.alpha else above.ground,
        above.hidden or element.tag in _SILENT or said.get("display") == HIDDEN,
    )


def _add(won: _Won, declarations: Iterable[Declaration], rule: Rule | None) -> None:
    """Let declarations of a rule, or of a style attribute, win where they weigh no less."""
    for said in declarations:
        weight = (said.important, rule is None, rule.specificity if rule else (0, 0, 0))
        if said.name not in won or weight >= won[said.name][0]:
            won[said.name] = (weight, said.value)


def _takes_dark(document: Any) -> bool:
    """Whether the mail says that it has a dark scheme: only then browsers darken their defaults."""
    return any(
        "dark" in (node.get("content") or "").lower().split()
        for node in document.iter("meta")
        if (node.get("name") or "").lower() == "color-scheme"
    )
