"""Pick the numbers of the week: a figure, the sentence that holds it, the report it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from digest.backreferences import names_nobody, refers_back
from digest.clauses import shorter
from digest.model import Item, Sentence, Story
from digest.quantities import Quantity, quantities

LIMIT = 3
CAPTION_CHARACTERS = 150
_CURRENCIES = frozenset({"dollar", "euro", "pound", "yen", "yuan", "rupee", "won"})
_OTHERS = frozenset({"%", "x", "gw", "mw"})
_LARGE = 1_000_000
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the week.

    Attributes:
        value: the number with its unit as the report writes it, "$650 million".
        text: the sentence that holds it.
        item: the report it was taken from.
    """

    value: str
    text: str
    item: Item


def figures(stories: Iterable[Story], *, limit: int = LIMIT) -> tuple[Figure, ...]:
    """Up to `limit` numbers a reader would repeat, one a story, best stories first.

    Sums of a million and more, shares, multiples and power; of one unit there is a second only
    where no other is left. The sentence is one of the story's brief, shortened where it can be,
    and stands alone.
    """
    found = [figure for story in stories if (figure := _figure_of(story))]
    firsts = {unit: at for at, (unit, _) in reversed([*enumerate(found)])}
    order = sorted(range(len(found)), key=lambda at: (firsts[found[at][0]] != at, at))
    return tuple(found[at][1] for at in sorted(order[:limit]))


def _figure_of(story: Story) -> tuple[str, Figure] | None:
    """The figure with the shortest caption, and its unit."""
    items = {item.id: item for item in story.items}
    found = [
        (unit, Figure(value, text, items[name]))
        for sentence in _sentences(story)
        for name in sentence.items[:1]
        if name in items and _DIGIT.search(sentence.text)
        for unit, value, text in _captions(sentence.text)
    ]
    return min(found, key=lambda pair: (len(pair[1].text), pair[1].text), default=None)


def _sentences(story: Story) -> tuple[Sentence, ...]:
    brief = story.brief
    return (*brief.insight, *brief.what_changed, *brief.why_it_matters, *brief.takeaways)


def _leans(text: str) -> bool:
    return refers_back(text) or names_nobody(text)


def _captions(text: str) -> Iterator[tuple[str, str, str]]:
    """The unit, the number and the shortest form of the sentence that still holds it."""
    telling = [quantity for quantity in quantities(text) if _telling(quantity)]
    if not telling or _leans(text):
        return
    for quantity in telling:
        forms = [form for form in shorter(text) if quantity.text in form and not _leans(form)]
        form = min((text, *forms), key=len)
        if len(form) <= CAPTION_CHARACTERS:
            yield quantity.unit, quantity.text.replace("-", " "), form


def _telling(quantity: Quantity) -> bool:
    """Whether the number is one to remember: large money, a share, a multiple, power."""
    if not _DIGIT.search(quantity.text):
        return False
    if quantity.unit in _CURRENCIES:
        return quantity.value >= _LARGE
    return quantity.unit in _OTHERS
