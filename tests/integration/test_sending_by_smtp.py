"""An issue through a mail server: what cannot be known is never sent a second time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from digest.errors import DeliveryError
from digest.pipeline import sending
from digest.pipeline.course import Pace
from digest.providers.smtp import SmtpProvider
from digest.settings import SmtpServer, Tls
from tests.builders_sending import Clock, approved, send, settings_in
from tests.standins import smtp

READERS = 8


@pytest.fixture
def server():
    with smtp.running() as mailbox:
        yield mailbox


@pytest.fixture
def provider(server):
    return SmtpProvider(SmtpServer("127.0.0.1", server.port, Tls.OFF))


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def copies(server) -> Counter[int]:
    """How many readers got so many copies."""
    return Counter(Counter(to for _, to, _ in server.taken).values())


def test_everybody_gets_one_mail(store, settings, server, provider):
    counts = send(store, settings, approved(store, settings, readers=READERS), provider)
    assert counts["sent"] == READERS
    assert copies(server) == {1: READERS}


@pytest.mark.parametrize(("reply", "got"), [("hang up", 7), ("take, then hang up", 8)])
def test_a_mail_whose_answer_was_lost_waits_for_a_person(
    store, settings, server, provider, reply, got
):
    number = approved(store, settings, readers=READERS)
    server.replies["DATA"] = [reply]
    clock = Clock()
    for _ in range(3):
        counts = send(store, settings, number, provider, clock)
    assert (counts["sent"], counts["unknown"]) == (READERS - 1, 1)
    assert copies(server) == {1: got}


def test_what_was_certainly_not_taken_is_sent_later(store, settings, server, provider):
    number = approved(store, settings, readers=READERS)
    server.replies = {"MAIL": ["hang up"], "RCPT": ["450 4.2.0 greylisted"], "DATA": ["451 busy"]}
    counts = send(store, settings, number, provider)
    assert counts["sent"] == READERS
    assert copies(server) == {1: READERS}


def test_readers_whose_mails_are_put_off_do_not_keep_the_others_waiting(
    store, settings, server, provider
):
    number = approved(store, settings, readers=READERS)
    server.replies["RCPT"] = ["450 4.2.0 greylisted"] * 6
    clock = Clock()
    begun, moments = clock(), []
    pace = Pace(clock, clock.sleep, chance=lambda: 0.0)
    sending.send(
        store, settings, number, provider, pace=pace,
        on_batch=lambda count: moments.append(clock() - begun),
    )  # fmt: skip
    assert [waited < timedelta(seconds=5) for waited in moments] == [True] * 2 + [False] * 6
    assert copies(server) == {1: READERS}


def test_a_server_in_trouble_is_left_alone_after_five_mails(store, settings, server, provider):
    number = approved(store, settings, readers=READERS)
    server.replies["RCPT"] = ["452 4.3.1 no room"] * READERS
    with pytest.raises(DeliveryError, match="no room"):
        send(store, settings, number, provider)
    assert store.ledger.counts(number)["sent"] == 0


def test_a_server_that_does_not_relay_rejects_nobody(store, settings, server, provider):
    number = approved(store, settings, readers=READERS)
    server.replies["RCPT"] = ["554 5.7.1 relay access denied"] * READERS
    with pytest.raises(DeliveryError, match="relay access denied"):
        send(store, settings, number, provider)
    counts = store.ledger.counts(number)
    assert counts["rejected"] == counts["unknown"] == counts["sent"] == 0
