"""Marks of movable parts are cut out of a text, and where the parts stand is noted."""

from __future__ import annotations

import pytest

from digest.errors import TemplateError
from digest.marks import unmarked

BEGIN, END = "@@THEME_BEGIN@@", "@@THEME_END@@"
HELLO = "@@GREETING_BEGIN@@Hello@@GREETING_END@@"


def test_each_theme_is_found_where_it_stands_without_the_marks():
    cut = unmarked(f"a{BEGIN}one{END}b{BEGIN}two{END}c", "the HTML", 2)
    assert cut.text == "aonebtwoc"
    assert [cut.text[slice(*span)] for span in cut.themes] == ["one", "two"]


def test_the_greeting_is_found_before_the_themes():
    cut = unmarked(f"a {HELLO} b {BEGIN}one{END}", "the HTML", 1)
    assert cut.text == "a Hello b one"
    assert cut.text[slice(*cut.greeting)] == "Hello"
    assert cut.text[slice(*cut.themes[0])] == "one"


def test_a_text_without_marks_stays_and_nothing_in_it_moves():
    cut = unmarked("plain", "the HTML", 2)
    assert cut.text == "plain"
    assert cut.themes == ((0, 0), (0, 0))
    assert cut.greeting == (0, 0)


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        (f"a{END}", "@@THEME_END@@ stands where it pairs with nothing"),
        (f"{BEGIN}{BEGIN}a{END}{END}", "@@THEME_BEGIN@@ stands where"),
        (f"{BEGIN}{HELLO}{END}", "@@GREETING_BEGIN@@ stands where"),
        (f"{BEGIN}a@@GREETING_END@@", "@@GREETING_END@@ stands where"),
        (f"{BEGIN}a", "@@THEME_BEGIN@@ is never ended"),
        (f"{BEGIN}a{END}{BEGIN}b{END}", "it marks 2 themes of 1"),
        (f"{HELLO}{HELLO}", "more than one greeting"),
    ],
)
def test_marks_that_do_not_pair_are_refused(marked, message):
    with pytest.raises(TemplateError, match="the text part: .*" + message):
        unmarked(marked, "the text part", 1)
