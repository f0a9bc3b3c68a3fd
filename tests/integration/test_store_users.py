"""Users, sessions and the audit log, on each database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digest.accounts import IDLE, LOCAL
from digest.errors import InputError, StateError
from digest.model import AuditLine, Role
from digest.pipeline import accounts
from digest.store import Store, schema
from digest.tokens import token_key
from tests.builders import NOW

PASSWORD = "four plain words here"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ada(store: Store) -> str:
    return accounts.add_user(store, "Ada", Role.EDITOR, PASSWORD, now=NOW)


def stored(store: Store, table: sa.Table):
    with store.audience._database.read() as connection:
        return list(connection.execute(sa.select(table)).mappings())


def test_a_password_is_kept_as_argon2id_alone(store, ada):
    (row,) = stored(store, schema.desk_user)
    assert row["password_hash"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in str(stored(store, schema.audit_line))


def test_the_same_name_is_not_added_twice(store, ada):
    with pytest.raises(StateError, match="already"):
        accounts.add_user(store, "ADA", Role.PUBLISHER, PASSWORD, now=NOW)
    assert [user.role for user in store.users.all()] == [Role.EDITOR]


def test_the_right_password_begins_a_session_and_no_other_does(store, ada):
    assert accounts.sign_in(store, " ADA ", PASSWORD, token="t", now=NOW)
    for name, password in [(ada, "wrong"), ("nobody", PASSWORD), (LOCAL, ""), (ada, "")]:
        assert not accounts.sign_in(store, name, password, token="u", now=NOW)
    session = store.users.sessions.find(token_key("t"), NOW)
    assert session is not None
    assert session.user.name == "ada"
    assert store.users.sessions.find(token_key("u"), NOW) is None


def test_only_a_hash_of_the_token_is_kept(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="the token", now=NOW)
    assert "the token" not in str(stored(store, schema.desk_session))


def test_a_hash_with_other_parameters_is_made_anew_when_its_user_comes(store, ada):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    store.users.rehash(ada, old)
    assert accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    assert "m=65536,t=3" in store.users.password_hash(ada)
    assert accounts.sign_in(store, ada, PASSWORD, token="u", now=NOW)
    assert store.users.sessions.find(token_key("t"), NOW) is not None


def test_a_session_ends_after_twelve_hours_without_a_call(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    find = store.users.sessions.find
    half = NOW + IDLE / 2
    assert find(token_key("t"), half) is not None
    assert find(token_key("t"), half + IDLE - timedelta(minutes=1)) is not None
    assert find(token_key("t"), half + 2 * IDLE) is None


def test_a_session_ends_after_seven_days_however_busy(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    for hours in range(0, 7 * 24, 6):
        assert store.users.sessions.find(token_key("t"), NOW + timedelta(hours=hours)) is not None
    assert store.users.sessions.find(token_key("t"), NOW + timedelta(days=7)) is None


def test_sessions_that_are_over_are_forgotten_at_the_next_sign_in(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    accounts.sign_in(store, ada, PASSWORD, token="u", now=NOW + timedelta(days=8))
    assert len(stored(store, schema.desk_session)) == 1


def test_looking_at_a_session_writes_nothing(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    before = stored(store, schema.desk_session)
    holder = store.users.sessions.holder(token_key("t"), LATER)
    assert holder is not None
    assert holder.name == ada
    assert store.users.sessions.holder(token_key("x"), LATER) is None
    assert stored(store, schema.desk_session) == before


def test_a_changed_password_ends_the_other_sessions(store, ada):
    for token in "tuv":
        accounts.sign_in(store, ada, PASSWORD, token=token, now=NOW)
    new = "another four plain words"
    accounts.set_password(store, ada, new, now=NOW, keep=token_key("u"))
    alive = [one for one in "tuv" if store.users.sessions.find(token_key(one), NOW)]
    assert alive == ["u"]
    assert accounts.knows_password(store, ada, new)
    assert not accounts.knows_password(store, ada, PASSWORD)


def test_a_changed_role_holds_at_once(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    accounts.set_role(store, ada, Role.PUBLISHER, now=NOW)
    assert store.users.sessions.find(token_key("t"), NOW).user.role is Role.PUBLISHER


def test_a_disabled_user_is_signed_out_and_kept_out_until_let_in(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    accounts.set_disabled(store, ada, True, now=NOW, by="ben")
    assert store.users.sessions.find(token_key("t"), NOW) is None
    assert not accounts.sign_in(store, ada, PASSWORD, token="u", now=NOW)
    accounts.set_disabled(store, ada, False, now=NOW, by="ben")
    assert accounts.sign_in(store, ada, PASSWORD, token="u", now=NOW)


def test_a_removed_user_is_gone_with_their_sessions_and_their_lines_stay(store, ada):
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    accounts.remove_user(store, ada, now=NOW)
    assert store.users.all() == ()
    assert stored(store, schema.desk_session) == []
    assert "signed in" in [line.what for _, line in store.users.audit.lines()]


@pytest.mark.parametrize("act", ["role", "password", "disable", "remove"])
def test_nobody_is_changed_who_is_not_there(store, act):
    acts = {
        "role": lambda: accounts.set_role(store, "ben", Role.EDITOR, now=NOW),
        "password": lambda: accounts.set_password(store, "ben", PASSWORD, now=NOW),
        "disable": lambda: accounts.set_disabled(store, "ben", True, now=NOW, by="ada"),
        "remove": lambda: accounts.remove_user(store, "ben", now=NOW),
    }
    with pytest.raises(InputError, match="no user `ben`"):
        acts[act]()
    assert store.users.audit.lines() == ()


def test_a_link_lets_the_operator_in_once(store):
    accounts.make_link(store, token="link", now=NOW)
    assert accounts.follow_link(store, "link", token="t", now=NOW)
    user = store.users.sessions.find(token_key("t"), NOW).user
    assert (user.name, user.role, user.has_password) == (LOCAL, Role.PUBLISHER, False)
    assert not accounts.follow_link(store, "link", token="u", now=NOW)


@pytest.mark.parametrize("minutes", [5, 60])
def test_a_link_opens_for_five_minutes(store, minutes):
    accounts.make_link(store, token="link", now=NOW)
    late = NOW + timedelta(minutes=minutes)
    assert not accounts.follow_link(store, "link", token="t", now=late)


def test_a_link_is_no_session_and_a_session_no_link(store, ada):
    accounts.make_link(store, token="link", now=NOW)
    assert store.users.sessions.find(token_key("link"), NOW) is None
    accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
    assert not accounts.follow_link(store, "t", token="u", now=NOW)


def test_the_first_user_closes_the_way_by_links(store):
    accounts.make_link(store, token="link", now=NOW)
    accounts.make_link(store, token="other", now=NOW)
    assert accounts.follow_link(store, "link", token="t", now=NOW)
    accounts.add_user(store, "ada", Role.PUBLISHER, PASSWORD, now=NOW)
    assert store.users.sessions.find(token_key("t"), NOW) is None
    assert not accounts.follow_link(store, "other", token="u", now=NOW)
    accounts.make_link(store, token="third", now=NOW)
    assert not accounts.follow_link(store, "third", token="u", now=NOW)


def test_the_audit_log_is_read_newest_first_and_by_issue(store):
    for number in (1, 2, 1, None):
        store.users.audit.note(AuditLine(NOW, "ada", f"did {number}", number, "so"))
    whats = [line.what for _, line in store.users.audit.lines()]
    assert whats == ["did None", "did 1", "did 2", "did 1"]
    of_one = store.users.audit.lines(issue=1)
    assert [line.issue for _, line in of_one] == [1, 1]
    assert store.users.audit.lines(before=of_one[-1][0]) == ()
    assert len(store.users.audit.lines(most=2)) == 2


def test_whoever_waits_too_long_for_a_check_is_told(store, ada, monkeypatch):
    monkeypatch.setattr(accounts, "_TURN_SECONDS", 0.01)
    with accounts._a_turn(), accounts._a_turn(), pytest.raises(StateError, match="too many"):
        accounts.sign_in(store, ada, PASSWORD, token="t", now=NOW)
