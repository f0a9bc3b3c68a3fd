from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from digest.delivery import MailEvent, MailEventKind
from digest.fates import ORDER, fate_after, suppression_reason
from tests.builders import NOW

HOUR = timedelta(hours=1)


def event(kind: MailEventKind, at=NOW, **fields) -> MailEvent:
    return MailEvent("msg_1", kind, at, **{"address": "ada@post.example", **fields})


def test_whatever_the_order_the_furthest_report_is_the_fate():
    events = [event(kind, NOW + n * HOUR) for n, kind in enumerate(ORDER[:5])]
    ends = {fate_after(("", None), order) for order in permutations(events)}
    assert ends == {("failed", NOW + 4 * HOUR)}


def test_one_by_one_is_the_same_as_all_at_once():
    events = [event(kind, NOW - n * HOUR) for n, kind in enumerate(reversed(ORDER))]
    fate = ("", None)
    for one in events:
        fate = fate_after(fate, [one])
    assert fate == fate_after(("", None), events)


def test_a_mail_that_bounced_was_not_delivered_after_all():
    assert fate_after(("bounced", NOW), [event(MailEventKind.DELIVERED, NOW + HOUR)]) == (
        "bounced",
        NOW,
    )


def test_of_two_reports_of_one_kind_the_first_moment_counts():
    later = event(MailEventKind.DELIVERED, NOW + HOUR)
    assert fate_after(("delivered", NOW), [later]) == ("delivered", NOW)
    assert fate_after(("delivered", NOW + HOUR), [event(MailEventKind.DELIVERED)]) == (
        "delivered",
        NOW,
    )


@pytest.mark.parametrize("kind", [MailEventKind.OTHER, MailEventKind.UNSUPPRESSED])
def test_a_report_that_is_no_fate_changes_none(kind):
    assert fate_after(("sent", NOW), [event(kind, NOW + HOUR)]) == ("sent", NOW)
    assert fate_after(("", None), [event(kind)]) == ("", None)


@pytest.mark.parametrize(
    ("told", "suppresses"),
    [
        (event(MailEventKind.BOUNCED, permanent=True), True),
        (event(MailEventKind.BOUNCED), False),
        (event(MailEventKind.COMPLAINED), True),
        (event(MailEventKind.COMPLAINED, address=""), False),
        (event(MailEventKind.SUPPRESSED), True),
        (event(MailEventKind.UNSUPPRESSED), False),
        (event(MailEventKind.DELIVERED), False),
    ],
)
def test_which_reports_suppress_the_address(told, suppresses):
    assert bool(suppression_reason(told)) is suppresses
