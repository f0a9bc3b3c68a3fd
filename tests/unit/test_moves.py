"""What each move makes of a draft, and what is told where one cannot be carried out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.model import Brief, LeftOut, Story
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
from digest.moves import DROPPED, Note, apply, named, pinned, settled
from tests.builders import make_issue, make_item, make_story, make_theme, said

CAPEX, SILICON = ThemeMark("Infra capex", ("a", "b")), ThemeMark("Custom silicon", ("c", "d"))


def story(*names: str, score: float = 60.0, **fields) -> Story:
    items = [
        make_item(name, f"Northwind opens data centre {name}", source=f"Outlet {name}")
        for name in names
    ]
    return make_story(*items, score=score, **fields)


def week(**fields):
    """Two themes of two stories, a short one; `x` and `y`, which are one story, were left out."""
    themes = (
        make_theme("Infra capex", (story("a", "a2", score=90.0), story("b", score=70.0))),
        make_theme("Custom silicon", (story("c", score=80.0), story("d", score=50.0)), found=4),
    )
    left = (LeftOut("x", "Of x", "below the cut"), LeftOut("y", "Of y", "below the cut"))
    return make_issue(*themes, also=(story("e", score=40.0),), left_out=left, **fields)


OTHERS = (replace(story("x", "y", score=30.0), brief=Brief()),)


def edited(*moves, base=None, others=OTHERS):
    return apply(base or week(), others, moves)


def places(issue) -> list[list[str]]:
    return [
        *([t.label, *(s.id for s in t.stories)] for t in issue.themes),
        ["", *(s.id for s in issue.also)],
    ]


def failures(*moves, **fields) -> list[str]:
    return [note.text for note in edited(*moves, **fields).notes if note.failed]


def test_no_moves_give_the_draft_itself():
    base = week()
    assert apply(base, (), ()).issue is base


@pytest.mark.parametrize(
    "move",
    [
        PlaceStory("b", CAPEX),
        WordHeadline("b", ""),
        WordBrief("b", "insight", None),
        WordIssue("subject", ()),
        PinStory("b", CAPEX),
        PinStory("b", None),
        PinStory("b", CAPEX, pinned=False),
        LeadStory("a", "a"),
        PlaceTheme(SILICON),
        PlaceTheme(CAPEX, CAPEX),
        MergeThemes(CAPEX, CAPEX),
        MergeStories("a", "a2"),
        RenameTheme(CAPEX, "Infra capex"),
        BringBack("a"),
        PlaceStory("a", CAPEX, "a"),
        PlaceStory("b", CAPEX, "gone"),
    ],
    ids=repr,
)
def test_a_move_that_changes_nothing_gives_the_same_issue(move):
    done = edited(move)
    assert done.issue == week()
    assert done.notes == ()


def test_a_story_is_moved_to_the_end_of_a_theme():
    assert places(edited(PlaceStory("a", SILICON)).issue) == [
        ["Infra capex", "b"], ["Custom silicon", "c", "d", "a"], ["", "e"],
    ]  # fmt: skip


def test_a_story_is_moved_before_another():
    assert places(edited(PlaceStory("e", SILICON, "d")).issue)[1:] == [
        ["Custom silicon", "c", "e", "d"], [""],
    ]  # fmt: skip


def test_a_story_is_moved_among_the_short_ones():
    assert places(edited(PlaceStory("b", None)).issue)[-1] == ["", "e", "b"]


def test_a_story_is_named_by_any_of_its_items():
    assert places(edited(PlaceStory("a2", SILICON)).issue)[1] == ["Custom silicon", "c", "d", "a"]


def test_a_theme_that_a_move_needs_is_made_again():
    moved = edited(PlaceStory("e", ThemeMark("Rules")))
    assert places(moved.issue)[2:] == [["Rules", "e"], [""]]
    assert moved.issue.themes[-1].terms == ("Rules",)


def test_a_theme_is_found_by_its_stories_where_its_name_is_another_now():
    assert places(edited(PlaceStory("e", ThemeMark("Money", ("b", "a2", "c")))).issue)[0] == [
        "Infra capex", "a", "b", "e",
    ]  # fmt: skip


def test_a_theme_emptied_by_moves_is_gone_with_a_note():
    done = edited(PlaceStory("c", CAPEX), DropStory("d"))
    assert [theme.label for theme in done.issue.themes] == ["Infra capex"]
    text = "theme “Custom silicon” has no story any more and is gone"
    assert done.notes == (Note(1, text, False),)


def test_a_dropped_story_is_left_out_by_the_editor():
    issue = edited(DropStory("a")).issue
    assert places(issue)[0] == ["Infra capex", "b"]
    rules = {line.item: line.rule for line in issue.left_out}
    assert rules["a"] == rules["a2"] == DROPPED
    assert list(rules) == sorted(rules, key=lambda item: (rules[item], item))


def test_a_dropped_story_can_be_brought_back_with_its_wording():
    issue = edited(WordHeadline("a", "Ours"), DropStory("a"), BringBack("a2", SILICON)).issue
    assert places(issue)[1] == ["Custom silicon", "c", "d", "a"]
    assert issue.themes[1].stories[-1].title == "Ours"
    assert [line.item for line in issue.left_out] == ["x", "y"]


def test_a_left_out_item_is_brought_back_with_what_it_was_joined_with():
    issue = edited(BringBack("y", CAPEX)).issue
    back = issue.themes[0].stories[-1]
    assert [item.id for item in back.items] == ["x", "y"]
    assert back.score == 30.0
    assert back.brief.credit
    assert issue.left_out == ()


def test_an_item_that_the_draft_does_not_know_is_brought_with_the_move():
    issue = edited(BringBack("z", None, make_item("z", "Harbour Labs opens a model"))).issue
    assert places(issue)[-1] == ["", "e", "z"]
    assert {signal.name: signal.weight for signal in issue.also[-1].signals}["coverage"] == 100.0


def test_a_printed_item_is_brought_into_the_theme_that_is_asked_for():
    assert places(edited(BringBack("e", CAPEX)).issue)[0] == ["Infra capex", "a", "b", "e"]


def test_merged_stories_are_one_with_all_reports_and_one_brief():
    issue = edited(MergeStories("b", "c"), WordHeadline("c", "Both")).issue
    assert places(issue)[:2] == [["Infra capex", "a", "b"], ["Custom silicon", "d"]]
    both = issue.themes[0].stories[1]
    assert [item.id for item in both.items] == ["b", "c"]
    assert both.title == "Both"
    assert both.brief.credit[0].text == "Outlet b; also covered by Outlet c"


def test_a_story_is_split_behind_the_rest_of_it():
    issue = edited(SplitStory("a", ("a2",))).issue
    assert places(issue)[0] == ["Infra capex", "a", "a2", "b"]


def test_merging_and_splitting_again_gives_the_draft_again():
    done = edited(MergeStories("a", "e"), SplitStory("a", ("e",)), PlaceStory("e", None))
    assert done.issue == week()


def test_reports_that_the_machine_has_parted_by_now_are_parted():
    done = edited(SplitStory("a", ("e",)))
    assert done.issue == week()
    assert done.notes == ()


def test_another_report_leads_a_story_and_gives_its_headline():
    lead = edited(LeadStory("a", "a2")).issue.themes[0].stories[0]
    assert (lead.id, lead.title) == ("a", "Northwind opens data centre a2")


def test_a_theme_is_renamed_and_remembers_its_drafted_name():
    theme = edited(RenameTheme(CAPEX, "Money")).issue.themes[0]
    assert (theme.label, theme.terms[0]) == ("Money", "infra capex")


def test_themes_change_places():
    assert [t.label for t in edited(PlaceTheme(SILICON, CAPEX)).issue.themes] == [
        "Custom silicon", "Infra capex",
    ]  # fmt: skip
    assert [t.label for t in edited(PlaceTheme(CAPEX)).issue.themes][-1] == "Infra capex"


def test_merged_themes_hold_all_stories_and_remember_both_names():
    theme = edited(MergeThemes(SILICON, CAPEX)).issue.themes[0]
    assert [s.id for s in theme.stories] == ["c", "d", "a", "b"]
    assert {"custom silicon", "infra capex"} <= set(theme.terms)
    assert theme.found == 4


def test_a_theme_is_split_behind_the_one_its_first_story_stood_in():
    assert places(edited(SplitTheme(("b", "d"), "New")).issue) == [
        ["Infra capex", "a"], ["New", "b", "d"], ["Custom silicon", "c"], ["", "e"],
    ]  # fmt: skip


def test_a_theme_of_short_stories_is_the_last():
    assert places(edited(SplitTheme(("e",), "New")).issue)[2] == ["New", "e"]


def test_a_theme_split_off_under_a_name_that_is_there_joins_that_theme():
    assert places(edited(SplitTheme(("b",), "custom silicon")).issue)[1] == [
        "Custom silicon", "c", "d", "b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "move",
    [
        WordHeadline("x", "Ours"),
        WordBrief("x", "insight", ("Ours.",)),
        PlaceStory("x", None),
        LeadStory("x", "x"),
        PinStory("x", None),
        SplitStory("e", ("x", "y")),
    ],
    ids=repr,
)
def test_a_story_that_a_move_names_is_printed_wherever_it_ranks(move):
    if isinstance(move, SplitStory):
        move = SplitStory("x", ("y",))
    assert "x" in {s.id for s in edited(move).issue.stories}


def test_a_pinned_story_is_printed_in_its_theme():
    assert places(edited(PinStory("y", SILICON)).issue)[1] == ["Custom silicon", "c", "d", "x"]
    assert places(edited(PinStory("e", SILICON)).issue)[1] == ["Custom silicon", "c", "d", "e"]


def test_a_story_printed_for_its_pin_alone_goes_when_the_pin_goes():
    pin, unpin = PinStory("x", SILICON), PinStory("x", SILICON, pinned=False)
    assert edited(pin, unpin).issue == week()
    assert edited(pin, PinStory("y", SILICON), unpin).issue == week()
    kept = edited(pin, WordHeadline("x", "Ours"), unpin).issue
    assert "x" in {s.id for s in kept.stories}


def test_the_pinned_stories_of_an_issue_are_told_from_the_moves():
    moves = (PinStory("a2", CAPEX), PinStory("c", SILICON), PinStory("c", SILICON, pinned=False))
    assert pinned(week(), (*moves, PinStory("gone", None), DropStory("b"))) == {"a"}


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        ([WordHeadline("q", "Ours")], "its story is no longer in the week (report q)"),
        ([DropStory("q")], "its story is no longer in the week (report q)"),
        ([BringBack("q")], "report q is no longer in the week"),
        (
            [DropStory("b"), WordHeadline("b", "Ours")],
            "“Northwind opens data centre b” was dropped",
        ),
        ([MergeStories("a", "q")], "its story is no longer in the week (report q)"),
        (
            [SplitStory("a", ("q",))],
            "the reports to part from “Northwind opens data centre a” are no longer in the week",
        ),
        (
            [SplitStory("a", ("a", "a2"))],
            "nothing would be left of “Northwind opens data centre a”",
        ),
        (
            [LeadStory("a", "b")],
            "report b is no longer one of “Northwind opens data centre a”",
        ),
        ([RenameTheme(ThemeMark("Gone"), "X")], "theme “Gone” is no longer in the draft"),
        (
            [RenameTheme(CAPEX, "CUSTOM silicon")],
            "another theme is called “CUSTOM silicon” already",
        ),
        ([PlaceTheme(CAPEX, ThemeMark("Gone"))], "theme “Gone” is no longer in the draft"),
        ([MergeThemes(CAPEX, ThemeMark("Gone"))], "theme “Gone” is no longer in the draft"),
        ([SplitTheme(("q",), "X")], "no story of theme “X” is in the draft any more"),
        (
            [*(DropStory(name) for name in "abcd"), DropStory("e")],
            "it is the last story: an issue needs one",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_move_that_cannot_be_carried_out_changes_nothing_and_says_why(moves, reason):
    done = edited(*moves)
    assert failures(*moves) == [reason]
    assert done.issue == edited(*moves[:-1]).issue


def test_an_issue_is_worded_by_the_editor_and_given_back():
    lines = (WordIssue("subject", ("Ours",)), WordIssue("preheader", ("Read on",)))
    issue = edited(*lines, WordIssue("intro", ("One.", "Two."))).issue
    assert (issue.subject, issue.preheader) == ("Ours", "Read on")
    assert issue.intro == ("One.", "Two.")
    assert edited(*lines, WordIssue("subject", ())).issue.subject == week().subject


def test_the_words_on_top_follow_the_stories():
    issue = edited(WordHeadline("a", "Northwind doubles it"), DropStory("e")).issue
    assert issue.subject == "Northwind doubles it"
    assert issue.intro[0] == "A quiet week: only 4 stories from 5 reports by 5 sources."
    assert edited(DropStory("e")).issue.subject == week().subject


def test_the_story_that_a_move_puts_first_leads_the_mail():
    issue = edited(PlaceStory("d", CAPEX, "a")).issue
    assert issue.lead == "d"
    assert issue.ranked[0].id == "d"
    assert issue.subject == "Northwind opens data centre d"
    assert edited(PlaceTheme(SILICON, CAPEX)).issue.lead == "c"


def test_a_story_that_was_put_first_leads_no_more_once_another_stands_before_it():
    issue = edited(PlaceStory("d", CAPEX, "a"), PlaceStory("d", SILICON)).issue
    assert issue.lead == "a"
    assert edited(PlaceStory("d", CAPEX, "a"), DropStory("d")).issue.lead == ""


def test_a_brief_keeps_the_reports_of_lines_that_are_not_the_editors():
    base = week()
    kept = base.themes[0].stories[0].brief.insight[0]
    quote = base.themes[0].stories[0].items[1].summary
    lines = (kept.text, quote, "Our own words.")
    brief = edited(WordBrief("a", "insight", lines)).issue.themes[0].stories[0].brief
    assert [(line.text, line.items) for line in brief.insight] == [
        (kept.text, ("a",)), (quote, ("a",)), ("Our own words.", ()),
    ]  # fmt: skip


def test_a_brief_is_a_models_while_a_sentence_of_the_machines_is_left():
    worded = replace(
        story("a"),
        brief=Brief(insight=said("A model's.", "a"), takeaways=said("Too.", "a"), writer="m"),
    )
    base = make_issue(make_theme("Infra capex", (worded, story("b"))))
    one = WordBrief("a", "insight", ("Ours.",))
    assert edited(one, base=base).issue.stories[0].brief.writer == "m"
    both = edited(one, WordBrief("a", "takeaways", ()), base=base).issue.stories[0].brief
    assert (both.writer, both.takeaways) == ("", ())


def test_a_part_of_a_brief_is_given_back():
    moves = (WordBrief("a", "insight", ("Ours.",)), WordBrief("a", "insight", None))
    assert edited(*moves).issue == week()


def test_moves_name_items_of_every_kind():
    moves = (
        PlaceStory("a", ThemeMark("T", ("t",)), "b"),
        MergeThemes(ThemeMark("U", ("u",)), ThemeMark("V", ("v",))),
        PlaceTheme(ThemeMark("W", ("w",)), ThemeMark("R", ("r",))),
        SplitStory("c", ("d",)),
        SplitTheme(("e",), "X"),
        BringBack("f"),
        MergeStories("g", "h"),
        WordIssue("intro", ("i",)),
    )
    assert named(moves) == frozenset("atbuvwrcdefgh")


def test_a_split_story_is_named_by_a_report_that_stays():
    assert settled(week(), SplitStory("a", ("a",))) == SplitStory("a2", ("a",))
    assert settled(week(), SplitStory("a", ("a", "a2"))) == SplitStory("a", ("a", "a2"))
    assert settled(week(), SplitStory("a", ("a2",))) == SplitStory("a", ("a2",))
    assert settled(week(), DropStory("a")) == DropStory("a")


def test_moves_hold_when_a_late_report_joins_two_stories():
    base = week()
    joined = story("a", "a2", "late", "c")
    themes = (
        make_theme("Capital", (joined, story("b"))), make_theme("Custom silicon", (story("d"),)),
    )  # fmt: skip
    rebuilt = replace(base, themes=themes)
    moves = (MergeStories("a", "c"), WordHeadline("c", "Both"), RenameTheme(CAPEX, "Money"))
    done = edited(*moves, base=rebuilt)
    assert done.notes == ()
    assert places(done.issue)[0] == ["Money", "a", "b"]
    assert done.issue.stories[0].title == "Both"
