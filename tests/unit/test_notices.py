"""What the mails say that are no issue: one thing each, and nothing that leads nowhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest import notices
from digest.blocks import Link
from digest.errors import ConfigError
from digest.localisation import read_catalog
from digest.model import Brand

BRAND = Brand(name="Harbour Recap")
BASE = "https://recap.example"
MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
SWEDISH = read_catalog(
    "sv",
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    'msgid "You have left"\nmsgstr "Du har lämnat"\n',
)


def test_a_confirmation_has_one_button_and_says_how_long_and_what_if_it_was_not_you():
    notice = notices.confirmation(BRAND, page=f"{BASE}/confirm/abc", days=7)
    assert notice.subject == "Confirm your subscription to Harbour Recap"
    assert notice.button == Link("Open the page to confirm", f"{BASE}/confirm/abc")
    assert notice.remarks[0] == "The page works for 7 days."
    assert "ignore this mail" in notice.remarks[1]
    assert notice.leave == ""


@pytest.mark.parametrize("page", ["", "mailto:recap@post.example", "/confirm/abc"])
def test_a_confirmation_without_a_page_is_refused(page):
    with pytest.raises(ConfigError, match="nobody can open") as caught:
        notices.confirmation(BRAND, page=page, days=7)
    assert "RECAP_BASE_URL" in caught.value.hint


def test_a_welcome_says_what_comes_when_and_how_to_leave():
    leave = f"{BASE}/leave/7.x"
    notice = notices.welcome(BRAND, next_issue=MONDAY, leave=leave, archive=f"{BASE}/issues")
    assert "every week" in notice.paragraphs[0]
    assert notice.paragraphs[1] == "The next one is due on Mon, Jun 1, 2026, 08:00 (Europe/Berlin)."
    assert notice.button == Link("Read earlier issues", f"{BASE}/issues")
    assert notice.leave == leave


def test_a_welcome_says_nothing_of_what_is_not_known_or_served():
    notice = notices.welcome(BRAND, next_issue=None, leave="mailto:recap@post.example")
    assert len(notice.paragraphs) == 2
    assert notice.button is None


def test_an_announcement_says_what_was_done_and_what_to_do():
    told = {"what": "Nobody approved issue 5, so it is held.", "fix": "Approve it."}
    notice = notices.announcement(BRAND, **told, desk=f"{BASE}/desk/issues/5/send")
    assert notice.subject == notice.heading == told["what"]
    assert (notice.paragraphs, notice.preheader) == (("Approve it.",), "Approve it.")
    assert notice.button == Link("Open it at the desk", f"{BASE}/desk/issues/5/send")


def test_an_announcement_after_which_nothing_can_be_done_says_so():
    notice = notices.announcement(BRAND, what="A quiet week: no issue.")
    assert (notice.paragraphs, notice.button) == ((), None)
    assert notice.preheader == "Nothing has to be done."


def test_an_operator_reads_what_where_and_what_to_do():
    lines = ["Chip Ledger: the answer was 503"]
    notice = notices.alert(
        BRAND, problem="2 of 3 sources failed", place="collect", fix="Wait.", lines=lines
    )
    assert notice.subject == "Harbour Recap needs attention: 2 of 3 sources failed"
    assert notice.heading == "2 of 3 sources failed"
    assert notice.paragraphs == ("Where: collect", "What to do: Wait.")
    assert notice.lines == tuple(lines)


def test_where_nothing_can_be_done_nothing_is_said_of_it():
    notice = notices.alert(BRAND, problem="The disk was full.", place="draft", fix="")
    assert notice.paragraphs == ("Where: draft",)
    assert notice.preheader == "Where: draft"


def test_a_long_report_is_cut_and_the_rest_counted():
    lines = [f"line {number}" for number in range(25)]
    notice = notices.alert(BRAND, problem="Much.", place="collect", fix="", lines=lines)
    assert notice.lines == (*lines[:20], "and 5 more")


def test_a_goodbye_leads_back_to_the_page_where_one_is_served():
    notice = notices.goodbye(BRAND, subscribe=f"{BASE}/subscribe")
    assert notice.button == Link("Subscribe again", f"{BASE}/subscribe")
    assert "answer" not in notice.paragraphs[1]
    assert notice.leave == ""


def test_a_goodbye_without_a_page_asks_for_an_answer():
    notice = notices.goodbye(BRAND)
    assert notice.button is None
    assert "answer this mail" in notice.paragraphs[1]


def test_an_inbox_shows_subject_and_preheader_whole():
    notice = notices.alert(BRAND, problem="word " * 60, place="word " * 60, fix="word " * 60)
    assert len(notice.subject) <= 70
    assert len(notice.preheader) <= 140
    assert len(notice.heading) > 200


def test_every_text_is_one_line_without_what_could_break_a_header_or_a_placeholder():
    brand = Brand(name="Harbour\r\nBcc: x@post.example @@NAME@@")
    told = "one\ntwo\x07 @@TO@@"
    notice = notices.alert(brand, problem=told, place=told, fix=told, lines=[told])
    texts = (*notice.texts, notice.subject, notice.preheader, notice.brand.name)
    assert all(text.isprintable() or "\u2060" in text for text in texts)
    assert not any(re.search(r"@@[A-Z]+@@|\n", text) for text in texts)


def test_a_notice_speaks_the_language_of_its_words():
    notice = notices.goodbye(BRAND, words=SWEDISH)
    assert notice.heading == "Du har lämnat"
    assert (notice.language, notice.direction) == ("sv", "ltr")


def test_a_moment_is_told_by_the_clock_of_its_zone():
    notice = notices.welcome(BRAND, next_issue=MONDAY.astimezone(UTC), leave=f"{BASE}/leave/7.x")
    assert "Mon, Jun 1, 2026, 06:00 (UTC)" in notice.paragraphs[1]
