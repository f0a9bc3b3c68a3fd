from __future__ import annotations

import pytest

from digest.consent import normalise_address, refusal
from digest.errors import InputError
from digest.model import SubscriberStatus


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
