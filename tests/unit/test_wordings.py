"""Texts of an editor: clean, one line each, within their limits."""

from __future__ import annotations

import pytest

from digest.errors import InputError
from digest.model.moves import (
    DropStory,
    RenameTheme,
    SplitTheme,
    ThemeMark,
    WordBrief,
    WordHeadline,
    WordIssue,
)
from digest.wordings import cleaned

THEME = ThemeMark("Chips")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (WordHeadline("a", " Two\nlines\x07 "), WordHeadline("a", "Two lines")),
        (
            WordHeadline("a", "A <script>alert(1)</script>headline"),
            WordHeadline("a", "A headline"),
        ),
        (WordIssue("intro", ("One.", "  ", "Two.")), WordIssue("intro", ("One.", "Two."))),
        (WordIssue("subject", ("Ours",)), WordIssue("subject", ("Ours",))),
        (WordBrief("a", "insight", ("x\ty",)), WordBrief("a", "insight", ("x y",))),
        (WordBrief("a", "insight", None), WordBrief("a", "insight", None)),
        (RenameTheme(THEME, " Money "), RenameTheme(THEME, "Money")),
        (SplitTheme(("a",), "Money\n"), SplitTheme(("a",), "Money")),
        (DropStory("a"), DropStory("a")),
    ],
    ids=repr,
)
def test_a_text_becomes_a_clean_line(given, kept):
    assert cleaned(given) == kept


@pytest.mark.parametrize(
    ("move", "problem", "hint"),
    [
        (WordHeadline("a", "x" * 2**20), "the headline has 1,048,576 characters: “xxx", "300"),
        (WordHeadline("a", "y" * 301), "the headline has 301 characters", "at most 300"),
        (WordIssue("subject", ("a", "b")), "the subject has 2 lines", "one line"),
        (WordIssue("intro", ("a",) * 13), "the intro has 13 lines", "at most 12"),
        (WordBrief("a", "deep_dive", ("z" * 601,)), "“deep dive” of the brief has 601", "600"),
        (RenameTheme(THEME, " "), "the name of the theme is empty", "write a name"),
        (RenameTheme(THEME, "n" * 61), "the name of the theme has 61 characters", "at most 60"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_text_beyond_its_limits_is_refused_with_both_named(move, problem, hint):
    with pytest.raises(InputError) as caught:
        cleaned(move)
    assert problem in caught.value.problem
    assert hint in caught.value.hint
    assert len(caught.value.problem) < 200
