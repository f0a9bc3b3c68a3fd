"""Moves in words."""

from __future__ import annotations

import pytest

from digest.model import LeftOut
from digest.model.moves import (
    BringBack,
    DropStory,
    LeadStory,
    MergeStories,
    MergeThemes,
    PinStory,
    PlaceStory,
    PlaceTheme,
    RenameTheme,
    SplitStory,
    SplitTheme,
    ThemeMark,
    WordBrief,
    WordHeadline,
    WordIssue,
)
from digest.telling import titles_of, told
from tests.builders import make_issue, make_item, make_story, make_theme

TITLES = {"a": "Chips ship", "b": "Model opens"}
CHIPS, MONEY = ThemeMark("Chips"), ThemeMark("Money")


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (WordIssue("intro", ("x",)), "wrote the intro"),
        (WordIssue("subject", ()), "gave back the subject"),
        (WordHeadline("a", "x"), "wrote the headline of “Chips ship”"),
        (WordHeadline("q", ""), "gave back the headline of “q”"),
        (WordBrief("a", "what_changed", ("x",)), "wrote “what changed” of “Chips ship”"),
        (WordBrief("a", "insight", ()), "emptied “insight” of “Chips ship”"),
        (WordBrief("a", "insight", None), "gave back “insight” of “Chips ship”"),
        (PlaceStory("a", CHIPS), "moved “Chips ship” to “Chips”"),
        (PlaceStory("a", CHIPS, "b"), "moved “Chips ship” to “Chips”, before “Model opens”"),
        (PlaceStory("a", None), "moved “Chips ship” to “Also this week”"),
        (PinStory("a", CHIPS), "pinned “Chips ship” in “Chips”"),
        (PinStory("a", CHIPS, pinned=False), "unpinned “Chips ship”"),
        (DropStory("a"), "dropped “Chips ship”"),
        (BringBack("a", CHIPS), "brought back “Chips ship” in “Chips”"),
        (BringBack("z", None, make_item("z", "New")), "added “New” in “Also this week”"),
        (MergeStories("a", "b"), "merged “Model opens” into “Chips ship”"),
        (SplitStory("a", ("x", "y")), "parted 2 reports from “Chips ship”"),
        (LeadStory("a", "b"), "let “Model opens” lead “Chips ship”"),
        (RenameTheme(CHIPS, "Money"), "renamed theme “Chips” to “Money”"),
        (PlaceTheme(CHIPS, MONEY), "moved theme “Chips” before “Money”"),
        (PlaceTheme(CHIPS), "moved theme “Chips” to the end"),
        (MergeThemes(CHIPS, MONEY), "merged theme “Money” into “Chips”"),
        (SplitTheme(("a", "b"), "Both"), "made theme “Both” of 2 stories"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_move_is_told(move, words):
    assert told(move, TITLES) == words


def test_a_story_is_called_by_what_the_first_issue_calls_it():
    item = make_item("a", "As reported")
    before = make_issue(make_theme(stories=(make_story(item),)))
    after = make_issue(
        make_theme(stories=(make_story(item, headline="Ours"),)),
        left_out=(LeftOut("x", "Left", "a rule"), LeftOut("a", "Left too", "a rule")),
    )
    assert titles_of((after, before)) == {"a": "Ours", "x": "Left"}
