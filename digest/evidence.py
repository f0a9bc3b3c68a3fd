"""Say what a text states beyond the reports it rests on: numbers, dates, names and quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from digest.model import Item
from digest.plain_words import ALSO_NAMES, is_plain
from digest.quantities import MEASURES, Quantity, folded, quantities
from digest.reports import outlet_of, readable
from digest.spoken_dates import SpokenDate, spoken_dates

_QUOTE = re.compile(r"\"([^\"]*)\"|(?<!\w)'([^']{2,}?)'(?!\w)")
_TOKEN = re.compile(r"[^\W_]+(?:[-.+&/'_][^\W_]+)*")
_PART = re.compile(r"[-/&_]")
_START = re.compile(r"(?:^|[.!?:]\s+|[.!?:]?\s*\"\s*|\(\s*)$")
_HOST = re.compile(r"[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,63}")
_ACRONYMS = frozenset("ceo cto cfo coo vp ai api apis gpu gpus cpu cpus llm llms ml sdk pc".split())
_VAGUE = re.compile(
    r"\b(?:dozens?|hundreds|thousands|millions|billions|trillions|half|yesterday|today|tomorrow"
    r"|(?:last|next) (?:week|month|year|quarter|decade))\b",
    re.IGNORECASE,
)
_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in (
        ("fr", "le la les des est une dans pour sur avec qui que par aux cette son sont et du"),
        ("de", "der die das und ist ein eine den von mit für auf im nicht auch wird dem zu sich"),
        ("es", "el la los las una por con para que del en su se más como es sus este fue y"),
        ("it", "il lo la gli una per con che del della nel sono anche è più dei alla non di"),
        ("pt", "o os uma por com para que do da em não mais como são dos ao foi e"),
        ("nl", "de het een van en voor met op niet zijn aan dat door ook naar bij"),
        ("en", "the of and to in a is that for on with as by are was from at has an its it will"),
    )
}
_FOREIGN = 3
_MISSING = " is not in the cited reports"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What reports say, ready to be compared with.

    Attributes:
        text: title, summary and outlet of each, folded, lower-case, a line each.
        bare: values of numbers that are no money, share or multiple.
        pairs: neighbouring words, lower-case.
        signs: the characters beyond ASCII.
    """

    text: str
    quantities: frozenset[Quantity]
    bare: frozenset[Decimal]
    dates: tuple[SpokenDate, ...]
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    hosts: frozenset[str]
    signs: frozenset[str]
    language: str


@lru_cache(maxsize=512)
def evidence_of(items: tuple[Item, ...]) -> Evidence:
    """What these reports say, together."""
    lines, hosts = [], set()
    for item in items:
        outlet, _, paper = outlet_of(item)
        hosts.add(outlet.lower())
        lines += [item.title, readable(item.title), item.summary, readable(item.summary)]
        lines += [item.source, outlet, "The authors" if paper else ""]
    signs = frozenset(sign for line in lines for sign in line if not sign.isascii())
    text = "\n".join(folded(line) for line in lines)
    found = quantities(text)
    words = [part for match in _TOKEN.finditer(text) for part in _parts(match[0])]
    return Evidence(
        text=text.lower(),
        quantities=frozenset(found),
        bare=frozenset(one.value for one in found if one.unit not in MEASURES),
        dates=spoken_dates(text),
        words=frozenset(words),
        pairs=frozenset(pairwise(words)),
        hosts=frozenset(hosts),
        signs=signs,
        language=_language_of(text),
    )


def beyond(text: str, evidence: Evidence) -> Iterator[str]:
    """Reasons, one a thing that a text states and the evidence does not."""
    strange = sorted({s for s in text if not s.isascii() and s.isalnum()} - evidence.signs)
    if strange:
        yield f"the character `{strange[0]}` is not used in the cited reports"
    text = folded(text)
    dates = spoken_dates(text)
    found = quantities(text)
    yield from _quotes(text, evidence)
    yield from (f"the date `{one.text}`{_MISSING}" for one in dates if not _dated(one, evidence))
    free = [one for one in found if not any(d.start <= one.start < d.end for d in dates)]
    yield from (f"`{one.text}`{_MISSING}" for one in free if not _counted(one, text, evidence))
    for vague in _VAGUE.finditer(text):
        if not re.search(rf"\b{vague[0].lower()}\b", evidence.text):
            yield f"`{vague[0]}`{_MISSING}"
    spans = [(one.start, one.end) for one in found] + [(one.start, one.end) for one in dates]
    yield from _names(text, spans, evidence)
    language = _language_of(text)
    if language not in {"", evidence.language}:
        yield "it is in another language than the cited reports"


def _quotes(text: str, evidence: Evidence) -> Iterator[str]:
    for match in _QUOTE.finditer(text):
        quote = (match[1] or match[2] or "").strip(" ,.;").lower()
        if quote not in evidence.text:
            yield f"the quote “{quote}” is not verbatim in the cited reports"


def _dated(date: SpokenDate, evidence: Evidence) -> bool:
    """Whether the reports say this date, in whatever form; "today" is looked at as a word."""
    if date.weekday >= 0:
        return any(one.weekday == date.weekday for one in evidence.dates)
    if not date.month:
        years = {one.year for one in evidence.dates}
        return not date.year or date.year in years or Decimal(date.year) in evidence.bare
    return any(
        one.month == date.month and date.day in {0, one.day} and date.year in {0, one.year}
        for one in evidence.dates
    )


def _counted(quantity: Quantity, text: str, evidence: Evidence) -> bool:
    """Whether the reports state this number, of this unit."""
    if quantity in evidence.quantities:
        return True
    if quantity.unit:
        return False
    if quantity.value in evidence.bare:
        return True
    before = re.search(r"\w+[\s-]?$", text[: quantity.start])
    return before is not None and _has_name(before[0] + quantity.text, evidence)


def _names(text: str, spans: Sequence[tuple[int, int]], evidence: Evidence) -> Iterator[str]:
    """Words that are neither in the reports nor plain English, and names put together anew."""
    previous, end = "", 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        inside = any(start <= match.start() < stop for start, stop in spans)
        follows = text[end : match.start()] == " "
        last, end = previous, match.end()
        previous = ""
        if inside:
            continue
        if _HOST.fullmatch(token) and not _is_said(token, evidence):
            yield f"the address `{token}` is not the outlet's"
            continue
        if re.search(r"\d", token):
            if not _has_name(token, evidence):
                yield f"`{token}`{_MISSING}"
            continue
        begins = bool(_START.search(text[: match.start()]))
        unknown = [p for p in _parts(token) if not _known(p, token, evidence, begins=begins)]
        if unknown:
            yield f"`{token}`{_MISSING}"
        elif token[0].isupper() and not is_plain(token.lower().split("'")[0]):
            previous = _parts(token)[-1]
            pair = (last, _parts(token)[0])
            if last and follows and pair not in evidence.pairs:
                yield f"`{last.title()} {token}` is no name in the cited reports"


def _is_said(host: str, evidence: Evidence) -> bool:
    """Whether an address is the outlet's name, or an abbreviation such as `e.g`."""
    return host in evidence.hosts or len(max(host.split("."), key=len)) < 2


def _has_name(name: str, evidence: Evidence) -> bool:
    """Whether a name with digits stands in the reports, blanks and hyphens aside: `GPT 5.5`."""
    runs = re.findall(r"[^\W\d_]+|\d+|[^\w\s-]", name.lower())
    pattern = r"[ -]?".join(re.escape(run) for run in runs)
    return bool(re.search(rf"(?<![\w.]){pattern}(?!\w|\.\d)", evidence.text))


def _known(part: str, token: str, evidence: Evidence, *, begins: bool) -> bool:
    """Whether a word is in the reports, or a plain one that is not written as a name."""
    if part in evidence.words or part.removesuffix("s") in evidence.words:
        return True
    if f"{part}s" in evidence.words or (token.isupper() and len(token) == 1):
        return True
    if part in _ACRONYMS:
        return True
    if token[0].isupper() and (not begins or part in ALSO_NAMES):
        return False
    return evidence.language != "en" or is_plain(part)


def _parts(token: str) -> list[str]:
    """The words of a token, lower-case, without a possessive: `Altman-led` → altman, led."""
    token = re.sub(r"'s?$|'s(?=-)", "", token.lower())
    return [part.replace(".", "") for part in _PART.split(token) if part] or [token]


def _language_of(text: str) -> str:
    """The Latin-script language whose small words the text has most; "" if it has too few."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {
        language: sum(word in small for word in words)
        for language, small in _FUNCTION_WORDS.items()
    }
    best = max(counts, key=lambda language: (counts[language], language == "en"))
    return (
        best
        if (counts[best] >= _FOREIGN and counts[best] > 1.5 * counts["en"]) or best == "en"
        else ""
    )
