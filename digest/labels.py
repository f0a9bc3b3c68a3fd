"""Names for groups of texts: the phrases that cover a group and are rare outside it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING

from digest.vectors import STOP_WORDS, stem, tokenize, unspaced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PHRASES = 8
"""The most phrases a group gets."""
LONGEST = 3
IN_SUMMARY = 0.4
"""What a phrase that only the summary holds counts, against 1 in the title."""
ENOUGH = 3
ALONE = 10.0
"""Taken off a phrase that only one text of the group holds: it names that text, not the group."""
PLURAL = 5
"""How many times rarer than the singular a plural may be and still be printed."""
PAIR = 1.5
"""A phrase of several words says more than a word, by this factor."""
TITLE_PHRASES = 6
"""How many of a group's phrases its title may be made of."""
EVERYWHERE = 0.5
"""A phrase in a larger share of all texts is boilerplate."""

# A single word of such an ending tells of a thing and names none.
_ADJECTIVE = re.compile(
    r"^[^ ]*(?:ic|ous|ive|ful|able|ary|-(?:\w+ed|based|native|in|like|level|time|day|month|year))$"
)

WEAK_WORDS = frozenset(
    """
    able according account across actually add added adding additional agree agreed ahead allow
    allows almost alone amid amount announce announced announces announcing answer april around
    ask asked asks august available back based begin begins behind believe best better big bigger
    biggest billion bring brings build building builds built business buy buying buys call called
    calls came case change changed changes chief choose claim claims clear close come comes coming
    company companies continue could country create created creates cut cuts date day days deal
    december decide decision despite different directly due early easier easy eight end ends
    entire even executive expect expected explain explained explains face faces fact fall far
    fast faster february few fifth file files final find finds firm firms first five follow
    following follows force former found four fourth friday full future gain gains general give
    given gives good great group grow growing grows guide half hand happen happens hard help helps
    here high higher hit hits hold holds hope hour hours idea important improve include includes
    including increase inside interview introduce introduces introducing issue january join joins
    july june keep keeping keeps key kind know known large larger largest last late later latest
    launch launched launches launching lead leading leads learn learned least leave left let level
    life like likely line list little live long longer look looking looks lose lot low lower main
    major march matter matters mean means meet million minute minutes mix moment monday month
    months move moves moving name named names near nearly need needs new news next nine note notes
    november number numbers october offer offers officer old open opens option order outside part
    parts pay people percent person piece place plan planned plans point points possible post
    potential president previous price problem product program project promise prove provide
    provides public push put puts question questions quick quickly raise raised raises raising
    range rate reach reached reaches read ready real reason receive recent recently release
    released releases remain report reported reportedly reporter reports require requires result
    results return reveal reveals rise rises role round rule run running runs saturday saying
    second see seen self sell sells september series serve set sets seven several share shares
    ship ships show showed showing shows side sign signed signs similar simple single six size
    small smaller something soon source sources spokesperson stage start started starting
    starts state statement stay step steps still stop stops story strong sunday support supports
    surprise take taken takes talk talks team teams tell tells ten term test tests thing things
    think third thought thousand three thursday time times today told tomorrow took top total
    track tried trillion true try trying tuesday turn turns twice two type typical understand
    unveil unveiled unveils update updated updates upcoming user users usual various version view
    wait want wants watch website wednesday week weekend weekly weeks whole win wins word words
    work worked working works world worth write writes written wrong year yesterday years zero
    ai a.i artificial intelligence technology technologies tech abstract paper researcher
    study research laboratory laboratories institute university average era vs editor initial period
    removes physical history shift
    announcement attempt attempts author authors boost capable count cost costs download earliest
    existing feature features feel form gave generate generates leader maker makers modest
    present primary propose proposes refer refers saw speak speaks summary tool tools welcome
    consistent correct handful including method methods measure measures replace request requests
    industry approach article body blog capability capabilities
    """.split()
)
"""Words that name no theme by themselves: of time, of amount, of reporting, of every business."""

_TOKEN = re.compile(r"[^\W_]+(?:[-.&'’][^\W_]+)*(?:\+\+|#)?|\S")
_POSSESSIVE = re.compile(r"['’]s?$")
_APOSTROPHE = re.compile(r"['’]")
_LINKING = re.compile(r"(?:ly|ed)$")


def name_groups(
    titles: Sequence[str], summaries: Sequence[str], labels: Sequence[int] | NDArray[np.int_]
) -> dict[int, tuple[str, ...]]:
    """Name each group by phrases of one to three words, best first.

    A phrase scores the share of the group's texts that hold it times the logarithm of how much
    larger that share is than outside. A longer phrase stands for its words where it is in half
    of their texts; no word is in two phrases of a group, no phrase in two groups. Case and
    number are those of the commonest form.

    Args:
        titles: n titles.
        summaries: n summaries; a phrase only they hold counts less.
        labels: n group numbers.

    Returns:
        For each number in `labels`, in order, up to eight phrases; three or more where the texts
        hold as many, fewer or none where they hold no words that could name anything.
    """
    held = [_phrases(title, summary) for title, summary in zip(titles, summaries, strict=True)]
    groups: dict[int, list[_Held]] = defaultdict(list)
    for label, one in zip(labels, held, strict=True):
        groups[int(label)].append(one)
    whole = Counter(key for one in held for key in one.weights)
    common = {k for k, count in whole.items() if len(groups) > 1 and count > EVERYWHERE * len(held)}
    scores = {label: _scores(groups[label], held, common) for label in sorted(groups)}
    owner: dict[str, int] = {}
    for label, found in scores.items():
        for key, score in found.items():
            if key not in owner or score > scores[owner[key]][key]:
                owner[key] = label
    return {
        label: _chosen({k: s for k, s in found.items() if owner[k] == label}, groups[label])
        for label, found in scores.items()
    }


def headline_name(phrases: Sequence[str], texts: Sequence[str] = ()) -> str:
    """The phrases as a section title of one to four words, such as `Custom Silicon`.

    A phrase of several words stands alone if it is one of the best two; else the best phrase is
    joined with another: `Chips and Memory`. The first title that fits most of the texts is
    taken, else the first that fits a third of them, else the one that fits most. Without a
    phrase the title is `More News`.

    Args:
        phrases: as `name_groups` gives them, best first.
        texts: what stands under the title.
    """
    titles = _titles(phrases) or ["More News"]
    fits = {title: fitting(title, texts) for title in titles}
    bars = (len(texts) // 2 + 1, max(2, len(texts) / 3), max(fits.values()))
    return next(title for bar in bars for title in titles if fits[title] >= bar)


def _titles(phrases: Sequence[str]) -> list[str]:
    """The titles that the phrases allow, best first."""
    nouns = [phrase for phrase in phrases[:TITLE_PHRASES] if not _ADJECTIVE.search(phrase)]
    best = nouns or list(phrases[:2])
    alone = [[phrase] for phrase in best[:2] if " " in phrase]
    joined = [[best[0], other] for other in best[1:]]
    short = [parts for parts in joined if sum(len(part.split()) for part in parts) < 4]
    titles = [*alone, *short] or [[phrase] for phrase in best[:1]]
    return [" and ".join(" ".join(map(_capital, part.split())) for part in t) for t in titles]


def fitting(name: str, texts: Sequence[str]) -> int:
    """How many of the texts hold a word of the name, in any number or case."""
    wanted = set(tokenize(name))
    return sum(not wanted.isdisjoint(tokenize(text)) for text in texts)


def _capital(word: str) -> str:
    """`chips` to `Chips`; `iPhone` and `HBM4` stay."""
    return word if word != word.lower() else word[:1].upper() + word[1:]


@dataclass(frozen=True, slots=True)
class _Held:
    """What one text holds: phrase keys with their weight, and the forms each was written in."""

    weights: dict[str, float] = field(default_factory=dict)
    forms: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def _phrases(title: str, summary: str) -> _Held:
    held = _Held()
    for text, weight in ((title, 1.0), (summary, IN_SUMMARY)):
        for words in _runs(text):
            for start in range(len(words)):
                for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                    _note(held, words[start:end], weight)
    return held


def _note(held: _Held, words: Sequence[str], weight: float) -> None:
    keys = [stem(word.lower()) for word in words]
    if not _may_name(words, keys):
        return
    key = " ".join(keys)
    held.weights.setdefault(key, weight)
    # Titles are often in capitals throughout: the running text knows how a word is written.
    held.forms[key][" ".join(words)] += 1 if weight == 1.0 else 2


def _runs(text: str) -> Iterator[list[str]]:
    """The words of a text in runs that no stop word, mark or number breaks."""
    run: list[str] = []
    for token in _TOKEN.findall(text):
        word = _POSSESSIVE.sub("", token)
        broken = word != token
        bare = _APOSTROPHE.sub("", word.lower())
        if bare in STOP_WORDS or not word[:1].isalpha() or unspaced(word) or len(word) < 2:
            yield run
            run = []
            continue
        run.append(word)
        if broken:
            yield run
            run = []
    yield run


def _may_name(words: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether a phrase could be the name of a theme."""
    plain = [word.lower() for word in words]
    if len(set(keys)) < len(keys) or not WEAK_WORDS.isdisjoint((*plain, *keys)):
        return False
    if len(words) == LONGEST and any(word == word.lower() for word in words):
        return False
    last = words[-1]
    if last == last.lower() and _LINKING.search(last):
        return False
    return len(words) > 1 or not last.endswith("ing")


def _scores(group: Sequence[_Held], held: Sequence[_Held], common: set[str]) -> dict[str, float]:
    """Share inside times log of share inside over share outside, for each phrase of a group."""
    inside, everywhere = _sums(group), _sums(held)
    texts = Counter(key for one in group for key in one.weights)
    scores = {}
    for key, weight in inside.items():
        if key in common:
            continue
        share = weight / len(group)
        outside = (everywhere[key] - weight + 0.5) / (len(held) - len(group) + 1.0)
        worth = share * log(share / outside) * (PAIR if " " in key else 1.0)
        scores[key] = worth - (ALONE if texts[key] == 1 else 0.0)
    return scores


def _sums(held: Sequence[_Held]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for one in held:
        sums.update(one.weights)
    return sums


def _chosen(scores: dict[str, float], group: Sequence[_Held]) -> tuple[str, ...]:
    """The best phrases of a group as they are commonly written, no word twice."""
    texts = Counter(key for one in group for key in one.weights)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for one in group:
        for key, found in one.forms.items():
            forms[key].update(found)
    ranked = sorted(scores, key=lambda key: (-scores[key], key))
    used: set[str] = set()
    chosen: list[str] = []
    for key in ranked:
        if len(chosen) == PHRASES or (scores[key] < 0 and len(chosen) >= ENOUGH):
            break
        key = _longer(key, ranked, texts)
        if used.isdisjoint(key.split()):
            used.update(key.split())
            chosen.append(_written(forms[key]))
    return tuple(chosen)


def _written(forms: Counter[str]) -> str:
    """The commonest form; its plural, which reads better as a title, if that is not much rarer."""
    best = min(forms, key=lambda form: (-forms[form], form))
    plurals = [form for form in forms if form == best + "s" or form == best[:-1] + "ies"]
    return next((form for form in plurals if PLURAL * forms[form] >= forms[best]), best)


def _longer(key: str, ranked: Sequence[str], texts: Counter[str]) -> str:
    """The best longer phrase that is in half of the texts of `key`, else `key` itself."""
    inner = f" {key} "
    for other in ranked:
        if inner in f" {other} " and other != key and 2 * texts[other] >= max(4, texts[key]):
            return other
    return key
