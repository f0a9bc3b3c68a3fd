"""Nobody comes back through a list, and a list is believed when it says that somebody left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest.arrivals import Known, Verdict, settle, verdict
from digest.model import Profile, SubscriberStatus
from digest.roster import Entry
from tests.builders import NOW

UNCONFIRMED, CONFIRMED, LEFT = SubscriberStatus
DAY = timedelta(days=1)


def entry(status=CONFIRMED, *, suppressed="", left_at=None, suppressed_at=None):
    return Entry(
        2, "a@x.example", Profile(), status, None, None, left_at, "", suppressed, suppressed_at
    )


@pytest.mark.parametrize("status", SubscriberStatus)
def test_somebody_new_is_added_as_the_list_says(status):
    assert verdict(entry(status), Known()) is Verdict.ADDED


@pytest.mark.parametrize("status", [CONFIRMED, UNCONFIRMED])
def test_who_is_here_stays_as_they_are(status):
    assert verdict(entry(CONFIRMED), Known(1, status)) is Verdict.KNOWN
    assert verdict(entry(UNCONFIRMED), Known(1, status)) is Verdict.KNOWN


def test_who_left_here_is_not_brought_back():
    assert verdict(entry(), Known(1, LEFT)) == "left here"


@pytest.mark.parametrize("known", [Known(), Known(1, CONFIRMED), Known(1, LEFT)])
def test_who_is_suppressed_here_is_not_brought_back(known):
    known.suppressed = "bounced"
    assert verdict(entry(), known) == "suppressed here: bounced"


@pytest.mark.parametrize("line", [entry(), entry(LEFT), entry(None, suppressed="cleaned")])
def test_who_was_erased_here_is_not_written_down_again(line):
    assert verdict(line, Known(erased=True)) == "erased here"


def test_who_left_elsewhere_leaves_here_too():
    assert verdict(entry(LEFT), Known(1, CONFIRMED)) is Verdict.LEFT
    assert verdict(entry(LEFT), Known(1, UNCONFIRMED)) is Verdict.LEFT
    assert verdict(entry(LEFT), Known(1, LEFT)) is Verdict.KNOWN


def test_who_confirmed_here_since_stays():
    here = Known(1, CONFIRMED, confirmed_here=NOW)
    assert verdict(entry(LEFT, left_at=NOW - DAY), here) is Verdict.KNOWN
    assert verdict(entry(LEFT), here) is Verdict.KNOWN
    assert verdict(entry(None, suppressed="cleaned", suppressed_at=NOW), here) is Verdict.KNOWN


def test_who_left_elsewhere_after_confirming_here_leaves():
    here = Known(1, CONFIRMED, confirmed_here=NOW)
    assert verdict(entry(LEFT, left_at=NOW + DAY), here) is Verdict.LEFT


@pytest.mark.parametrize("known", [Known(), Known(1, CONFIRMED), Known(1, LEFT)])
def test_a_suppression_elsewhere_counts_here_once(known):
    line = entry(None, suppressed="cleaned")
    assert verdict(line, known) is Verdict.SUPPRESSED
    settle(line, known, Verdict.SUPPRESSED)
    assert verdict(line, known) is Verdict.KNOWN


def test_what_a_line_did_is_known_to_the_next():
    known = Known()
    settle(entry(CONFIRMED, suppressed="bounced"), known, Verdict.ADDED)
    assert known == Known(0, CONFIRMED, "bounced")
    settle(entry(LEFT), known, Verdict.LEFT)
    assert known == Known(0, LEFT, "bounced")
