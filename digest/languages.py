"""The language of an item: by its script, then by common English words, then by a model.

The model (py3langid) takes a second to load and a tenth of a millisecond a text, so it is asked
only about text in Latin letters that is not plainly English. It is believed only where it is sure:
a headline of three names reads as any language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from digest.clean import language_of

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE = 0.85
"""The probability, 0 to 1, of the likeliest language and of the next one, where neither is English,
from which on the model is believed: Danish and Norwegian share what they have."""

_LONGEST = 300
_LATIN_LANGUAGES = "en de fr es it pt nl sv da no fi pl cs hu ro tr id vi".split()
_ENGLISH = frozenset(
    "the and with from how why its what that this your are their than which you been would into"
    " about says they we our but when".split()
)
"""Common words that no other language with Latin letters uses."""

_WORD = re.compile(r"[a-z']+")


def item_language(title: str, summary: str) -> str:
    """The language of an item, as ISO 639-1; "en" where neither script nor words tell.

    Args:
        title: plain text; from 20 characters on it decides alone where the summary is in another
            script, since that may be somebody's translation.
        summary: plain text; only its start is looked at.
    """
    summary = summary[:_LONGEST]
    script = language_of(f"{title} {summary}" if len(title) < 20 else title)
    if script != "en":
        return script
    text = f"{title} {summary}" if language_of(summary) == "en" else title
    lower = text.lower()
    # Most English has two such words that stand free, and to split is three times as fast.
    if _is_english(lower.split()) or _is_english(_WORD.findall(lower)):
        return "en"
    (best, probability), (second, other) = _identifier().rank(text)[:2]
    near = other if "en" not in (best, second) else 0.0
    return str(best) if probability + near >= SURE else "en"


def _is_english(words: list[str]) -> bool:
    return len(_ENGLISH.intersection(words)) >= 2


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LATIN_LANGUAGES)
    return identifier
