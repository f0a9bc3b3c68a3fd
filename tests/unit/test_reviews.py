"""What the mail says that asks for a review: the draft, its faults, and what happens when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest import reviews
from digest.blocks import Link
from digest.layout import lay_out
from digest.links import page_links
from digest.model import Brand, Brief, Sentence
from digest.reviews import Fault, Preflight, Terms, Ways
from tests.builders import make_issue, make_item, make_story, make_theme

BRAND = Brand(name="Harbour Recap")
BASE = "https://recap.example"
MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
CLEAN = Preflight((), (), 1204)
WAYS = Ways(f"{BASE}/o", f"{BASE}/a", f"{BASE}/h", MONDAY + timedelta(hours=6))
FAULT = Fault("empty-subject", "subject: it is empty", "write one")


def story(name, brief="", score=1.0):
    said = Brief(insight=(Sentence(brief, (name,)),)) if brief else Brief()
    made = make_story(make_item(name, f"Headline {name}", url=f"https://paper.example/{name}"))
    return replace(made, brief=said, score=score)


ISSUE = make_issue(
    make_theme("Chips", [story("a", "It costs less. ", 3.0), story("b", "x" * 300)]),
    make_theme("Policy", [story("c", "Headline c.")]),
    also=(story("d"),),
    title="",
)


def review(issue=ISSUE, **fields):
    page = lay_out(issue, BRAND, links=page_links(issue, BRAND, BASE, ("issue",)))
    given = {"preflight": CLEAN, "terms": Terms(MONDAY, "hold"), "ways": WAYS}
    return reviews.review(BRAND, issue, page, **given | fields)


def section(notice, heading):
    (found,) = [part for part in notice.sections if part.heading == heading]
    return found


def test_it_says_what_waits_whom_it_reaches_when_it_leaves_and_what_if_nobody_looks():
    notice = review()
    assert notice.heading == "Issue 5 waits for your review"
    assert notice.subject.startswith("Issue 5 waits for your review: ")
    assert notice.paragraphs == (
        f"Its subject: {ISSUE.subject}",
        "4 stories in 2 themes. It would reach 1,204 readers.",
        "It is to be sent on Mon, Jun 1, 2026, 08:00 (Europe/Berlin).",
        "If nobody approves it by then, it is held, and nothing is sent.",
    )
    assert notice.button == Link("Open the draft", f"{BASE}/o")
    assert notice.ways == (Link("Approve it", f"{BASE}/a"), Link("Hold it", f"{BASE}/h"))
    assert "14:00 (Europe/Berlin)" in notice.remarks[1]


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (Terms(MONDAY, "send"), "the schedule does, if nothing is to be mended"),
        (Terms(MONDAY, "hold", required=False), "the schedule does, if nothing is to be mended"),
        (Terms(MONDAY, "skip"), "nobody gets this issue"),
        (Terms(None, "hold"), "Nothing is sent before somebody approves it."),
    ],
)
def test_it_says_what_its_schedule_does_by_default(terms, told):
    assert any(told in text for text in review(terms=terms).paragraphs)


def test_a_reminder_begins_with_the_time_that_is_left():
    notice = review(terms=Terms(MONDAY, "hold", left=timedelta(hours=4)))
    assert notice.kind == "reminder"
    assert notice.heading == "4 hours left: Issue 5 waits for your review"


def test_without_pages_the_commands_are_named():
    notice = review(ways=Ways())
    assert (notice.button, notice.ways, notice.remarks) == (None, (), ())
    for command in ("recap show 5", "recap approve 5", "recap hold 5"):
        assert command in notice.paragraphs[-1]


def test_the_stories_stand_in_reading_order_with_source_and_one_sentence():
    notice = review()
    assert [part.heading for part in notice.sections[1:]] == [
        "On top", "Chips", "Policy", "Also this week",
    ]  # fmt: skip
    (lead,) = section(notice, "On top").lines
    assert (lead.about, lead.url) == ("Headline a", "https://paper.example/a")
    assert lead.text.endswith(" · It costs less.")
    (second,) = section(notice, "Chips").lines
    assert second.text.endswith("…")
    (third,) = section(notice, "Policy").lines
    assert " · " not in third.text  # a sentence that is the headline says nothing


def test_what_an_editor_titled_has_no_story_on_top():
    assert "On top" not in [part.heading for part in review(replace(ISSUE, title="Chips")).sections]


def test_what_has_to_be_mended_comes_first_and_there_is_no_link_to_approve():
    found = Preflight((FAULT,), (Fault("long", "HTML: it is long", "shorten it", 4),), 1)
    notice = review(preflight=found)
    check = section(notice, "The check: 1 error, 1 warning")
    assert [line.about for line in check.lines] == [
        "To mend: subject: it is empty", "HTML: it is long",
    ]  # fmt: skip
    assert check.lines[1].text == "Shorten it · and 4 more · long"
    assert "It cannot be approved" in notice.paragraphs[-1]
    assert notice.ways == (Link("Hold it", f"{BASE}/h"),)


def test_a_clean_draft_says_so_and_many_faults_are_counted():
    assert section(review(), "The check: 0 warnings").lines[0].text == "Nothing was found."
    many = tuple(replace(FAULT, rule=str(number)) for number in range(25))
    lines = section(review(preflight=Preflight((), many, 1)), "The check: 25 warnings").lines
    assert (len(lines), lines[-1].text) == (21, "and 5 more")
