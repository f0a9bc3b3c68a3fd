from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from digest.accounts import IDLE, LONGEST, check_password, is_over, user_name
from digest.errors import InputError

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"), [("ada", "ada"), (" Ada.Lovelace ", "ada.lovelace"), ("a-1_b", "a-1_b")]
)
def test_a_name_is_kept_in_lower_case(typed, kept):
    assert user_name(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "-a", "ada lovelace", "a" * 41, "ada\n", "ädä", "a/b"])
def test_what_is_no_name_is_refused(typed):
    typed = typed if typed != "ada\n" else "ada\nben"
    with pytest.raises(InputError, match="no name for a user"):
        user_name(typed)


def test_the_operator_of_the_machine_is_no_user_to_add():
    with pytest.raises(InputError, match="needs no password"):
        user_name("Local")


def test_a_password_of_twelve_characters_is_long_enough():
    check_password("x" * 12)


@pytest.mark.parametrize("length", [0, 11, 1001])
def test_a_password_of_another_length_is_refused_and_not_shown(length):
    with pytest.raises(InputError, match=f"has {length} characters") as told:
        check_password("q" * length)
    assert "qqq" not in str(told.value)


@pytest.mark.parametrize(
    ("idle", "age", "over"),
    [
        (timedelta(), timedelta(), False),
        (IDLE - timedelta(seconds=1), timedelta(days=1), False),
        (IDLE, timedelta(days=1), True),
        (timedelta(), LONGEST, True),
    ],
)
def test_a_session_ends_unused_or_old(idle, age, over):
    begun = NOW - age
    assert is_over(NOW, seen_at=NOW - idle, expires_at=begun + LONGEST) is over
