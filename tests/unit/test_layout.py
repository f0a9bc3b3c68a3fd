"""What an issue says in print: headline, TL;DR, dates, links, and the words left untouched."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from digest.blocks import Details, Link, Point, item_day, open_link, printable
from digest.layout import lay_out, week_dates
from digest.model import Brand, Brief, Comparison, DatedSentence, Reference, Week
from tests.builders import at, make_issue, make_item, make_story, make_theme, said

UTC = ZoneInfo("UTC")


def page_of(*themes, **fields):
    return lay_out(make_issue(*themes, **fields), Brand(), unsubscribe="mailto:a@b.example")


@pytest.mark.parametrize(
    ("week", "text"),
    [
        (Week(2026, 22), "May 25–31, 2026"),
        (Week(2026, 27), "Jun 29 – Jul 5, 2026"),
        (Week(2026, 1), "Dec 29, 2025 – Jan 4, 2026"),
    ],
)
def test_a_week_is_written_as_briefly_as_is_clear(week, text):
    assert week_dates(week) == text


def test_a_report_without_a_date_is_seen_never_published():
    item = make_item(published=None, first_seen=at("2026-05-27"))
    assert item_day(item, UTC, 2026) == "seen May 27"


def test_a_day_is_that_of_the_zone():
    item = make_item(published=at("2026-05-27T23:30"))
    assert item_day(item, ZoneInfo("Asia/Tokyo"), 2026) == "May 28"


def test_a_day_of_another_year_names_the_year():
    assert item_day(make_item(published=at("2025-12-31")), UTC, 2026) == "Dec 31, 2025"


def test_the_best_story_gives_the_headline_if_the_title_is_only_name_and_week():
    low, high = make_story(score=10), make_story(make_item(title="Kestrel 3 is out"), score=90)
    page = page_of(make_theme(stories=[low, high]), title="Weekly AI Recap, 2026-W22")
    assert page.headline.text == "Kestrel 3 is out"
    assert page.headline.url == high.lead.link


def test_an_editors_title_is_the_headline():
    page = page_of(title="Open models close the gap")
    assert page.headline.text == "Open models close the gap"
    assert page.headline.url == ""


def test_the_tldr_takes_the_first_story_of_each_theme_before_any_second():
    themes = []
    for n in range(3):
        items = [make_item(f"{n}-{m}", f"Story {n}{m}") for m in range(2)]
        stories = [make_story(item, score=80 - n - m) for m, item in enumerate(items)]
        themes.append(make_theme(f"Theme {n}", stories))
    page = page_of(*themes, title="Weekly AI Recap, 2026-W22")
    assert [point.lead for point in page.points] == [
        "Story 10.", "Story 20.", "Story 01.", "Story 11.", "Story 21.",
    ]  # fmt: skip


def test_a_quiet_week_has_no_tldr():
    page = page_of(make_theme(stories=[make_story(), make_story()]))
    assert page.quiet
    assert page.points == ()


def test_three_further_sources_are_named_and_the_rest_counted():
    items = [make_item(source=f"Outlet {n}") for n in range(6)]
    block = page_of(make_theme(stories=[make_story(*items)])).themes[0].stories[0]
    assert [link.text for link in block.also] == ["Outlet 1", "Outlet 2", "Outlet 3"]
    assert block.more == 2


def test_a_second_report_of_the_leads_own_source_is_no_further_coverage():
    block = page_of(make_theme(stories=[make_story(make_item(), make_item())])).themes[0].stories[0]
    assert block.also == ()


def test_a_story_of_which_no_sentence_can_be_used_prints_its_headline_only():
    story = make_story(make_item(summary="chips " * 100), brief=Brief())
    assert page_of(make_theme(stories=[story])).themes[0].stories[0].changed == ""


def test_a_story_with_only_an_insight_prints_it():
    story = make_story(brief=Brief(insight=said("Prices halve.", "a")))
    assert page_of(make_theme(stories=[story])).themes[0].stories[0].changed == "Prices halve."


def test_an_issue_without_stories_is_named_after_the_newsletter():
    page = lay_out(replace(make_issue(), themes=(), title=""), Brand(), unsubscribe="")
    assert (page.headline.text, page.dek) == ("Weekly AI Recap", "")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("two\nlines\tand  blanks", "two lines and blanks"),
        ("a\x00b\x1bc\x85d\x9fe", "abcde"),
        ("safe\u202eevil", "safeevil"),
        ("lone \ud800 half", "lone half"),
        ("pair \U0001f469\u200d\U0001f467", "pair \U0001f469\u200d\U0001f467"),
    ],
)
def test_what_is_no_text_is_not_printed(text, printed):
    assert printable(text) == printed


def test_a_text_that_looks_like_a_placeholder_is_none_any_more():
    assert "@@UNSUBSCRIBE@@" not in printable("why @@UNSUBSCRIBE@@@@X@@ leaks")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "//a.example", "https://",
     "", "https://a.example/a b", "https://[bad"],
)  # fmt: skip
def test_an_address_a_reader_cannot_open_safely_is_not_linked(url):
    assert open_link(url) == ""


def test_a_plain_address_is_linked_as_it_is():
    assert open_link("https://a.example/x?y=1&z=ü") == "https://a.example/x?y=1&z=ü"


def test_right_to_left_script_is_noticed():
    story = make_story(make_item(title="نموذج جديد للغة العربية"))
    assert page_of(make_theme(stories=[story])).themes[0].stories[0].two_way


def told(**parts):
    item = make_item(id="a", summary="Prices fell by 40%. Corvid cut its rates.")
    return (
        page_of(make_theme(stories=[make_story(item, brief=Brief(**parts))])).themes[0].stories[0]
    )


def test_a_story_that_carries_on_an_earlier_one_names_the_issue_and_its_address():
    back = Reference("Update of “Rates” in issue 3", ("a",), "https://recap.example/3#rates", 3)
    assert told(continues=(back,)).earlier == Link("issue 3", "https://recap.example/3#rates")
    assert told().earlier is None


def test_the_insight_follows_what_changed_in_the_order_of_the_report():
    changed, insight = said("Corvid cut its rates.", "a"), said("Prices fell by 40%.", "a")
    block = told(what_changed=changed, insight=insight)
    assert block.changed == "Prices fell by 40%. Corvid cut its rates."


def test_an_insight_of_another_report_comes_last():
    changed, insight = said("Corvid cut its rates.", "a"), said("Prices fell by 40%.", "b")
    assert told(what_changed=changed, insight=insight).changed == (
        "Corvid cut its rates. Prices fell by 40%."
    )


def test_an_insight_that_is_a_part_of_what_changed_is_not_said_twice():
    changed, insight = said("Corvid cut its rates by 4%.", "a"), said("Corvid cut by 4%.", "a")
    assert told(what_changed=changed, insight=insight).changed == "Corvid cut its rates by 4%."


def test_what_to_do_and_the_model_that_worded_it_are_part_of_a_story():
    block = told(what_to_do_next=said("Teams should move.", "a"), writer="tern-2")
    assert (block.to_do, block.writer) == ("Teams should move.", "tern-2")


def test_every_model_is_named_once_in_the_footer():
    stories = [make_story(brief=Brief(writer=name)) for name in ("tern-2", "", "tern-2", "auk-1")]
    assert page_of(make_theme(stories=stories)).writers == ("auk-1", "tern-2")


DETAILED = {
    "takeaways": said("Corvid has 900 engineers.", "a"),
    "deep_dive": said("The chip has 80GB of memory.", "a"),
    "implications": said("According to S: The plant opens in 2028.", "a"),
    "comparison": Comparison(("Name", "Price"), (("Auk", "$4"), ("Tern", "$3"))),
    "timeline": (
        DatedSentence("2024", "Corvid began.", ("a",)),
        DatedSentence("2025-12", "Corvid grew.", ("a",)),
        DatedSentence("2025-12-31", "Corvid won.", ("a",)),
        DatedSentence("2026-05-26", "Corvid broke ground.", ("a",)),
    ),
    "related": (Reference("Corvid plans", ("z",), "https://corvid.example/1", 3),),
    "who_should_care": said("Policy teams", "a"),
}


def test_the_details_of_a_brief_are_part_of_its_story():
    block = told(what_changed=said("Corvid grows.", "a"), **DETAILED)
    assert block.roles == "policy teams"
    assert block.details == Details(
        takeaways=("Corvid has 900 engineers.",),
        table=(("Name", "Price"), ("Auk", "$4"), ("Tern", "$3")),
        deep_dive="The chip has 80GB of memory.",
        ahead=("According to S: The plant opens in 2028.",),
        timeline=(
            Point("2024", "Corvid began."),
            Point("Dec 2025", "Corvid grew."),
            Point("Dec 31, 2025", "Corvid won."),
            Point("May 26", "Corvid broke ground."),
        ),
        related=(Link("Corvid plans (issue 3)", "https://corvid.example/1"),),
    )


def test_the_details_of_the_best_stories_are_printed_while_there_is_room():
    long = tuple(said(f"Corvid has {n} engineers. " + "word " * 300, "a")[0] for n in range(3))
    stories = [
        make_story(make_item(f"s{n}"), score=float(n), brief=Brief(takeaways=long))
        for n in range(30)
    ]
    blocks = page_of(make_theme(stories=stories)).themes[0].stories
    printed = [bool(block.details.takeaways) for block in blocks]
    assert printed == sorted(printed)
    assert True in printed
    assert False in printed


def test_the_tldr_takes_the_first_story_of_a_theme_that_has_something_to_say():
    mute = make_story(make_item(title="Mute"), score=80, brief=Brief())
    tells = make_story(
        make_item(title="Tells"), score=70, brief=Brief(insight=said("Prices fell.", "a"))
    )
    other = [make_story(make_item(title=f"Other {n}"), score=90 - n) for n in range(4)]
    page = page_of(make_theme("A", [mute, tells]), make_theme("B", other), title="2026-W22")
    assert page.points[0].lead == "Tells."
    assert [point.lead for point in page.points[-1:]] == ["Mute."]


def test_the_tldr_has_the_best_story_first():
    themes = []
    for n, score in enumerate((90, 50, 70)):
        items = [make_item(f"{n}-{m}", f"Story {n}{m}") for m in range(2)]
        stories = [make_story(item, score=score - m) for m, item in enumerate(items)]
        themes.append(make_theme(f"Theme {n}", stories))
    page = page_of(*themes, title="2026-W22")
    assert [point.lead for point in page.points[:2]] == ["Story 20.", "Story 10."]


def test_a_headline_that_ends_in_a_sign_gets_no_full_stop():
    stories = [make_story(make_item(title=f"Kestrel {n} 🚀"), score=90 - n) for n in range(6)]
    page = page_of(make_theme(stories=stories), title="2026-W22")
    assert {point.lead[-1] for point in page.points} == {"🚀"}


def test_the_line_under_the_headline_is_one_sentence():
    brief = Brief(what_changed=(*said("One.", "a"), *said("Two.", "a")))
    page = page_of(make_theme(stories=[make_story(brief=brief)]), title="2026-W22")
    assert page.dek == "One."


def test_an_insight_beside_two_sentences_comes_last():
    changed = (*said("Corvid cut its rates.", "a"), *said("That hurts Heron.", "a"))
    block = told(what_changed=changed, insight=said("Prices fell by 40%.", "a"))
    assert block.changed == "Corvid cut its rates. That hurts Heron. Prices fell by 40%."
