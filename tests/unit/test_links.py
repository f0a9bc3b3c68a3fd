"""A mail links to the pages that are served, and to no other."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from digest.errors import ConfigError
from digest.links import page_links
from digest.model import Brand
from tests.builders import make_issue

BASE = "https://recap.example"
ALL = ("leave", "preferences", "issue", "subscribe")


def test_every_served_page_has_its_address():
    links = page_links(make_issue(), Brand(), BASE + "/", ALL)
    assert links.unsubscribe == f"{BASE}/leave/@@UNSUBSCRIBE@@"
    assert links.preferences == f"{BASE}/preferences/@@PREFERENCES@@"
    assert links.view == f"{BASE}/issues/5"


def test_only_the_page_to_leave_by_is_served_unless_said_otherwise():
    links = page_links(make_issue(), Brand(), BASE)
    assert links.unsubscribe == f"{BASE}/leave/@@UNSUBSCRIBE@@"
    assert (links.preferences, links.view, links.forward) == ("", "", "")


def test_without_a_base_url_no_page_is_served():
    links = page_links(make_issue(), Brand(), " ", ALL)
    assert links.unsubscribe == "mailto:recap@weekly-ai-recap.example?subject=unsubscribe"
    assert (links.preferences, links.view, links.forward) == ("", "", "")


def test_without_a_page_to_leave_by_a_reader_writes_to_where_answers_are_read():
    links = page_links(make_issue(), Brand(reply_to="Desk <desk@post.example>"), BASE, ())
    assert links.unsubscribe == "mailto:desk@post.example?subject=unsubscribe"


def test_a_forwarded_mail_says_the_headline_and_where_to_read_and_subscribe():
    issue = make_issue(subject="Chips & models: 50% off? “Yes”")
    target = urlsplit(page_links(issue, Brand(), BASE, ALL).forward)
    fields = parse_qs(target.query, strict_parsing=True)
    assert (target.scheme, target.path) == ("mailto", "")
    assert fields["subject"] == ["Fwd: Chips & models: 50% off? “Yes”"]
    assert fields["body"][0].split("\r\n") == [
        "Chips & models: 50% off? “Yes”",
        f"{BASE}/issues/5",
        "",
        f"Weekly AI Recap every week: {BASE}/subscribe",
    ]


def test_a_forwarded_mail_names_no_page_to_subscribe_where_none_is_served():
    target = page_links(make_issue(), Brand(), BASE, ("issue",)).forward
    assert "subscribe" not in target


@pytest.mark.parametrize("base_url", ["recap.example", "ftp://recap.example", "javascript:x"])
def test_a_base_url_that_is_no_web_address_is_refused(base_url):
    with pytest.raises(ConfigError, match="base URL"):
        page_links(make_issue(), Brand(), base_url)
