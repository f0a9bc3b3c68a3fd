"""Pick the sentences of a report that can stand alone on a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sentencex import segment

from digest.backreferences import follows_on, refers_back
from digest.chaff import is_chaff
from digest.clauses import has_verb, shorter, without_opener
from digest.clean import language_of
from digest.events import is_old
from digest.model import Item
from digest.reports import opened, outlet_of

WORDS = (6, 45)
"""Fewest and most words of a sentence that may be printed."""

INSIGHT_CHARACTERS = 110
"""Most characters of a brief's one-line insight."""

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_SMALL = frozenset(
    (
        "a an the and or but of to in on at by for from with as is are was were be been has have"
        " had it its this that these those will would can could may might not than then so such"
    ).split()
)
_ADDRESS = re.compile(r"https?:|www\.|\b[\w.+-]+@[\w-]+\.\w|\b\w[\w.-]+\.[a-z]{2,63}/\S", re.I)
_MARKUP = re.compile(
    r"(?<!\w)@\w|\b[a-z]+_[a-z]\w*|\s/\w+/|[{}<>|\\]|\*\*|\]\(|`|&[a-z]+;|&#\d|\*\S[^*]*\S\*"
    r"|\$[A-Za-z^]"
    r"|\[\w{1,3}\]"
)
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules"
    r"|guidelines?|the above)\b|\bsystem prompt\b|\b(?:assistant|system|user)\s*:"
    r"|\byou are (?:now )?an? (?:ai|assistant|large|language model|helpful)\b|\b(?:send|share"
    r"|enter|paste|reveal|e-?mail|provide|give)\b.{0,40}\b(?:passwords?|api keys?|credentials"
    r"|seed phrases?|gift cards?|bank account)\b|\bbuy now\b|\bclick here\b|\b(?:as"
    r"|for) an ai (?:language )?model\b|\bprint the words\b|\brespond (?:only )?with\b",
    re.IGNORECASE,
)
_HIDDEN = frozenset(("Cc", "Cf", "Co", "Cn", "Cs"))
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_I = re.compile(r"\bI\b(?!/\w)|\b(?:[Mm]y|[Mm]e|[Mm]yself|of mine)\b")
_YOU = re.compile(
    r"(?<!lets )(?<!allows )(?<!helps )(?<!gives )(?<!letting )(?<!allowing )(?<!helping )"
    r"(?<!giving )\byou\b",
    re.IGNORECASE,
)
_WHOM = re.compile(  # "the files you have": whoever it is that has them
    r"\b(?!(?:if|when|because|but|and|so|as|once|what|how|do|while|since|that)\b)[a-z]+"
    r" you(?:['’]d| would)? (?:have|need|want|own|use|expect|know)\b"
)
_WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|us|ours|ourselves|Us|we['’]\w+|We['’]\w+)\b")
_SHORT = 4
_EASTERN = re.compile("[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TIE = re.compile(r"(?:But|And|So|Yet|Still|However|That|This|It|They|These|Those)\b")
_YOU_CAN = re.compile(r"(?:^|, but |, and |, |; )you can (?:now )?[a-z]+", re.IGNORECASE)
_QUOTE_END = re.compile(r"(?<=[\w)][.!?])\s+(?=[“\"][A-Z])|(?<=[.!?][”\"])\s+(?=[A-Z“\"])")
_OPENED = re.compile(r"\s*“\s*$")
_ENDS = re.compile(r"(?<![:(]\s\d)(?<![:(]\d)[.][\"”’')]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be printed.

    Attributes:
        text: whole; of an outlet that speaks of itself as "we", in quotes after its name.
        item: id of the report it stands in; `place` counts its sentences from 0.
        outlet: who says it.
        paper: the report is the abstract of a paper.
        words: its content words, lower-case.
        old: it, or the one it goes on from, tells what was long before the report.
        follows: it refers to the sentence before it, and may be printed only right after that one.
        to_reader: it tells the reader what "you" can do.
        whole: nothing of the sentence was cut.
        quoted: the outlet speaks of itself.
    """

    text: str
    item: str
    place: int
    outlet: str
    paper: bool
    words: frozenset[str]
    old: bool = False
    follows: bool = False
    to_reader: bool = False
    whole: bool = True
    quoted: bool = False

    @property
    def length(self) -> int:
        """Its words as a reader counts them."""
        return len(self.text.split())


def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, lower-case and without endings."""
    return frozenset(_stem(word) for word in _WORD.findall(text.lower()) if word not in _SMALL)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """The word without a possessive and a common ending, so that launches is launched."""
    word = re.sub(r"['’]s?$", "", word)
    return re.sub(r"(?:ing|ed|es|s)$", "", word) if len(word) > _SHORT else word


def unfit(text: str) -> str:
    """Why a text may not be printed whoever worded it; "" if it may.

    Addresses, markup, hidden characters, letters of two alphabets in one word (look-alikes), and
    sentences that instruct a machine.
    """
    if _ADDRESS.search(text):
        return "it carries an address"
    if _MARKUP.search(text):
        return "it carries markup"
    if any(unicodedata.category(sign) in _HIDDEN for sign in text):
        return "it carries hidden characters"
    if word := _two_alphabets(text):
        return f"`{word}` mixes two alphabets"
    return "it reads as an instruction to a machine" if _INSTRUCTION.search(text) else ""


def candidates(item: Item, language: str) -> list[Candidate]:
    """The sentences of a report's summary that can be printed, in order.

    Args:
        language: ISO 639-1; sentences in another language are not used.
    """
    found: list[Candidate] = []
    outlet, own, paper = outlet_of(item)
    old = False
    for place, raw in enumerate(_segments(item, language)):
        before, old = old, is_old(raw, item.time)
        whole = without_opener(_without_label(raw.strip().lstrip("*_#>-–—•. ")))
        text = _printable(whole, language, own=own)
        follows = bool(text) and refers_back(whole)
        if not text or (follows and not follows_on(text)):
            continue
        name = "The authors" if paper else outlet
        spoken = _QUOTED.sub(" ", text)
        found.append(
            Candidate(
                text=f"{name}: “{text}”" if _WE.search(spoken) else text,
                quoted=_WE.search(spoken) is not None,
                item=item.id,
                place=place,
                outlet=outlet,
                paper=paper,
                words=content_words(text),
                old=old or (before and _TIE.match(raw) is not None),
                follows=follows,
                to_reader=_addressed(spoken),
                whole=text == whole,
            )
        )
    return found


def headline(item: Item, language: str) -> Candidate | None:
    """The title of a report as a sentence with a full stop; None if it is none."""
    outlet, own, paper = outlet_of(item)
    ended = item.title if item.title.endswith(".") else f"{item.title}."
    text = _printable(ended, language, own=False)
    asks = "?" in text or re.match(r"(?:How|Why|What|When|Where|Who|Here)\b", text)
    if not text or asks or refers_back(text) or own or paper:
        return None
    return Candidate(text, item.id, 0, outlet, paper, content_words(text))


def sentences_of(item: Item, language: str) -> list[str]:
    """Every sentence of a report's summary as it stands there, printable or not."""
    return list(_segments(item, language))


def _segments(item: Item, language: str) -> Iterator[str]:
    """Sentences in order; an opening quote mark belongs to the sentence after it."""
    opening = ""
    for line in re.split(r"\s[•·▪●◦*]\s|\s-\s(?=[A-Z][a-z]+ [a-z])", opened(item)):
        for sentence in segment(language, line):
            for part in _QUOTE_END.split(sentence):
                whole = opening + part
                closed = _OPENED.sub("", whole)
                opening = "“" if closed != whole else ""
                yield closed
        opening = ""


def _printable(text: str, language: str, *, own: bool) -> str:
    """The sentence in the longest form that is short enough; "" if it is not fit to print.

    Args:
        own: the outlet may speak of itself, or the paper's authors of themselves.
    """
    if not _ENDS.search(text) or "…" in text or "..." in text or unfit(text):
        return ""
    if is_chaff(text) or not _starts(text) or (language == "en" and not has_verb(text)):
        return ""
    spoken = _QUOTED.sub(" ", text)
    if _I.search(spoken) or (_WE.search(spoken) and (not own or spoken != text)):
        return ""
    if _addressed(spoken) and not _YOU_CAN.search(spoken):
        return ""
    if language == "en" and _EASTERN.search(text):
        return ""
    if not balanced(text) or language_of(text) != language:
        return ""
    fewest, most = WORDS
    forms = [text] if _WE.search(spoken) else shorter(text)
    fitting = (one for one in forms if len(one.split()) <= most)
    best = next(fitting, "")
    return best if len(best.split()) >= fewest else ""


def _addressed(spoken: str) -> bool:
    """Whether the sentence speaks to its reader."""
    return bool(_YOU.search(_WHOM.sub(" ", spoken)))


def _without_label(text: str) -> str:
    """The sentence without a short label before a colon: "My impression: …"."""
    label = re.match(r"(?:[A-Z][\w’'-]*)(?:\s[\w’'-]+){0,3}:\s(?=[A-Z][a-z])", text)
    if label is None or label[0].startswith("The authors") or has_verb(label[0]):
        return text
    rest = text[label.end() :]
    return text if re.match(r"\w+(?:ed|ing)\b", rest) else rest


def _starts(text: str) -> bool:
    """Whether it begins as a sentence does, and is not a heading that a sentence was glued to."""
    if re.match(r"[\w’' -]{2,40}:\s(?:\w+(?:ed|ing)|is|are|was)\b", text):
        return False
    first = text[:1]
    # Arabic, Hebrew and the like have no capitals.
    letter = first.isalpha() and first == first.upper()
    begins = letter or first.isdigit() or first in "$€£¥“\"'‘«"
    lonely = text[:1] in "“‘\"'" and not re.search(r"[”\"’']\s\S", text[1:])
    return begins and not lonely


def balanced(text: str) -> bool:
    """Whether every quote and bracket that opens is closed."""
    even = all(text.count(pair[0]) == text.count(pair[1]) for pair in ("“”", "()", "[]"))
    return even and text.count('"') % 2 == 0


def _two_alphabets(text: str) -> str:
    """The first word with letters of two alphabets, such as a Latin word with one Cyrillic `а`."""
    if text.isascii():
        return ""
    for word in re.findall(r"[^\W\d_]+", text):
        scripts = {unicodedata.name(sign, "?").split()[0] for sign in word if not sign.isascii()}
        latin = any(sign.isascii() for sign in word) or "LATIN" in scripts
        if scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"} and (
            latin or len(scripts) > 1
        ):
            return str(word)
    return ""
