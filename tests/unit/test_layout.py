"""What an issue says in print: headline, TL;DR, dates, links, and the words left untouched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.blocks import Link, Point, open_host, open_link, printable
from digest.layout import lay_out
from digest.links import Links
from digest.localisation import Catalog, read_catalog
from digest.model import Brand, Brief, Comparison, DatedSentence, Reference, Sentence
from digest.supplements import Action, Bar, Number
from tests.builders import make_issue, make_item, make_story, make_theme, said

LINKS = Links(unsubscribe="mailto:a@b.example", write="mailto:a@b.example")
GERMAN = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


def page_of(*themes, **fields):
    fields = {"title": "An editor's title"} | fields
    return lay_out(make_issue(*themes, **fields), Brand(), links=LINKS)


def test_the_best_story_gives_the_headline_if_the_title_is_only_name_and_week():
    low, high = make_story(score=10), make_story(make_item(title="Kestrel 3 is out"), score=90)
    page = page_of(make_theme(stories=[low, high]), title="Weekly AI Recap, 2026-W22")
    assert page.lead.story.title == "Kestrel 3 is out"
    assert page.lead.story.url == high.lead.link
    assert page.lead.host == "chip-ledger.example"
    assert [block.id for block in page.themes[0].stories] == [low.id]


def test_the_story_that_an_editor_put_on_top_leads_whatever_its_score():
    low, high = make_story(score=10), make_story(score=90)
    page = page_of(make_theme(stories=[low, high]), title="2026-W22", lead=low.id)
    assert page.lead.story.id == low.id


def test_the_lead_is_printed_under_the_name_of_its_theme():
    page = page_of(make_theme("Chips", [make_story(score=90)]), title="2026-W22")
    assert page.lead.theme == "Chips"
    assert page.themes == ()


def test_a_lead_among_the_short_stories_stands_on_top_only():
    short = make_story(score=99)
    page = page_of(make_theme(), also=(short, make_story(score=1)), title="2026-W22")
    assert (page.lead.story.id, page.lead.theme) == (short.id, "")
    assert short.id not in {block.id for block in page.also}


def test_an_editors_title_is_the_headline():
    page = page_of(title="Open models close the gap")
    assert page.headline == "Open models close the gap"
    assert page.lead is None


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
    page = lay_out(replace(make_issue(), themes=(), title=""), Brand(), links=LINKS)
    assert (page.headline, page.lead) == ("Weekly AI Recap", None)


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


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.a.example/x", "a.example"),
        ("javascript:x", ""),
        ("https://b.example", "b.example"),
    ],
)
def test_a_host_is_written_as_people_say_it(url, host):
    assert open_host(url) == host


def test_a_source_of_the_other_script_keeps_its_place_in_the_line():
    story = make_story(
        make_item(source="Chip Ledger"), make_item(source="دفتر الرقائق"), make_item(source="Lab")
    )
    issue = make_issue(make_theme(stories=[story]), title="x")
    page = lay_out(issue, Brand(), links=LINKS, words=Catalog("ar"))
    (block,) = page.themes[0].stories
    assert page.direction == "rtl"
    assert block.source == "\u200f\u200eChip Ledger\u200e\u200f"
    assert block.also[0].text == "دفتر الرقائق"
    assert block.source in page.sources
    assert page_of(make_theme(stories=[story])).themes[0].stories[0].source == "Chip Ledger"


def test_the_tagline_a_newsletter_comes_with_is_said_in_its_language():
    german = read_catalog("de", f'{GERMAN}\nmsgid "{Brand().tagline}"\nmsgstr "Die Woche"\n')
    page = lay_out(make_issue(), Brand(), links=LINKS, words=german)
    own = lay_out(make_issue(), Brand(tagline="Mine"), links=LINKS, words=german)
    assert (page.brand.tagline, own.brand.tagline) == ("Die Woche", "Mine")


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


def test_the_model_that_worded_a_story_is_named():
    assert told(writer="tern-2").writer == "tern-2"


def doing(text: str, score: float = 50.0):
    item = make_item(f"do-{score}", source=f"Outlet {score:.0f}")
    return make_story(item, score=score, brief=Brief(what_to_do_next=said(text, item.id)))


def test_what_to_do_next_is_listed_best_first_with_who_says_so():
    first, second = doing("Teams should move.", 80), doing("Buyers can wait.", 90)
    page = page_of(make_theme(stories=[first, second]))
    assert page.actions == (
        Action("Buyers can wait.", Link("Outlet 90", second.lead.link)),
        Action("Teams should move.", Link("Outlet 80", first.lead.link)),
    )


def test_a_thing_to_do_that_names_nobody_is_left_out():
    assert page_of(make_theme(stories=[doing("The company lets users wait.")])).actions == ()


def test_at_most_three_things_to_do_are_listed():
    page = page_of(make_theme(stories=[doing("Teams should move.", n) for n in range(5)]))
    assert len(page.actions) == 3


def test_a_sentence_of_an_item_that_is_not_in_the_story_is_credited_to_the_lead():
    story = make_story(brief=Brief(what_to_do_next=said("Teams should move.", "gone")))
    (action,) = page_of(make_theme(stories=[story])).actions
    assert action.credit.url == story.lead.link


def counting(text: str, score: float):
    item = make_item(f"count-{score}")
    return make_story(item, score=score, brief=Brief(what_changed=said(text, item.id)))


def credit_of(story):
    return Link(story.lead.source, story.lead.link)


def test_two_numbers_or_more_make_the_numbers_of_the_week():
    stories = [counting("Corvid raised $2 billion.", 90), counting("Prices fell by 40%.", 80)]
    page = page_of(make_theme(stories=stories))
    assert page.numbers == (
        Number(
            "$2 billion", "Corvid raised $2 billion.", Link("Chip Ledger", stories[0].lead.link)
        ),
        Number("40%", "Prices fell by 40%.", Link("Chip Ledger", stories[1].lead.link)),
    )


def test_one_number_alone_is_no_list():
    assert page_of(make_theme(stories=[counting("Prices fell by 40%.", 9)])).numbers == ()


def test_the_week_by_theme_counts_what_was_found_and_what_was_before():
    stories = [make_story() for _ in range(5)]
    big = replace(make_theme("Chips", stories[:3]), found=10, history=(4, 0))
    page = page_of(big, make_theme("Law", stories[3:]))
    assert page.bars == (Bar("Chips", 10, 100, "4, 0"), Bar("Law", 2, 20, ""))


def test_one_theme_has_nothing_to_be_compared_with():
    assert page_of(make_theme(stories=[make_story() for _ in range(6)])).bars == ()


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


def test_a_storys_related_stories_and_roles_are_part_of_it():
    block = told(what_changed=said("Corvid grows.", "a"), **DETAILED)
    assert block.roles == "policy teams"
    assert block.related == (Link("Corvid plans (issue 3)", "https://corvid.example/1"),)


def detailed(number: int = 0, **parts):
    item = make_item(id="a", source="Chip Ledger")
    return make_story(item, score=80.0 - number, brief=Brief(**(DETAILED | parts)))


def test_the_story_with_most_to_show_is_told_in_depth():
    thin = detailed(0, comparison=Comparison(), timeline=(), takeaways=())
    page = page_of(make_theme(stories=[make_story(score=90), thin, detailed(9)]))
    depth = page.depth
    assert depth.table == (("Name", "Price"), ("Auk", "$4"), ("Tern", "$3"))
    assert depth.dive == "The chip has 80GB of memory."
    assert depth.ahead == ("According to S: The plant opens in 2028.",)
    assert depth.timeline == (
        Point("2024", "Corvid began."),
        Point("Dec 2025", "Corvid grew."),
        Point("Dec 31, 2025", "Corvid won."),
        Point("May 26", "Corvid broke ground."),
    )
    assert (depth.source, depth.takeaways) == ("Chip Ledger", ("Corvid has 900 engineers.",))


def test_takeaways_stand_under_the_first_story_of_a_theme_and_not_again_in_depth():
    page = page_of(make_theme(stories=[detailed(0), detailed(9)]))
    first, second = page.themes[0].stories
    assert first.takeaways == ("Corvid has 900 engineers.",)
    assert second.takeaways == ()
    assert page.depth.takeaways == ()


def test_takeaways_alone_are_nothing_to_show_in_depth():
    brief = Brief(takeaways=said("Corvid has 900 engineers.", "a"))
    assert page_of(make_theme(stories=[make_story(), make_story(brief=brief)])).depth is None


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


def test_an_insight_beside_two_sentences_comes_last():
    changed = (*said("Corvid cut its rates.", "a"), *said("That hurts Heron.", "a"))
    block = told(what_changed=changed, insight=said("Prices fell by 40%.", "a"))
    assert block.changed == "Corvid cut its rates. That hurts Heron. Prices fell by 40%."


def test_what_an_editor_says_is_to_do_is_credited_to_the_story_and_not_to_a_report():
    brief = Brief(what_to_do_next=(Sentence("Customers of Northwind should wait.", ()),))
    story = make_story(make_item("a", "Northwind raises prices"), brief=brief)
    (action,) = page_of(make_theme(stories=[story])).actions
    assert action.credit == Link("Northwind raises prices", story.lead.link)


def test_words_of_an_editor_stand_beside_those_of_a_report():
    item = make_item("a", "Northwind raises prices", summary="It asks $3 for a token.")
    ours, theirs = Sentence("We expect others to follow by $5.", ()), Sentence(item.summary, ("a",))
    story = make_story(item, brief=Brief(what_changed=(theirs, ours)))
    (block,) = page_of(make_theme(stories=[story])).themes[0].stories
    assert block.changed == "It asks $3 for a token. We expect others to follow by $5."
