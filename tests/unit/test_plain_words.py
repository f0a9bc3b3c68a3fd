"""Everyday English words are told from names."""

from __future__ import annotations

import pytest

from digest.plain_words import is_plain


@pytest.mark.parametrize(
    "word",
    [
        "company", "companies", "raised", "raising", "stopped", "newly", "quickly", "cheaper",
        "funding", "regulators", "open-source", "unprecedented", "reusable", "investment", "a",
        "happiest", "studies", "organisation", "organised", "cost-effective", "x",
    ],
)  # fmt: skip
def test_a_plain_word_is_known_in_its_forms(word):
    assert is_plain(word)


@pytest.mark.parametrize(
    "word", ["zorblax", "openai", "nvidia", "lindqvist", "qwen", "corvid-led", "xq", "kestrels"]
)
def test_a_name_is_no_plain_word(word):
    assert not is_plain(word)
