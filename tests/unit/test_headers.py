"""The headers of an issue's mail: what mail programs and mailbox providers read."""

from __future__ import annotations

import re
from email.header import decode_header, make_header

import pytest

from digest.headers import SUBSCRIBER, mail_headers, mail_tags, reader_tag
from digest.links import page_links
from digest.model import Brand
from tests.builders import make_issue

BASE = "https://recap.example"


def headers_of(brand: Brand | None = None, base_url: str = BASE, **fields):
    issue, brand = make_issue(**fields), brand or Brand()
    return mail_headers(issue, brand, page_links(issue, brand, base_url))


def test_a_page_on_https_is_left_in_one_click():
    headers = headers_of()
    assert headers["List-Unsubscribe"] == f"<{BASE}/leave/@@UNSUBSCRIBE@@>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_where_answers_are_read_a_reader_may_also_leave_by_writing():
    header = headers_of(Brand(reply_to="desk@post.example"))["List-Unsubscribe"]
    write = "<mailto:desk@post.example?subject=unsubscribe>"
    assert header == f"<{BASE}/leave/@@UNSUBSCRIBE@@>, {write}"
    assert header.count("https:") == 1


def test_without_a_page_there_is_one_way_out_and_no_one_click():
    headers = headers_of(Brand(reply_to="desk@post.example"), base_url="")
    assert headers["List-Unsubscribe"] == "<mailto:desk@post.example?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in headers


def test_a_page_on_plain_http_promises_no_one_click():
    headers = headers_of(base_url="http://localhost:8080/")
    assert headers["List-Unsubscribe"] == "<http://localhost:8080/leave/@@UNSUBSCRIBE@@>"
    assert "List-Unsubscribe-Post" not in headers


def test_replies_go_where_the_brand_says():
    assert headers_of(Brand(reply_to="desk@post.example"))["Reply-To"] == "desk@post.example"
    assert "Reply-To" not in headers_of()


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("Weekly AI Recap", "Weekly AI Recap"),
        ('AI, "the" recap\\', r'"AI, \"the\" recap\\"'),
        ("", ""),
    ],
)
def test_a_list_is_named_by_its_brand_and_known_by_its_address(name, phrase):
    expected = f"{phrase} <recap.weekly-ai-recap.example>".strip()
    assert headers_of(Brand(name=name))["List-ID"] == expected


@pytest.mark.parametrize("name", ["Straße der KI " * 9, "週刊AI", "a =?utf-8?q?b?= c"])
def test_a_name_that_is_not_plain_is_written_in_encoded_words(name):
    header = headers_of(Brand(name=name))["List-ID"]
    words = header.removesuffix(" <recap.weekly-ai-recap.example>")
    assert header.isascii()
    assert "\n" not in header
    assert all(len(word) <= 75 for word in words.split())
    assert str(make_header(decode_header(words))) == " ".join(name.split())


def test_complaints_are_counted_by_issue_list_and_sender_of_5_to_15_characters():
    issue, kind, list_, sender = headers_of()["Feedback-ID"].split(":")
    assert (issue, kind, list_, sender) == (
        "issue-5", "newsletter", "list-recap", "weekly-ai-recap",
    )  # fmt: skip
    short = headers_of(Brand(sender="A <a@b.c>"))["Feedback-ID"].split(":")[3]
    assert re.fullmatch(r"[\w-]{5,15}", short)


def test_one_message_id_an_issue_and_a_subscriber():
    assert headers_of()["Message-ID"] == (
        "<issue-5.2026-W22.@@SUBSCRIBER@@@weekly-ai-recap.example>"
    )


def test_no_header_asks_machines_for_another_treatment():
    names = {name.lower() for name in headers_of(Brand(reply_to="desk@post.example"))}
    assert not names & {"precedence", "auto-submitted", "x-auto-response-suppress"}


def test_every_header_is_one_line_of_ascii_whatever_the_brand_is_called():
    brand = Brand(name="Straße\r\nBcc: x@y.example", reply_to="desk@post.example\r\nX: y")
    for value in headers_of(brand).values():
        assert value.isascii()
        assert not re.search(r"[\r\n]", value)


def test_tags_have_letters_digits_underscores_and_hyphens_only():
    tags = mail_tags(make_issue())
    assert dict(tags) == {"issue": "5", "week": "2026-W22", "reader": SUBSCRIBER}
    values = (tags["issue"], tags["week"], reader_tag("7.0a1b2c"))
    assert values[-1] == "7-0a1b2c"
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value) for value in values)
