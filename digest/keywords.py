"""The words of a text as search compares them: without case, marks, signs and operators.

What is asked for goes through here as what is stored does, so nothing that somebody types can be
read as the language of a database's full-text search.
"""

from __future__ import annotations

import re
import unicodedata

MOST_ASKED = 12
"""Words of a question that are looked for; the others are ignored."""

LONGEST_QUESTION = 300
"""Characters of a question that are read."""

_LONGEST_WORD = 60
_LONGEST_TEXT = 50_000
# Scripts that put no blanks between words: each sign is a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


def keywords(text: str) -> tuple[str, ...]:
    """The words of a text of up to 50,000 characters in order, each of at most 60."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_TEXT].casefold())
    letters = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    return tuple(word[:_LONGEST_WORD] for word in _WORD.findall(letters))


def asked(question: str) -> tuple[str, ...]:
    """The distinct words of a question, at most twelve."""
    words = dict.fromkeys(keywords(question[:LONGEST_QUESTION]))
    return tuple(words)[:MOST_ASKED]
