"""Names for groups of texts: the phrases that cover a group and are rare outside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import TYPE_CHECKING

from digest.boilerplate import ADJECTIVE
from digest.phrases import Held, phrases_of
from digest.vectors import tokenize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PHRASES = 8
"""The most phrases a group gets."""
ENOUGH = 3
ALONE = 10.0
FEW = 0.02
"""Taken off a phrase that only one text, or such a share, of the group holds: it names no group."""
PLURAL = 5
"""How many times rarer than the singular a plural may be and still be printed."""
PAIR = 1.5
"""A phrase of several words says more than a word, by this factor."""
TITLE_PHRASES = 6
"""How many of a group's phrases its title may be made of."""
PART, HOLDS = 0.08, 0.12
"""Of the texts under a title, such a share holds its second part, and such a share any of it."""
MORE = "More News"
EVERYWHERE = 0.15
"""A phrase in a larger share of the texts of other groups is boilerplate."""
DAMPED = 0.5
"""How fast a text counts less with the number of texts like it: the power of their number."""
NAME = 0.7
"""A word that is always in capitals names one thing, not a theme: its worth, by this factor."""
AKIN = 4
"""So many letters in common at the start of two words are one word."""


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
    held = [phrases_of(title, summary) for title, summary in zip(titles, summaries, strict=True)]
    return best_phrases(held, labels)


def best_phrases(
    held: Sequence[Held], labels: Sequence[int] | NDArray[np.int_]
) -> dict[int, tuple[str, ...]]:
    """`name_groups` of texts whose phrases are known.

    Args:
        held: n results of `phrases_of`.
        labels: n group numbers.
    """
    groups: dict[int, list[Held]] = defaultdict(list)
    for label, one in zip(labels, held, strict=True):
        groups[int(label)].append(one)
    weights = {label: _spread(groups[label], len(held)) for label in sorted(groups)}
    sums = {label: _sums(groups[label], weights[label]) for label in weights}
    scores = _scores(groups, weights, sums)
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
    joined with another that a part of the texts holds: `Chips and Memory`. The first title that
    fits most of the texts is taken, else the first that fits a third of them, else the one that
    fits most. Without a phrase, and where hardly a text holds one, the title is `More News`.

    Args:
        phrases: as `name_groups` gives them, best first.
        texts: what stands under the title.
    """
    titles = _titles(phrases, texts)
    if not titles:
        return MORE
    fits = {title: fitting(title, texts) for title in titles}
    best = max(fits.values())
    if best < HOLDS * len(texts):
        return MORE
    bars = (len(texts) // 2 + 1, max(2, len(texts) / 3), best)
    return next(title for bar in bars for title in titles if fits[title] >= bar)


def _titles(phrases: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The titles that the phrases allow, best first."""
    nouns = [phrase for phrase in phrases[:TITLE_PHRASES] if not ADJECTIVE.search(phrase)]
    best = nouns or list(phrases[:2])
    held = [phrase for phrase in best if fitting(phrase, texts) >= PART * len(texts)]
    alone = [[phrase] for phrase in held if " " in phrase and phrase in best[:2]]
    joined = [[best[0], other] for other in held if other != best[0]]
    short = [parts for parts in joined if sum(len(part.split()) for part in parts) < 4]
    titles = [*alone, *short] or [[phrase] for phrase in best[:1]]
    return [" and ".join(titled(part) for part in title) for title in titles]


def titled(phrase: str) -> str:
    """A phrase in headline case: `custom silicon` to `Custom Silicon`; `iPhone` stays."""
    return " ".join(map(_capital, phrase.split()))


def fitting(name: str, texts: Sequence[str]) -> int:
    """How many of the texts hold a word of the name, in any number or case."""
    wanted = set(tokenize(name))
    return sum(not wanted.isdisjoint(tokenize(text)) for text in texts)


def _capital(word: str) -> str:
    """`chips` to `Chips`, `open-weight` to `Open-Weight`; `iPhone` and `HBM4` stay."""
    if word != word.lower():
        return word
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def _spread(group: Sequence[Held], count: int) -> list[float]:
    """What each text of a group counts: the less, the more others say the same.

    A hundred reports of one event must not name a group of many events. The weight is one over
    the root of the sum of the text's cosines with its group, its own included.
    """
    texts = Counter(key for one in group for key in one.weights)
    rows = []
    for one in group:
        row = {key: 1.0 + log(count / texts[key]) for key in one.weights}
        length = sqrt(sum(value * value for value in row.values())) or 1.0
        rows.append({key: value / length for key, value in row.items()})
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        for key, value in row.items():
            total[key] += value
    alike = [sum(value * total[key] for key, value in row.items()) for row in rows]
    return [max(one, 1.0) ** -DAMPED for one in alike]


def _sums(group: Sequence[Held], weights: Sequence[float]) -> dict[str, float]:
    """The weight of each phrase in a group."""
    sums: dict[str, float] = defaultdict(float)
    for one, weight in zip(group, weights, strict=True):
        for key, place in one.weights.items():
            sums[key] += weight * place
    return sums


def _scores(
    groups: Mapping[int, Sequence[Held]],
    weights: Mapping[int, Sequence[float]],
    sums: Mapping[int, Mapping[str, float]],
) -> dict[int, dict[str, float]]:
    """Share inside times log of share inside over share outside, for each phrase of each group."""
    texts = {
        label: Counter(k for one in group for k in one.weights) for label, group in groups.items()
    }
    everywhere, whole = Counter[str](), Counter[str]()
    common = {
        key
        for group in groups.values()
        for one in group
        for key, forms in one.forms.items()
        if any(form == form.lower() for form in forms)
    }
    for label in sums:
        everywhere.update(sums[label])
        whole.update(texts[label])
    count, total = sum(map(len, groups.values())), sum(map(sum, weights.values()))
    scores: dict[int, dict[str, float]] = {}
    for label, held in sums.items():
        size, others = sum(weights[label]), count - len(groups[label])
        scores[label] = {}
        for key, weight in held.items():
            elsewhere = whole[key] - texts[label][key]
            if elsewhere > max(1, EVERYWHERE * others):
                continue
            outside = (everywhere[key] - weight + 0.5) / (total - size + 1.0)
            worth = weight / size * log(weight / size / outside)
            worth *= PAIR if " " in key else 1.0 if key in common else NAME
            few = texts[label][key] <= max(1.0, FEW * len(groups[label]))
            scores[label][key] = worth - (ALONE if few else 0.0)
    return scores


def _chosen(scores: dict[str, float], group: Sequence[Held]) -> tuple[str, ...]:
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
        if not any(_akin(word, other) for word in key.split() for other in used):
            used.update(key.split())
            chosen.append(_written(forms[key]))
    return tuple(chosen)


def _akin(word: str, other: str) -> bool:
    """Whether two words say the same, or one says it with a tail: `facial-recognition`."""
    short, long = sorted((word, other), key=len)
    if short == long or (len(short) >= AKIN and long.startswith(short)):
        return True
    parts = {part for part in short.split("-") if not part.isdigit()}
    return ("-" in word or "-" in other) and not parts.isdisjoint(long.split("-"))


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
