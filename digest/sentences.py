"""Pick the sentences of a report that can stand alone on a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sentencex import segment

from digest.clauses import has_verb, shorter, without_opener
from digest.clean import language_of
from digest.model import Item
from digest.plain_words import is_plain
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
_ADDRESS = re.compile(r"https?:|www\.|\b[\w.+-]+@[\w-]+\.\w|\b\w[\w.-]+\.[a-z]{2,6}/\S", re.I)
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
_JUNK = re.compile(
    r"\bread (?:more|on|the full|our)\b|\bclick\b|\bsubscribe (?:now|here|today|to (?:our|the"
    r"|get))\b|\bsign up\b|\bcookies?\b.{0,40}\b(?:consent|use|accept|policy|settings)"
    r"|\bcookie policy\b|\bfollow us\b|\bnewsletter\b|\bcontinue reading\b|\bcomments?:\s*\d"
    r"|\bprivacy policy\b|\bterms of (?:use|service)\b|\ball rights reserved\b|\b(?:photo|image"
    r"|illustration) (?:by|credit|courtesy)|\badvertis(?:ement|er content)\b|\baffiliate\b"
    r"|\bappeared first on\b|\blearn more\b|\bget started\b|\bjoin us\b|\bstay tuned\b"
    r"|\bcheck (?:it |this |them )?out\b|\btry it\b|\bsee (?:the|our|below|also)\b"
    r"|\bfor more (?:information|details)\b|\bdisclosure\b|\bearlier in this\b|\bbelow\b|\b(?:this"
    r"|the|our|today['’]s) (?:post|article|blog|guide|tutorial|video|episode|edition"
    r"|story (?:originally|first)|roundup|glossary|README|repo)\b|\bfollowing (?:table|figure"
    r"|section|example)\b|\b(?:in|as) (?:section|figure|table) \d"
    r"|\bdid not (?:immediately )?respond\b|\bdeclined to comment\b|\breach(?:ed)? out\b"
    r"|\bwelcome to\b|\b(?:hosts?|team|panel) (?:break|discuss|dig|talk)|\bpodcast\b"
    r"|\blaunch tags\b|\bmin read\b|\bshow hn\b|\bRSS\b|\b(?:code|data|weights) (?:is"
    r"|are) (?:publicly )?(?:available|released) at\b|\bcode is available\b|\bin response\."
    r"|\byou['’](?:ll|re|ve)\b|\blet['’]s\b|\bhere['’]s\b|\bspoiler\b|\b(?:excited|thrilled|proud"
    r"|delighted|pleased|happy) to\b|\bgame.chang|\bchanging the world\b|\bworld.class\b"
    r"|\bbest.in.class\b|\bcutting.edge\b|\bseamless|\brevolutioni[sz]|\bsupercharge|\bunleash"
    r"|\bunlock the\b|\bnext.level\b|\bdive (?:in|into|deep)|\bdelve\b|\b\d+% off\b|\bfree trial\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?:It|They|He|She|This|These|Those|Their|Its|His|Her|Him|Them|Which|Both|Such|There|Here"
    r"|That|Another|Others?|Instead|Rather|Yes|No,|Nor|Neither|Or|Because|Whereas|Maybe|Sure|Well"
    r"|Okay|Even so|Why|How|What|Again|Not only|Once again|If so|Since then|By then|Next,"
    r"|One of (?:them|those|these)|All (?:this|that|these|those)|(?:Some|Many|Most|All|None|Few"
    r"|Each) of (?:them|these|those|this|that)|The (?:second|third|former|latter|others?|same|rest"
    r"|answer|catch|reasons?|pair|duo|idea|trick|difference|above|problem is)|You|Your"
    r"|To \w+ (?:this|that|these|it|them)|To describe|According to [^,]+, (?:it|they|he|she)"
    r"|Everyone|Everybody|Nobody|Anyone)\b",
)
_STANDS = re.compile(
    r"That (?:is|was) (?:the|a|because)\b|(?:That|This|It|Which) matters because\b|This (?:paper"
    r"|work|study|survey|thesis|(?:past |coming )?(?:week|month|year|morning|summer|spring|fall"
    r"|quarter))\b"
)
_TIMES = (
    "week|month|year|quarter|summer|spring|fall|autumn|winter|morning|weekend|time|decade|century"
    "|work|paper|study|survey|report|release"
)
_BACK = re.compile(
    rf"\b(?:that(?=\s(?:way|problem|issue|gap|question|challenge|case|capacity|system|method|idea"
    rf"|notion|plan"
    r"|claim|point|reason|moment|deal)\b)"
    rf"|(?<!one of )(?:this|these|those))\s"
    rf"(?!(?:{_TIMES}|is|are|was|were|will|would|has|who|with|of|in)\b)(?P<noun>[a-z]+)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|they|them|he|she|him|his|her|hers|their|its)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:an?|the)\s(?:[\w-]+\s){0,3}?(?:\w{2,}(?:er|or|ist|ian|ant|man|woman)|chief|president"
    r"|judge|student|resident|head|author|scientist|teen)\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:Build|Imagine|Type|Meet|Forget|Plug|Try|Read|See|Spend|Note|Consider|Let|Get|Learn|Check"
    r"|Use|Take|Look|Say|Think|Remember|Discover|Explore|Join|Ask|Add|Run|Install|Start|Stop|Make"
    r"|Give|Turn|Pick|View|Watch|Find|Keep|Create|Call|Go|Come|Welcome|Please|Thanks|Thank|Hey|Hi"
    r"|Hello|(?:Trade|Connect|Automate|Generate|Manage|Track|Bring|Deploy|Test|Ship|Monitor|Record"
    r"|Replace|Send|Schedule|Publish|Transform|Convert|Design|Host|Integrate|Control|Capture|Save"
    r"|Search)(?=\s(?:an?|the|your|in|any|all|with|into|anything|every)\s)|Download|Visit|Choose"
    r"|Don['’]t|Do|Never|Expect|Suppose|Picture|Enter|Buy|Set|Write|Share)\s"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_I = re.compile(
    r"\bI\b|\b(?:my|me|myself|mine)\b|(?<!lets )(?<!allows )(?<!helps )(?<!gives )\byou\b"
)
_WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|us|ours|ourselves|Us|we['’]\w+|We['’]\w+)\b")
_SHORT = 4
_NEAR = 8
_EASTERN = re.compile("[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_QUOTE_END = re.compile(r"(?<=[a-z\d)][.!?])\s+(?=[“\"][A-Z])|(?<=[.!?][”\"])\s+(?=[A-Z“\"])")
_ENDS = re.compile(r"[.][\"”’')]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be printed.

    Attributes:
        text: whole; of an outlet that speaks of itself as "we", in quotes after its name.
        item: id of the report it stands in; `place` counts its sentences from 0.
        outlet: who says it.
        paper: the report is the abstract of a paper.
        words: its content words, lower-case.
    """

    text: str
    item: str
    place: int
    outlet: str
    paper: bool
    words: frozenset[str]

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
    """The sentences of a report's summary that can stand alone, in order.

    Args:
        language: ISO 639-1; sentences in another language are not used.
    """
    found: list[Candidate] = []
    outlet, own, paper = outlet_of(item)
    for place, raw in enumerate(_segments(item, language)):
        text = _printable(raw, language, own=own)
        if text:
            words = content_words(text)
            name = "The authors" if paper else outlet
            shown = f"{name}: “{text}”" if _WE.search(_QUOTED.sub(" ", text)) else text
            found.append(Candidate(shown, item.id, place, outlet, paper, words))
    return found


def _segments(item: Item, language: str) -> Iterator[str]:
    for line in re.split(r"\s[•·▪●◦*]\s|\s-\s(?=[A-Z][a-z]+ [a-z])", opened(item)):
        for sentence in segment(language, line):
            yield from _QUOTE_END.split(sentence)


def _printable(raw: str, language: str, *, own: bool) -> str:
    """The sentence ready to print, in the longest form that is short enough; "" if it is not fit.

    Args:
        own: the outlet may speak of itself, or the paper's authors of themselves.
    """
    text = without_opener(_without_label(raw.strip().lstrip("*_#>-–—•. ")))
    if not _ENDS.search(text) or "…" in text or "..." in text or unfit(text):
        return ""
    if _JUNK.search(text) or _IMPERATIVE.match(text) or not _starts(text) or not has_verb(text):
        return ""
    spoken = _QUOTED.sub(" ", text)
    if _I.search(spoken) or (_WE.search(spoken) and (not own or spoken != text)):
        return ""
    if language == "en" and _EASTERN.search(text):
        return ""
    if not balanced(text) or language_of(text) != language or _refers_back(text):
        return ""
    fewest, most = WORDS
    forms = [text] if _WE.search(spoken) else shorter(text)
    fitting = (one for one in forms if len(one.split()) <= most)
    best = next(fitting, "")
    return best if len(best.split()) >= fewest else ""


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
    begins = text[:1].isupper() or text[:1].isdigit() or text[:1] in "$€£¥“\"'‘"
    lonely = text[:1] in "“‘\"'" and not re.search(r"[”\"’']\s\S", text[1:])
    return begins and not lonely


def balanced(text: str) -> bool:
    """Whether every quote and bracket that opens is closed."""
    even = all(text.count(pair[0]) == text.count(pair[1]) for pair in ("“”", "()", "[]"))
    return even and text.count('"') % 2 == 0


def _refers_back(text: str) -> bool:
    """Whether it begins with, or soon has, a word that stands for something said before."""
    if _DANGLING.match(text) and not _STANDS.match(text):
        return True
    spoken = _QUOTED.sub(" ", text)
    if any(_is_new(match, spoken) for match in _BACK.finditer(spoken)):
        return True
    first = _PRONOUN.search(spoken)
    if first is None:
        return False
    before = spoken[: first.start()]
    begins = re.match(r"\w+", before)
    named = re.search(r"\S\s+[A-Z]|^\w+['’]s", before) or (
        begins and not is_plain(begins[0].lower())
    )
    if _PERSON.fullmatch(first[0]):
        return not (named or _SOMEBODY.search(before))
    return len(before.split()) < _NEAR and not (
        named or re.search(r"\b(?:[Tt]he|[Aa]n?)\s\w", before)
    )


def _is_new(demonstrative: re.Match[str], text: str) -> bool:
    """Whether "this plan" speaks of a plan that the sentence has not named before."""
    noun = demonstrative["noun"].lower().rstrip("s")
    return noun not in text[: demonstrative.start()].lower()


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
