"""Tokens name their reader and their key; older keys still open, others never."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.tokens import (
    Purpose,
    ReviewTicket,
    address_marks,
    check_readable,
    editor_marks,
    key_id,
    keys_of,
    leave_token,
    preferences_token,
    read_leave_token,
    read_preferences_token,
    read_review_token,
    review_token,
    signing_key,
    token_key,
)
from tests.builders import NOW

TICKET = ReviewTicket(Purpose.APPROVE, 22, "a" * 32, "b" * 16, NOW, NOW + timedelta(hours=6))


def test_a_secret_holds_one_key_or_several_the_newest_first():
    assert keys_of("new, old ,older,") == ("new", "old", "older")
    assert keys_of("") == ("",)


def test_a_token_depends_on_the_subscriber_the_key_and_the_page():
    tokens = {leave_token(1, "a"), leave_token(2, "a"), leave_token(1, "b")}
    tokens.add(preferences_token(1, "a"))
    assert len(tokens) == 4
    assert all(re.fullmatch(r"[12]\.[0-9a-f]{6}\.[0-9a-f]{32}", token) for token in tokens)


def test_a_token_is_made_with_the_newest_key_and_names_it():
    assert leave_token(7, "new,old") == leave_token(7, "new")
    assert leave_token(7, "new").split(".")[1] == key_id("new, old")


@pytest.mark.parametrize("secret", ["old", "new,old", "newest, new, old"])
def test_a_token_of_an_older_key_still_opens(secret):
    assert read_leave_token(leave_token(7, "old"), secret) == 7
    assert read_preferences_token(preferences_token(7, "old"), secret) == 7


def test_a_token_of_a_key_that_is_gone_opens_nothing():
    assert read_leave_token(leave_token(7, "old"), "new") is None


def test_one_page_s_token_does_not_open_the_other():
    assert read_leave_token(preferences_token(7, "k"), "k") is None
    assert read_preferences_token(leave_token(7, "k"), "k") is None


def test_another_number_does_not_open():
    _, _, rest = leave_token(7, "k").partition(".")
    assert read_leave_token(f"8.{rest}", "k") is None


@given(st.text())
def test_no_text_that_is_no_token_opens_anything(text):
    assert read_leave_token(text, "k") is None
    assert read_leave_token(f"7.{text}", "k") is None


@pytest.mark.parametrize("number", ["٧", "-7", "07", " 7", "9" * 19])
def test_a_number_is_written_in_one_way(number):
    _, _, rest = leave_token(7, "k").partition(".")
    assert read_leave_token(f"{number}.{rest}", "k") is None


def test_what_was_begun_with_a_key_is_gone_on_with():
    assert signing_key("new,old") == "new"
    assert signing_key("new,old", key_id("old")) == "old"


def test_a_key_that_is_gone_is_named_and_never_shown():
    with pytest.raises(ConfigError) as caught:
        signing_key("new", key_id("old"))
    assert key_id("old") in caught.value.problem
    assert "new," not in str(caught.value)


def test_what_is_kept_of_a_token_is_not_the_token():
    assert token_key("t") == token_key("t") != token_key("u")
    assert len(token_key("t")) == 64


def test_an_address_has_a_mark_under_every_key():
    marks = address_marks("ada@post.example", "new,old")
    assert marks[1:] == address_marks("ada@post.example", "old")
    assert [mark.split(".")[0] for mark in marks] == [key_id("new"), key_id("old")]
    assert address_marks("bob@post.example", "new") != marks[:1]


def test_marks_of_a_lost_key_are_not_passed_over():
    check_readable({key_id("old")}, "new,old")
    with pytest.raises(ConfigError):
        check_readable({key_id("old")}, "new")


@pytest.mark.parametrize("ticket", [TICKET, replace(TICKET, purpose=Purpose.HOLD, send_at=None)])
def test_a_link_of_a_review_says_what_it_was_made_for(ticket):
    token = review_token(ticket, "new")
    assert re.fullmatch(r"[a-z0-9.]+", token)
    for secret in ("new", "newer, new"):
        assert read_review_token(token, secret) == ticket
    for secret in ("other", ""):
        assert read_review_token(token, secret) is None
    assert read_review_token(review_token(ticket, ""), "") is None


def test_a_link_of_a_review_that_was_changed_anywhere_says_nothing():
    token = review_token(TICKET, "k")
    assert read_review_token(token.replace("approve", "hold"), "k") is None
    for place in range(len(token)):
        other = "1" if token[place] != "1" else "2"
        assert read_review_token(token[:place] + other + token[place + 1 :], "k") is None


@given(st.text())
def test_no_text_is_a_link_of_a_review(text):
    assert read_review_token(text, "k") is None


def test_an_editor_is_marked_by_each_key_and_not_to_be_found_by_the_mark():
    newest, older = editor_marks("ada@desk.example", "new,old")
    assert (newest,) == editor_marks("ada@desk.example", "new")
    assert (older,) == editor_marks("ada@desk.example", "old")
    assert re.fullmatch("[0-9a-f]{16}", newest)
    assert newest != editor_marks("bob@desk.example", "new")[0]
