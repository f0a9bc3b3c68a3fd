"""Set the names of a story side by side by what its own reports state of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from digest.model import Comparison
from digest.plain_words import is_plain
from digest.quantities import Quantity, folded, quantities

ROWS = (2, 6)
"""Fewest and most names of a table."""

_NAME = re.compile(
    r"(?<![\w.])(?<!\d )[A-Z][\w+&.-]*(?:'s)?(?:\s(?:\d+(?:\.\d+)*[A-Z]?\b"
    r"(?!\s?(?:%|percent|million|billion))|[A-Z][\w+&.-]*(?:'s)?))*"
)
_PERIOD = (
    r"(?:\s?(?:/|per\s|an?\s|each\s)\s?(?:mo(?:nth)?|year|yr|user|seat|hour|task|week|image)\b"
)
_PER = re.compile(
    rf"{_PERIOD}|\s(?:/|per|for)\s(?:1M|(?:one\s|a\s)?million)\s(?:input\s|output\s)?tokens)"
    r"(?:\s(?:per|a)\s(?:user|month))?",
    re.IGNORECASE,
)
_JOINTS = re.compile(
    r";\s|,?\s(?:while|whereas|versus|vs\.?|compared (?:with|to)|but|(?:and )?ahead of|behind)\s"
)
_LIST = re.compile(r",?\s(?:and|or)\s|,\s|,?\s&\s")
_SCORE = re.compile(r"\bon (?:the )?(?P<name>[A-Z][\w-]*(?:\s[A-Z\d][\w.-]*){0,3})")
_SCORED = re.compile(
    rf"(?P<subject>{_NAME.pattern})(?:\s\([^()]*\))?\s(?:scor\w+|gets?|got|achiev\w+|reach\w*|hits?)"
    r"\s(?P<value>\d+(?:\.\d+)?%?)\son (?:the )?(?P<test>[A-Z][\w-]*(?:\s[A-Z\d][\w.-]*){0,3})"
)
_BARE = re.compile(rf"(?P<name>{_NAME.pattern})\s\((?:[a-z]+,\s)?(?P<value>\d+(?:\.\d+)?%?)\)")
_ASIDE = re.compile(r"\s\([^()]*\)")
_COLON = re.compile(rf"(?P<name>{_NAME.pattern}):\s")
_DEAR = 100_000
_STATES = re.compile(
    r"\s(?:will |would |has |have |had |is |are |was |were |now |also |reportedly )*"
    r"(?:costs?|priced|start\w*|rais\w+|valued|closed|secured|landed|invest\w*|plan\w*|spen\w+"
    r"|scor\w+|reach\w*|hit|achiev\w+|employ\w*|lay\w*|laid|cut\w*|has|have|had|gets?|got|at"
    r"|offers?|supports?|comes?|serv\w+|report\w*|post\w*|books?|booked|made)\b"
)
_AT_A_VALUATION = re.compile(r"[^,;]{0,20}\bvaluation\b")
_ATTRIBUTES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (name, unit, re.compile(words, re.IGNORECASE))
    for name, unit, words in (
        ("Valuation", "money", r"\bvaluation\b|\bvalued\b|\bpost-money\b|\bpre-money\b"),
        ("Funding", "money", r"\brais(?:e[sd]?|ing)\b|\bfunding\b|\bSeries [A-H]\b|\bround\b"),
        ("Revenue", "money", r"\brevenues?\b|\bsales\b|\bARR\b"),
        ("Investment", "money", r"\binvest(?:s|ed|ing|ment)?\b|\bspend(?:s|ing)?\b|\bcapex\b"),
        ("Price", "money", r"\bcosts?\b|\bprice[sd]?\b|\bpricing\b|\bstart(?:s|ing) at\b"),
        ("Parameters", "count", r"\bparameters?\b"),
        ("Context window", "count", r"\bcontext (?:window|length)\b"),
        ("Workforce", "count", r"\bemployees\b|\bworkers\b|\bjobs\b|\bstaff\b|\bpeople\b"),
        ("Users", "count", r"\busers\b|\bcustomers\b|\bsubscribers\b"),
        ("Power", "power", r"\b(?:gigawatts?|megawatts?|GW|MW)\b"),
    )
)
_MONEY = frozenset("dollar euro pound yen yuan rupee won c$ a$ hk$ s$ nz$ nt$".split())
_KINDS: dict[str, Callable[[Quantity], bool]] = {
    "money": lambda q: q.unit in _MONEY,
    "count": lambda q: q.unit in {"", "parameter", "token"} and q.value >= 10,
    "power": lambda q: q.unit in {"gw", "mw"},
}


@dataclass(frozen=True, slots=True)
class _Cell:
    name: str
    attribute: str
    value: str


def compared(sentences: Iterable[str]) -> Comparison:
    """The table of a story; empty unless two names have a value of one attribute.

    A value belongs to a name if it follows it in brackets, or if the name is the subject of a
    clause with that value alone; cells are the reports' own words.

    Args:
        sentences: whole sentences of the story's reports, in the order of their worth; the first
            value said of a name stands.
    """
    table: dict[str, dict[str, str]] = {}
    for text in sentences:
        text = folded(text).strip('" ')
        for cell in (
            *_bracketed(text),
            *_scored(text),
            *_listed(text),
            *_by_clause(_ASIDE.sub("", text)),
        ):
            table.setdefault(cell.attribute, {}).setdefault(cell.name, cell.value)
    shared = {name: cells for name, cells in table.items() if len(cells) >= ROWS[0]}
    if not shared:
        return Comparison()
    names = list(dict.fromkeys(name for cells in shared.values() for name in cells))[: ROWS[1]]
    rows = tuple((name, *(cells.get(name, "") for cells in shared.values())) for name in names)
    return Comparison(("Name", *shared), rows)


def _bracketed(text: str) -> Iterator[_Cell]:
    """Names with a value right after them: `Plus ($3.99/mo), Pro ($20/mo)`."""
    for match in re.finditer(r"(?P<before>[^()]{2,60})\s\((?P<inner>[^()]{2,40})\)", text):
        inner = match["inner"]
        found = quantities(inner)
        names = list(_NAME.finditer(match["before"]))
        if len(found) != 1 or not names or names[-1].end() != len(match["before"]):
            continue
        name, value = names[-1][0], _value(inner, found[0])
        attribute = _attribute(inner, found[0], text)
        if not attribute and value == inner and _is_price(found[0]):
            attribute = "Price"
        if attribute and _is_name(name) and inner.startswith(value):
            yield _Cell(name, attribute, value)


def _scored(text: str) -> Iterator[_Cell]:
    """Scores of one test: `Auk scores 61 on the Plank Index, ahead of Tern (59)`."""
    first = _SCORED.search(text)
    if first is None or not _is_name(first["subject"]):
        return
    test = f"Score on {first['test']}"
    yield _Cell(first["subject"], test, first["value"])
    for match in _BARE.finditer(text, first.end()):
        if _is_name(match["name"]):
            yield _Cell(match["name"], test, match["value"])


def _listed(text: str) -> Iterator[_Cell]:
    """Names with a price after a colon, two at least: `Plus: $20 a month Pro: $200 a month`."""
    prices = {one.start: one for one in quantities(text) if _is_price(one)}
    found = [
        _Cell(match["name"], "Price", _value(text, prices[match.end()]))
        for match in _COLON.finditer(text)
        if match.end() in prices and _is_name(match["name"])
    ]
    yield from found if len(found) >= ROWS[0] else ()


def _by_clause(text: str) -> Iterator[_Cell]:
    """Names that are the subject of a clause with a value: `A and B cost $4, while C costs $3`."""
    for clause in _JOINTS.split(text):
        names, rest = _subject(clause)
        found = [one for one in quantities(clause) if one.start >= rest]
        if not names or "(" in clause or not 1 <= len(found) <= 2:
            continue
        if len(found) == 1:
            stated = {_attribute(clause, found[0], clause): _value(clause, found[0])}
        elif _AT_A_VALUATION.match(clause, found[1].end) and all(map(_KINDS["money"], found)):
            stated = {"Funding": found[0].text, "Valuation": found[1].text}
        else:
            continue
        stated.pop("", None)
        yield from (_Cell(name, what, value) for name in names for what, value in stated.items())


def _subject(clause: str) -> tuple[list[str], int]:
    """The names that a clause begins with, and where they end; none if no verb follows them."""
    first = _NAME.match(clause)
    if first is None:
        return [], 0
    names, place = [first[0]], first.end()
    while (joint := _LIST.match(clause, place)) and (further := _NAME.match(clause, joint.end())):
        names.append(further[0])
        place = further.end()
    if not _STATES.match(clause, place) or not all(map(_is_name, names)):
        return [], 0
    return names, place


def _attribute(near: str, quantity: Quantity, text: str) -> str:
    """What a value is of, by its unit and the words around it; "" if that is not clear."""
    if quantity.unit in _MONEY and _PER.match(near, quantity.end):
        return "Price"
    if quantity.unit in {"%", ""} and (score := _SCORE.search(near, quantity.end)):
        return f"Score on {score['name']}"
    for name, kind, words in _ATTRIBUTES:
        if _KINDS[kind](quantity) and words.search(text):
            return name
    return ""


def _is_price(quantity: Quantity) -> bool:
    """Whether an amount of money is such as a thing in a shop costs: in full, and not large."""
    return quantity.unit in _MONEY and not quantity.scaled and quantity.value < _DEAR


def _value(text: str, quantity: Quantity) -> str:
    """The value as it is written, with the period or the amount that a price is for."""
    per = _PER.match(text, quantity.end)
    return text[quantity.start : per.end() if per else quantity.end].strip()


def _is_name(name: str) -> bool:
    """Whether it names a company or a product rather than beginning a sentence."""
    words = name.lower().split()
    return len(name) > 1 and not (len(words) == 1 and is_plain(words[0].rstrip(".")))
