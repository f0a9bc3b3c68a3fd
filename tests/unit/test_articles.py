"""The text of a page is a report's article, or it is not used."""

from __future__ import annotations

import pytest

from digest.articles import LONGEST, article_text, read_on, worth_reading_on
from tests.builders import make_item, make_story

ITEM = make_item(
    "chip",
    "Northwind shows an accelerator for long contexts",
    summary="Northwind has shown an accelerator that holds long contexts in its own memory.",
)
TOLD = (
    "Northwind has shown an accelerator that holds long contexts in its own memory. "
    "The part draws 350 watts and ships in October to three cloud providers."
)


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [("", True), ("x" * 599, True), ("x" * 600, False), ("x" * 700 + "…", True)],
)
def test_a_short_or_cut_summary_is_worth_reading_on(summary, wanted):
    assert worth_reading_on(make_item(summary=summary)) is wanted


def test_sentences_are_taken_and_headings_and_captions_are_not():
    page = f"Accelerators\n{TOLD}\n- It costs &lt;$9,000.\nPhoto of the part"
    assert article_text(page, ITEM) == (f"{TOLD} It costs <$9,000.", "")


@pytest.mark.parametrize(
    "wall",
    [
        "Subscribe to continue reading.",
        "Log in or register to read the full story.",
        "This article is for subscribers only.",
        "Already a subscriber? Sign in",
        "You have 2 free articles left",
        "We and our 812 partners store information on your device, such as cookies.",
        "This website uses cookies to measure visits.",
        "Please enable JavaScript to view this page.",
        "JavaScript is disabled in your browser.",
        "Please disable your ad blocker.",
    ],
)
def test_a_wall_is_not_used_though_the_first_sentences_stand_before_it(wall):
    text, reason = article_text(f"{TOLD}\n{wall}", ITEM)
    assert (text, "shows a wall" in reason) == ("", True)


def test_a_notice_beside_a_whole_article_is_left_out():
    body = "\n".join(
        f"The accelerator passed test {n} of the memory of Northwind." for n in range(40)
    )
    text, reason = article_text(f"{TOLD}\n{body}\nThis website uses cookies to count visits.", ITEM)
    assert (reason, "cookies" in text, text.startswith(TOLD)) == ("", False, True)


@pytest.mark.parametrize(
    "page",
    [
        "A bridge was closed for repairs. Drivers take the road along the river until May.",
        "Northwind has opened a canteen. Its cooks serve soup and noodles at noon.",
        f"{'The river rose by a metre in a day. ' * 60}{TOLD}",
        "Northwind shows an accelerator for long contexts. A river flooded its banks in spring.",
    ],
    ids=["other", "same company", "late in a list", "only the title"],
)
def test_the_text_of_another_article_is_not_used(page):
    assert article_text(page, ITEM) == ("", "the text of the page is not of this article")


@pytest.mark.parametrize("page", ["", "Home\nAbout\nContact"])
def test_a_page_without_sentences_has_no_text(page):
    assert article_text(page, ITEM) == ("", "the page has no text of an article")


def test_a_text_that_adds_nothing_is_not_used():
    assert article_text(ITEM.summary, ITEM) == ("", "the page says no more than the feed")


def test_a_title_alone_is_enough_to_know_an_article_by():
    assert article_text(TOLD, make_item(title=ITEM.title, summary=""))[1] == ""


def test_a_long_article_is_cut():
    text, _ = article_text("\n".join([TOLD] * 100), ITEM)
    assert LONGEST - 100 < len(text) <= LONGEST


def test_a_text_stands_in_for_a_summary_that_it_begins_with_and_behind_any_other():
    cut = make_item("cut", summary="Northwind has shown an accelerator that …")
    other = make_item("other", summary="It was shown on Tuesday.")
    plain = make_item("plain", summary="It stays.")
    story = make_story(cut, other, plain)
    read = read_on(story, {"cut": TOLD, "other": TOLD})
    assert [item.summary for item in read.items] == [
        TOLD,
        f"It was shown on Tuesday. {TOLD}",
        "It stays.",
    ]
    assert read_on(story, {"elsewhere": TOLD}) is story
