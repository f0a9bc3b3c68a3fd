from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.keywords import MOST_ASKED, asked, keywords


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GPT-5 isn't U.S.-only", ("gpt", "5", "isn", "t", "u", "s", "only")),
        ("Café LÉON straße", ("cafe", "leon", "strasse")),
        ("東京のAI", ("東", "京", "の", "ai")),
        ("snake_case %_*", ("snake", "case")),
        ("a\0b \ud800 \u202ec", ("a", "b", "c")),
        ("شَريحة", ("شريحة",)),
        ("", ()),
    ],
)
def test_words_are_without_case_marks_and_signs(text, words):
    assert keywords(text) == words


def test_an_endless_word_is_cut_and_an_endless_text_too():
    assert keywords("x" * 5000) == ("x" * 60,)
    assert len(keywords("a " * 100_000)) == 25_000


def test_a_question_has_at_most_twelve_words_each_once():
    assert asked("b a b a") == ("b", "a")
    assert len(asked(" ".join(f"w{n}" for n in range(50)))) == MOST_ASKED


@given(st.text(max_size=500))
def test_no_word_holds_anything_but_letters_and_digits(text):
    assert all(word.isalnum() for word in asked(text))
