"""What an editor sees change from one state of an issue to another."""

from __future__ import annotations

from dataclasses import replace

from digest.differences import Reworded, Run, differences, word_runs
from digest.model import LeftOut
from tests.builders import make_brief, make_issue, make_item, make_story, make_theme

A, A2, B, C, D, E = (
    make_item(n, f"Title {n}", source=f"Outlet {n}") for n in "a a2 b c d e".split()
)


def issue(*themes, also=("e",), left=(), **fields):
    """Themes as `("Chips", "a+a2", "b")`: a story of items joined by `+`."""
    items = {item.id: item for item in (A, A2, B, C, D, E)}

    def story(told):
        return make_story(*(items[name] for name in told.split("+")), brief=make_brief(A))

    made = [make_theme(label, tuple(map(story, stories))) for label, *stories in themes]
    lines = tuple(LeftOut(name, f"Title {name}", rule) for name, rule in left)
    return make_issue(*made, also=tuple(map(story, also)), left_out=lines, **fields)


TWO = (("Chips", "a+a2", "b"), ("Rules", "c", "d"))


def texts(before, after) -> list[str]:
    return [line.text for line in differences(before, after)]


def test_equal_issues_differ_in_nothing():
    assert differences(issue(*TWO), issue(*TWO)) == ()


def test_another_revision_alone_is_no_difference():
    assert differences(issue(*TWO), issue(*TWO, revision=2)) == ()


def test_the_lines_on_top_are_told_word_by_word():
    before, after = issue(*TWO, subject="Chips ship now"), issue(*TWO, subject="Chips sell now")
    (line,) = differences(before, after)
    assert line.text == "the subject reads otherwise"
    runs = (Run("same", "Chips"), Run("gone", " ship"), Run("new", " sell"), Run("same", " now"))
    assert line.reworded == (Reworded("subject", runs),)


def test_words_are_told_as_new_gone_and_the_same():
    assert word_runs("", "all new") == (Run("new", "all new"),)
    assert word_runs("all gone", "") == (Run("gone", "all gone"),)
    assert word_runs("", "") == ()


def test_a_dropped_story_is_out_with_its_rule():
    after = issue(("Chips", "a+a2"), TWO[1], left=(("b", "dropped by the editor"),))
    assert texts(issue(*TWO), after) == ["“Title b” is out: dropped by the editor"]


def test_a_story_that_is_nowhere_is_out():
    assert texts(issue(*TWO), issue(("Chips", "a+a2"), TWO[1])) == ["“Title b” is out"]


def test_a_new_story_is_told_with_its_place():
    assert texts(issue(*TWO, also=()), issue(*TWO)) == ["“Title e” is new in “Also this week”"]


def test_a_move_between_themes_is_told():
    after = issue(("Chips", "a+a2"), ("Rules", "c", "b", "d"))
    assert texts(issue(*TWO), after) == ["“Title b” moved from “Chips” to “Rules”"]


def test_another_order_in_a_theme_names_the_fewest_stories():
    before = issue(("Chips", "a", "b", "c", "d"))
    after = issue(("Chips", "d", "a", "b", "c"))
    assert texts(before, after) == ["“Title d” has another place in “Chips”"]


def test_a_renamed_theme_moves_no_story():
    after = issue(("Silicon", "a+a2", "b"), TWO[1])
    assert texts(issue(*TWO), after) == ["theme “Chips” is called “Silicon” now"]


def test_a_new_theme_and_one_that_is_gone_are_told():
    after = issue(("Chips", "a+a2", "b"), also=("e", "c", "d"))
    assert texts(issue(*TWO), after) == [
        "theme “Rules” is gone",
        "“Title c” moved from “Rules” to “Also this week”",
        "“Title d” moved from “Rules” to “Also this week”",
    ]
    assert texts(after, issue(*TWO)) == [
        "theme “Rules” is new, with 2 stories",
        "“Title c” moved from “Also this week” to “Rules”",
        "“Title d” moved from “Also this week” to “Rules”",
    ]


def test_themes_that_change_places_are_told_with_the_new_place():
    assert texts(issue(*TWO), issue(*reversed(TWO))) in (
        ["theme “Rules” stands in place 1 now"], ["theme “Chips” stands in place 2 now"],
    )  # fmt: skip


def test_reports_that_came_and_went_are_told():
    assert texts(issue(("Chips", "a", "b")), issue(("Chips", "a+a2", "b"))) == [
        "“Title a” got 1 report: Outlet a2"
    ]
    assert texts(issue(("Chips", "a+a2", "b")), issue(("Chips", "a", "b"))) == [
        "“Title a” lost 1 report"
    ]


def test_a_merge_and_a_split_are_told():
    one, two = issue(("Chips", "a+b", "c")), issue(("Chips", "a", "b", "c"))
    assert texts(two, one) == ["“Title a” tells “Title b” too now"]
    assert texts(one, two) == ["“Title b” is parted from “Title a”"]


def test_another_lead_is_told():
    before, after = issue(("Chips", "a+a2", "b")), issue(("Chips", "a2+a", "b"))
    assert texts(before, after) == ["the headline “Title a” is “Title a2” now"]
    story = before.themes[0].stories[0]
    ours = replace(story, headline="Ours")
    led = replace(ours, items=(A2, A))
    one, two = (replace(before, themes=(make_theme("Chips", (told,)),)) for told in (ours, led))
    assert texts(one, two) == ["“Ours” is led by the report of Outlet a2 now"]


def test_a_brief_that_reads_otherwise_is_told_part_by_part():
    before = issue(("Chips", "a", "b"))
    story = before.themes[0].stories[0]
    brief = make_brief(A, insight="A new insight.", takeaways="And a takeaway.")
    theme = make_theme("Chips", (replace(story, brief=brief), before.themes[0].stories[1]))
    (line,) = differences(before, replace(before, themes=(theme,)))
    assert line.text == "the brief of “Title a” reads otherwise: insight, takeaways"
    assert [text.part for text in line.reworded] == ["insight", "takeaways"]


def test_reports_that_were_left_out_meanwhile_are_counted():
    after = issue(*TWO, left=(("x", "below the cut"), ("y", "below the cut")))
    assert texts(issue(*TWO), after) == ["2 new reports, left out"]


def test_stories_that_were_two_and_are_two_are_paired_by_what_they_share():
    before = issue(("Chips", "a+a2+b", "c+d"))
    after = issue(("Chips", "a+a2", "b+c+d"))
    assert texts(before, after) == [
        "“Title b” tells “Title a” too now",
        "the headline “Title c” is “Title b” now",
    ]
