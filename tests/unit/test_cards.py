from __future__ import annotations

from dataclasses import fields
from zoneinfo import ZoneInfo

import pytest

from digest.cards import Card, card, one_line
from digest.days import Days
from digest.localisation import ENGLISH
from digest.model import Brief, Comparison, DatedSentence, Reference
from tests.builders import at, make_brief, make_item, make_story, said

DAYS = Days(ZoneInfo("UTC"), 2026, ENGLISH)
ITEM = make_item("a", "Corvid opens a plant", summary="Corvid opened it on Monday.")


NOTHING = Brief()


def shown(brief: Brief = NOTHING, *items, **fields) -> Card:
    return card(make_story(*(items or (ITEM,)), brief=brief, **fields), DAYS)


def test_a_story_with_an_empty_brief_shows_its_headline_and_its_reports_only():
    page = shown()
    kept = {"id", "title", "url", "host", "day", "published", "reports"}
    assert {field.name for field in fields(page) if getattr(page, field.name)} == kept
    assert page.summary == ""
    assert one_line(make_story(ITEM, brief=NOTHING)) == ""


def test_every_part_of_the_brief_is_shown():
    page = shown(
        Brief(
            insight=said("It is the largest yet.", "a"),
            what_changed=said("Corvid opened a plant.", "a"),
            why_it_matters=said("Power is scarce.", "a"),
            what_to_do_next=said("Ask for a quote.", "a"),
            who_should_care=said("Developers", "a"),
            takeaways=said("It takes 300 MW.", "a"),
            comparison=Comparison(("Name", "MW"), (("Auk", "300"),)),
            deep_dive=said("It has two lines.", "a"),
            implications=said("According to Lab: more follow.", "a"),
            timeline=(DatedSentence("2026-05-26", "Corvid filed.", ("a",)),),
            related=(Reference("An older plant", ("a",), "https://x.example/1", 3),),
            freshness=said("Collected 20 min after publication", "a"),
            continues=(Reference("The plan", ("a",), "javascript:alert(1)", 4),),
            writer="tern-2",
        )
    )
    assert (page.insight, page.changed) == ("It is the largest yet.", ("Corvid opened a plant.",))
    assert (page.matters, page.next, page.roles) == (
        ("Power is scarce.",), ("Ask for a quote.",), "developers"
    )  # fmt: skip
    assert page.takeaways == ("It takes 300 MW.",)
    assert page.table == (("Name", "MW"), ("Auk", "300"))
    assert (page.dive, page.ahead) == (("It has two lines.",), ("According to Lab: more follow.",))
    assert [(line.lead, line.text) for line in page.timeline] == [("May 26", "Corvid filed.")]
    assert [link.url for link in page.related] == ["https://x.example/1"]
    assert page.earlier.url == ""  # not http(s)
    assert (page.fresh, page.writer) == ("20 minutes", "tern-2")


@pytest.mark.parametrize("insight", ["Corvid opens a plant", "Corvid opened it on Monday."])
def test_an_insight_that_says_nothing_new_is_not_shown(insight):
    assert shown(make_brief(ITEM, insight=insight)).insight == ""


def test_a_table_without_rows_is_not_shown():
    assert shown(Brief(comparison=Comparison(("Name", "MW"), ()))).table == ()


def test_freshness_is_not_shown_of_a_report_without_a_date():
    undated = make_item("b", published=None)
    assert shown(Brief(freshness=said("At once", "b")), undated).fresh == ""


def test_every_report_is_named_with_its_day_and_an_open_link_only():
    other = make_item("b", "Plant\u202e opens", source="Lab", link="ftp://x", published=None)
    lead, second = shown(NOTHING, ITEM, other).reports
    assert (lead.source, lead.day, lead.url) == ("Chip Ledger", "May 27", ITEM.link)
    assert (second.title, second.day, second.url) == ("Plant opens", "seen May 27", "")


def test_a_long_summary_ends_with_a_whole_word():
    page = shown(make_brief(ITEM, insight="word " * 60))
    assert page.summary.endswith(" word…")
    assert len(page.summary) <= 200


def test_a_headline_of_the_editor_is_what_is_shown():
    page = shown(NOTHING, headline="  Ours\n too ")
    assert (page.title, page.published) == ("Ours too", at("2026-05-27T09:30"))
