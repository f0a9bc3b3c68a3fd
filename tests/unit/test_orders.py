"""Buttons and forms of the desk, read as moves."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from digest.errors import InputError
from digest.model import Issue, Story
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
from digest.web.desk import orders
from tests.builders import make_brief, make_issue, make_item, make_story, make_theme, said

CAPEX = ThemeMark("Infra capex", ("a", "b"))
SILICON = ThemeMark("Custom silicon", ("c", "d e/f"))


def story(id: str, *others: str) -> Story:
    return make_story(*(make_item(one, f"Report {one}") for one in (id, *others)), id=id)


@pytest.fixture
def issue() -> Issue:
    """Two themes of two stories, and one short story."""
    return make_issue(
        make_theme("Infra capex", [story("a", "a2"), story("b")]),
        make_theme("Custom silicon", [story("c"), story("d e/f")]),
        also=(story("s"),),
    )


@pytest.mark.parametrize(
    ("order", "move"),
    [
        ("up b", PlaceStory("b", CAPEX, "a")),
        ("down a", PlaceStory("a", CAPEX, "")),
        ("up c", PlaceStory("c", CAPEX, "")),
        ("down b", PlaceStory("b", SILICON, "c")),
        ("down d%20e%2Ff", PlaceStory("d e/f", None, "s")),
        ("up s", PlaceStory("s", SILICON, "")),
        ("pin a", PinStory("a", CAPEX)),
        ("pin s", PinStory("s", None)),
        ("unpin a2", PinStory("a", CAPEX, pinned=False)),
        ("drop b", DropStory("b")),
        ("back x%20y", BringBack("x y")),
        ("lead a a2", LeadStory("a", "a2")),
        ("place a 1 -", PlaceStory("a", SILICON, "")),
        ("place a 1 d%20e%2Ff", PlaceStory("a", SILICON, "d e/f")),
        ("place a short -", PlaceStory("a", None, "")),
        ("theme-up 1", PlaceTheme(SILICON, CAPEX)),
        ("theme-down 0", PlaceTheme(CAPEX, None)),
        ("rewrite a headline", WordHeadline("a", "")),
        ("rewrite a insight", WordBrief("a", "insight", None)),
    ],
)
def test_a_button_is_a_move(issue: Issue, order: str, move: object) -> None:
    assert orders.pressed(issue, order) == move


def test_a_theme_is_moved_before_the_one_after_the_next() -> None:
    issue = make_issue(*(make_theme(name, [story(name[0])]) for name in ("One", "Two", "Xix")))
    assert orders.pressed(issue, "theme-down 0") == PlaceTheme(
        ThemeMark("One", ("O",)), ThemeMark("Xix", ("X",))
    )


def test_a_story_between_two_goes_behind_the_next() -> None:
    issue = make_issue(make_theme("One", [story(name) for name in "abc"]))
    assert orders.pressed(issue, "down a") == PlaceStory("a", ThemeMark("One", tuple("abc")), "c")


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("", "no button says ``"),
        ("jump a", "no button says `jump a`"),
        ("up", "no button says `up`"),
        ("up nobody", "holds no story `nobody`"),
        ("up a", "is the first story"),
        ("down s", "is the last story"),
        ("theme-up 0", "is the first theme"),
        ("theme-down 1", "is the last theme"),
        ("theme-up -1", "no theme number `-1`"),
        ("theme-up 7", "no theme number `7`"),
        ("rewrite a colour", "no brief has a part `colour`"),
    ],
)
def test_what_cannot_be_done_is_said(issue: Issue, order: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        orders.pressed(issue, order)
    assert told in caught.value.problem


@pytest.mark.parametrize(
    ("do", "moves"),
    [
        ("move", [PlaceStory("a", SILICON), PlaceStory("s", SILICON)]),
        ("merge", [MergeStories("a", "s")]),
        ("theme", [SplitTheme(("a", "s"), "Money")]),
        ("drop", [DropStory("a"), DropStory("s")]),
    ],
)
def test_several_stories_are_moved_at_once(issue: Issue, do: str, moves: list[object]) -> None:
    form = {"to": "1", "label": " Money "}
    assert orders.with_chosen(issue, do, ["a", "s"], form) == moves


def test_chosen_reports_become_a_story(issue: Issue) -> None:
    moves = orders.with_chosen(issue, "split", ["a2"], {"story": "a"})
    assert moves == [SplitStory("a", ("a2",))]


@pytest.mark.parametrize(
    ("do", "chosen", "form", "told"),
    [
        ("drop", [], {}, "choose at least one story"),
        ("merge", ["a"], {}, "choose at least two stories"),
        ("theme", ["a"], {"label": "  "}, "has no name"),
        ("burn", ["a"], {}, "no button says `burn`"),
    ],
)
def test_a_press_with_nothing_fitting_chosen_is_refused(
    issue: Issue, do: str, chosen: list[str], form: dict[str, str], told: str
) -> None:
    with pytest.raises(InputError) as caught:
        orders.with_chosen(issue, do, chosen, form)
    assert told in caught.value.problem


def test_only_changed_lines_of_the_issue_are_moves(issue: Issue) -> None:
    form = {"subject": issue.subject, "intro": "One.\r\n\r\n  Two   words. "}
    assert orders.worded(issue, form) == [WordIssue("intro", ("One.", "Two words."))]


def test_only_changed_parts_of_a_story_are_moves() -> None:
    item = make_item("a")
    brief = make_brief(item, insight=said("It grew.", "a"), takeaways=said("One.", "a"))
    one = make_story(item, id="a", brief=brief, headline="Growth")
    issue = make_issue(make_theme("One", [one]))
    form = {"headline": "Growth", "insight": "It grew.", "takeaways": "One.\nTwo."}
    assert orders.worded_story(issue, "a", form) == [WordBrief("a", "takeaways", ("One.", "Two."))]
    assert orders.worded_story(issue, "a", {"headline": " New\t one "}) == [
        WordHeadline("a", "New one")
    ]


def test_a_theme_is_renamed_only_to_another_name(issue: Issue) -> None:
    assert orders.renamed(issue, "0", " Infra  capex ") == []
    assert orders.renamed(issue, "0", "Money") == [RenameTheme(CAPEX, "Money")]
    with pytest.raises(InputError, match="needs a name"):
        orders.renamed(issue, "0", " ")


def test_two_themes_become_one(issue: Issue) -> None:
    assert orders.joined(issue, "0", "1") == MergeThemes(CAPEX, SILICON)


def test_moves_are_kept_as_text_and_read_again(issue: Issue) -> None:
    moves = [orders.pressed(issue, f"drop {quote('d e/f', safe='')}"), BringBack("x")]
    assert orders.read_moves(orders.kept_moves(moves)) == moves


@pytest.mark.parametrize("document", ["", "{}", '[{"type":"Burn"}]', '[{"type":"DropStory"}]'])
def test_what_is_no_move_is_refused(document: str) -> None:
    with pytest.raises(InputError, match="these are no moves"):
        orders.read_moves(document)
