"""Lines of lists as Mailchimp, Substack, listmonk and we export them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.errors import InputError
from digest.exports import FIELDS
from digest.model import Profile, SubscriberStatus
from digest.roster import Entry, Lines, Refused
from tests.builders import NOW, at

UNCONFIRMED, CONFIRMED, LEFT = SubscriberStatus
MAILCHIMP = {
    "Email Address": "ada@post.example",
    "First Name": "Ada",
    "Last Name": "Lovelace",
    "OPTIN_TIME": "2021-01-01 10:00:00",
    "CONFIRM_TIME": "2021-01-01 10:05:00",
    "CONFIRM_IP": "203.0.113.9",
    "TIMEZONE": "Europe/London",
    "LEID": "7",
}
SUBSTACK = {
    "email": "ada@post.example",
    "active_subscription": "false",
    "email_disabled": "false",
    "created_at": "2024-01-15T10:00:00.000Z",
}
LISTMONK = {
    "uuid": "0",
    "email": "ada@post.example",
    "name": "Ada",
    "attributes": "{}",
    "status": "enabled",
    "created_at": "2023-01-02 15:04:05.123456 +0200 CEST",
}


def read(cells: dict[str, str], **options) -> Entry | Refused:
    (line,) = Lines(list(cells), now=NOW, **options).read([2], [[one] for one in cells.values()])
    return line


def test_a_line_of_mailchimp_proves_consent_by_time_and_network():
    assert read(MAILCHIMP) == Entry(
        2,
        "ada@post.example",
        Profile("Ada Lovelace", zone="Europe/London"),
        CONFIRMED,
        at("2021-01-01T10:00"),
        at("2021-01-01T10:05"),
        None,
        "mailchimp, from 203.0.113.0/24",
        "",
        None,
    )


def test_without_an_address_the_time_alone_is_the_proof():
    line = read({**MAILCHIMP, "CONFIRM_IP": ""})
    assert line.evidence == "mailchimp"


def test_a_line_that_proves_nothing_is_refused_unless_the_operator_does():
    line = {**MAILCHIMP, "CONFIRM_TIME": ""}
    assert read(line).reason == "nothing proves consent"
    assert read(line, evidence="moved with all \n their proofs").evidence == (
        "moved with all their proofs"
    )


@pytest.mark.parametrize("moment", ["2021-02-03 04:05:06", ""])
def test_everyone_in_mailchimp_s_file_of_those_who_left_has_left(moment):
    line = read({**MAILCHIMP, "UNSUB_TIME": moment})
    assert line.status is LEFT
    assert line.left_at == (datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC) if moment else None)


@pytest.mark.parametrize("moment", ["2021-02-03 04:05:06", ""])
def test_everyone_in_mailchimp_s_file_of_the_cleaned_is_suppressed(moment):
    line = read({**MAILCHIMP, "CLEAN_TIME": moment})
    assert (line.status, line.suppressed) == (None, "cleaned")


def test_in_files_of_mailchimp_put_together_each_line_tells():
    both = {**MAILCHIMP, "UNSUB_TIME": "", "CLEAN_TIME": ""}
    assert read(both).status is CONFIRMED
    assert read({**both, "UNSUB_TIME": "2021-02-03 04:05:06"}).status is LEFT
    assert read({**both, "CLEAN_TIME": "2021-02-03 04:05:06"}).suppressed == "cleaned"


def test_a_line_of_substack_needs_the_operator_s_word():
    with pytest.raises(InputError, match="proves consent"):
        read(SUBSTACK)
    line = read(SUBSTACK, evidence="signed up at ada.example")
    assert (line.status, line.asked_at) == (CONFIRMED, at("2024-01-15T10:00"))


def test_who_switched_mail_off_at_substack_has_left():
    assert read({**SUBSTACK, "email_disabled": "true"}, evidence="x").status is LEFT


def test_substack_s_other_export_is_known_by_its_start_date():
    line = read(
        {"Email": "ada@post.example", "Name": "Ada", "Start date": "2024-01-15"}, evidence="x"
    )
    assert (line.profile.name, line.asked_at) == ("Ada", at("2024-01-15"))


@pytest.mark.parametrize(
    ("word", "status", "suppressed"),
    [
        ("enabled", CONFIRMED, ""),
        ("disabled", LEFT, ""),
        ("blocklisted", None, "blocklisted"),
        ("Unconfirmed", UNCONFIRMED, ""),
    ],
)
def test_a_line_of_listmonk_says_its_status(word, status, suppressed):
    line = read({**LISTMONK, "status": word}, evidence="moved")
    assert (line.status, line.suppressed) == (status, suppressed)
    assert line.asked_at == datetime(2023, 1, 2, 13, 4, 5, 123456, tzinfo=UTC)


def test_a_status_that_nobody_knows_is_refused():
    line = read({**LISTMONK, "status": "limbo"}, evidence="moved")
    assert line == Refused(2, "unknown status", "limbo")


def ours(**cells: str) -> dict[str, str]:
    return {**dict.fromkeys(FIELDS, ""), "email": "ada@post.example", **cells}


def test_our_own_line_comes_back_whole():
    line = read(
        ours(
            name="'=Ada",
            status="unsubscribed",
            language="pt-BR",
            zone="Europe/Lisbon",
            themes='["Chips & memory"]',
            roles="researcher; editor",
            asked_at="2024-01-15T10:00:00+00:00",
            confirmed_at="2024-01-15T10:05:00+00:00",
            left_at="2024-02-15T10:05:00+00:00",
            evidence="form subscribe 1",
            suppressed="bounced",
            suppressed_at="2024-03-15T10:05:00+00:00",
        )
    )
    profile = Profile(
        "=Ada", "pt-BR", "Europe/Lisbon", ("Chips & memory",), ("researcher", "editor")
    )
    assert line == Entry(
        2, "ada@post.example", profile, LEFT, at("2024-01-15T10:00"), at("2024-01-15T10:05"),
        at("2024-02-15T10:05"), "form subscribe 1", "bounced", at("2024-03-15T10:05"),
    )  # fmt: skip


def test_our_own_line_without_a_status_only_tells_of_a_suppression():
    assert read(ours(suppressed="complained")).status is None


def test_our_own_time_of_confirmation_is_proof_enough():
    line = read(ours(status="confirmed", confirmed_at="2024-01-15T10:05:00+00:00"))
    assert (line.status, line.evidence) == (CONFIRMED, "")


def test_a_plain_list_of_addresses_takes_the_operator_s_word():
    line = read({"email": " Ada@POST.example "}, evidence="signed on paper, 3 May 2026")
    assert (line.email, line.status, line.profile) == ("Ada@post.example", CONFIRMED, Profile())


def test_what_is_no_address_is_refused_with_the_value():
    line = read({"email": "ada"}, evidence="x")
    assert line.reason == "no valid address"
    assert "`ada`" in line.detail


@pytest.mark.parametrize(
    "moment", ["2030-01-01", "03/04/2026", "soon", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_to_come_or_that_reads_in_two_ways_is_none(moment):
    assert read({**SUBSTACK, "created_at": moment}, evidence="x").asked_at is None


def test_columns_are_mapped_by_hand():
    cells = {"E-Mail": "ada@post.example", "Vorname": "Ada", "Land": "DE"}
    line = read(cells, mapped={"e-mail": "email", "Vorname": "first_name"}, evidence="x")
    assert (line.email, line.profile.name) == ("ada@post.example", "Ada")


def test_a_format_can_be_named():
    lines = Lines(["Email Address"], named="mailchimp", evidence="x", now=NOW)
    assert lines.format.name == "mailchimp"


@pytest.mark.parametrize(
    ("columns", "options", "told"),
    [
        (["who"], {}, "hold addresses"),
        (["email"], {"named": "outlook"}, "no format"),
        (["email"], {"mapped": {"mail": "email"}}, "no column `mail`"),
        (["email"], {"mapped": {"email": "salary"}}, "no field `salary`"),
        (["email"], {"evidence": ""}, "proves consent"),
    ],
)
def test_a_list_that_is_not_understood_is_refused_as_a_whole(columns, options, told):
    with pytest.raises(InputError, match=told):
        Lines(columns, now=NOW, **{"evidence": "x", **options})


@pytest.mark.parametrize("column", ["zone", "timezone", "Time_Zone"])
def test_a_zone_is_read_in_any_case_from_a_column_of_any_usual_name(column):
    line = read({"email": "ada@post.example", column: "america/new_york"}, evidence="x")
    assert line.profile.zone == "America/New_York"


def test_names_of_no_zone_are_counted_and_their_lines_taken():
    lines = Lines(["email", "zone"], evidence="x", now=NOW)
    zones = ["Mars/Base", "", "Mars/Base", "utc"]
    people = [f"reader{number}@post.example" for number in range(4)]
    read_lines = lines.read([2, 3, 4, 5], [people, zones])
    assert [one.profile.zone for one in read_lines] == ["", "", "", "UTC"]
    assert lines.unknown_zones == {"Mars/Base": 2}
