from __future__ import annotations

import ipaddress
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.consent import (
    PAUSED,
    Confirming,
    asking_refusal,
    checked_address,
    confirming,
    form_evidence,
    normalise_address,
    refusal,
    tidy_profile,
    truncated_ip,
)
from digest.errors import InputError
from digest.model import Profile, SubscriberStatus
from tests.builders import NOW


def test_an_address_is_trimmed_and_its_domain_lower_cased():
    assert normalise_address("  Ada@Reader.EXAMPLE ") == "Ada@reader.example"


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@", "a b@x.example", "ada@x", "a@x.example\r\nBcc: b@x.example"]
)
def test_what_is_no_address_is_refused_with_the_value(text):
    with pytest.raises(InputError) as caught:
        normalise_address(text)
    assert "is not an e-mail address" in caught.value.problem


def test_a_confirmed_subscriber_may_be_written_to():
    assert refusal(SubscriberStatus.CONFIRMED, suppressed=False) == ""


def test_suppression_wins_over_consent():
    assert refusal(SubscriberStatus.CONFIRMED, suppressed=True) == "the address is suppressed"


@pytest.mark.parametrize("status", [SubscriberStatus.UNCONFIRMED, SubscriberStatus.UNSUBSCRIBED])
def test_without_consent_the_reason_names_where_they_stand(status):
    assert status.value in refusal(status, suppressed=False)


def refused(status=None, *, suppressed=False, asked=()):
    return asking_refusal(status, suppressed=suppressed, asked=asked, now=NOW)


def hours_ago(*hours):
    return [NOW - timedelta(hours=number) for number in hours]


@pytest.mark.parametrize(
    "status", [None, SubscriberStatus.UNCONFIRMED, SubscriberStatus.UNSUBSCRIBED]
)
def test_whoever_is_not_confirmed_may_be_asked(status):
    assert refused(status) == ""


def test_the_suppressed_and_the_confirmed_are_not_asked():
    assert "suppressed" in refused(suppressed=True)
    assert "confirmed" in refused(SubscriberStatus.CONFIRMED)


def test_an_address_is_asked_once_in_24_hours():
    assert "24 hours" in refused(SubscriberStatus.UNCONFIRMED, asked=hours_ago(23.9))
    assert refused(SubscriberStatus.UNCONFIRMED, asked=hours_ago(24)) == ""


def test_an_address_that_never_answers_is_asked_three_times():
    assert refused(SubscriberStatus.UNCONFIRMED, asked=hours_ago(100, 200)) == ""
    assert "3 times" in refused(SubscriberStatus.UNCONFIRMED, asked=hours_ago(100, 200, 300))


def test_a_clock_that_was_set_back_asks_nobody_twice():
    assert refused(SubscriberStatus.UNCONFIRMED, asked=hours_ago(-5)) != ""


def outcome(status=SubscriberStatus.UNCONFIRMED, *, suppressed=False, used=False, days=7):
    expires_at = NOW + timedelta(days=days)
    return confirming(status, suppressed=suppressed, used=used, expires_at=expires_at, now=NOW)


def test_a_token_confirms_until_it_expires():
    assert outcome() is Confirming.DONE
    assert outcome(days=0) is Confirming.EXPIRED


def test_a_used_token_tells_whether_the_person_is_still_confirmed():
    assert outcome(SubscriberStatus.CONFIRMED, used=True) is Confirming.BEFORE
    assert outcome(SubscriberStatus.UNSUBSCRIBED, used=True) is Confirming.EXPIRED


def test_a_suppressed_address_confirms_nothing():
    assert outcome(suppressed=True) is Confirming.SUPPRESSED


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unknown", ""),
    ],
)
def test_of_an_ip_address_only_the_network_is_kept(ip, network):
    assert truncated_ip(ip) == network


@given(
    st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,3}){3}", fullmatch=True) | st.ip_addresses(v=4).map(str)
)
def test_the_quick_way_reads_networks_as_the_library_does(ip):
    try:
        expected = str(ipaddress.ip_network(f"{ipaddress.IPv4Address(ip)}/24", strict=False))
    except ValueError:
        expected = ""
    assert truncated_ip(ip) == expected


def test_the_evidence_of_a_form_names_its_version_and_the_network():
    assert form_evidence("subscribe 1", "203.0.113.77") == "form subscribe 1 from 203.0.113.0/24"
    assert form_evidence("subscribe 1", "") == "form subscribe 1"


def test_a_profile_is_kept_in_lines_that_a_mail_may_hold():
    tidied = tidy_profile(
        Profile(
            name=" Ada\r\nBcc: all@x.example\x00 \u202eolleh",
            language="pt-BR",
            zone="Europe/Berlin",
            themes=("Chips", "", " Chips "),
            roles=("x" * 300,),
        )
    )
    assert tidied == Profile(
        "Ada Bcc: all@x.example olleh", "pt-BR", "Europe/Berlin", ("Chips",), ("x" * 200,)
    )


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "/etc", "a\x00b"])
def test_a_zone_or_language_that_is_none_is_left_out(zone):
    assert tidy_profile(Profile(zone=zone, language="no language")) == Profile()


LABELS = st.from_regex(r"[A-Za-z0-9-]{1,6}", fullmatch=True)
DOMAINS = st.builds(
    lambda labels, top: ".".join([*labels, top]),
    st.lists(LABELS | st.sampled_from(["xn--mnchen-3ya", "a" * 64, "ab--c"]), max_size=3),
    st.sampled_from(["example", "org", "EXAMPLE", "test", "local", "arpa", "c", "x1", "11", ""])
    | LABELS,
)
NAMES = st.from_regex(r"[A-Za-z0-9._+\-'=/\"é]{1,8}", fullmatch=True) | st.sampled_from(
    ["Postmaster", "INFO", "info", "x" * 65, "a" * 250]
)


@given(st.builds("{}@{}".format, NAMES, DOMAINS) | st.text())
@example("a@b.example\n")
def test_the_quick_way_accepts_and_spells_as_the_library_does(text):
    def spelled(read):
        try:
            return read(text)
        except InputError as error:
            return error.problem

    assert spelled(normalise_address) == spelled(checked_address)


@pytest.mark.parametrize("text", ["Ada.L+news@Reader.EXAMPLE", "x_1@a-b.co.example"])
def test_a_usual_address_is_read_the_quick_way(text, monkeypatch):
    monkeypatch.setattr("digest.consent.validate_email", None)
    assert (
        normalise_address(text) == text.rpartition("@")[0] + "@" + text.rpartition("@")[2].lower()
    )


def test_who_paused_is_sent_no_issue_until_then() -> None:
    confirmed, until = SubscriberStatus.CONFIRMED, NOW + timedelta(weeks=1)
    pausing = {"suppressed": False, "paused_until": until}
    assert refusal(confirmed, **pausing, now=NOW) == PAUSED
    assert refusal(confirmed, **pausing, now=until) == ""
    assert refusal(SubscriberStatus.UNSUBSCRIBED, **pausing, now=NOW).endswith("unsubscribed")
