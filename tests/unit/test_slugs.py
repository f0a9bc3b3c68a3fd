from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.slugs import key_of, read_key, slug

KEY = key_of("item-1")


def test_a_slug_has_the_words_of_the_headline_and_then_the_key():
    assert slug("Amazon's $200B plan: AI & chips", KEY) == f"amazons-200b-plan-ai-chips-{KEY}"


@pytest.mark.parametrize("text", ["", "شركة تفتتح مركزا", "東京", "—"])
def test_a_headline_without_plain_letters_is_its_key_alone(text):
    assert slug(text, KEY) == KEY


def test_letters_with_marks_lose_the_marks():
    assert slug("Café Léon", KEY) == f"cafe-leon-{KEY}"


def test_a_long_headline_ends_with_a_whole_word():
    assert slug("word " * 40, KEY) == "-".join(["word"] * 12) + f"-{KEY}"


@pytest.mark.parametrize(
    "given",
    ["", "x", KEY[:-1], f"a--{KEY}", f"-{KEY}", f"A-{KEY}", f"a_{KEY}", f"../{KEY}", f"{KEY}\n",
     f"{KEY}-a", "é" * 10, KEY.upper() if KEY.upper() != KEY else "G" * 10],
)  # fmt: skip
def test_what_is_no_slug_has_no_key(given):
    assert read_key(given) == ""


@given(st.text(), st.text(min_size=1))
def test_the_key_is_read_from_every_slug_whatever_the_headline(text, id):
    made = slug(text, key_of(id))
    assert read_key(made) == key_of(id)
    assert made.isascii()
    assert len(made) <= 71
