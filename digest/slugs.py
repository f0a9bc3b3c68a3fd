"""The ends of addresses: a few words to read, and a key that stays when the words change."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_KEY_DIGITS = 10
_LONGEST = 60
_WORD = re.compile("[a-z0-9]+")
_SLUG = re.compile(rf"(?:[a-z0-9]+-)*([0-9a-f]{{{_KEY_DIGITS}}})")


def slug(text: str, key: str) -> str:
    """Such as "northwind-opens-a-data-centre-3f2a…": words of `text`, then the key.

    Only plain letters and digits are taken, so that it is the same in an address, in a mail and
    as the name of a file; a text without any is its key alone.
    """
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    words: list[str] = []
    for word in _WORD.findall(plain.encode("ascii", "ignore").decode().lower()):
        if len("-".join((*words, word))) > _LONGEST:
            break
        words.append(word)
    return "-".join((*words, key))


def key_of(id: str) -> str:
    """Ten hexadecimal digits for an id, whatever signs it has."""
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY_DIGITS]


def read_key(slug: str) -> str:
    """The key at the end of a slug, whatever the words before it; "" if it is none."""
    found = _SLUG.fullmatch(slug)
    return found[1] if found else ""
