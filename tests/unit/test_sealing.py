from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from digest.delivery import Limits
from digest.model import Email, Recipient
from digest.sealing import Sealer
from tests.builders import make_email, make_subscriber

PEOPLE = [make_subscriber(number, name=f"Reader {number}") for number in range(1, 6)]
MAIL = make_email(
    to="",
    html='<p>Hello</p><a href="https://x.example/leave/@@UNSUBSCRIBE@@">leave</a>',
    headers={"Message-ID": "<issue-5.@@SUBSCRIBER@@@x.example>"},
)


def sealer(mail: Email = MAIL, secret: str = "one", **limits: int) -> Sealer:
    return Sealer(mail, secret=secret, limits=Limits(**limits))


def test_a_batch_has_a_mail_for_each_in_order():
    sealed = sealer().fresh(PEOPLE)
    assert [mail.to for mail in sealed.mails] == [person.email for person in PEOPLE]
    assert [one.id for one in sealed.recipients] == [1, 2, 3, 4, 5]
    assert len(sealed.sha256) == 64


def test_the_same_recipients_give_the_same_bytes_whatever_the_secret_is_by_now():
    sealed = sealer().fresh(PEOPLE)
    stored = msgspec.json.decode(msgspec.json.encode(sealed.recipients), type=tuple[Recipient, ...])
    assert sealer(secret="two").again(stored) == sealed
    assert sealer(secret="two").fresh(PEOPLE).sha256 != sealed.sha256


@pytest.mark.parametrize("field", ["sender", "subject", "html", "text", "headers", "tags"])
def test_the_hash_is_of_everything_that_leaves(field):
    value = {"a": "b"} if field in ("headers", "tags") else "Something else"
    mail = replace(MAIL, **{field: value})
    assert sealer(mail).fresh(PEOPLE).sha256 != sealer().fresh(PEOPLE).sha256


def test_the_hash_tells_where_one_mail_ends():
    whole = sealer().fresh(PEOPLE)
    assert sealer().fresh(PEOPLE[:4]).sha256 != whole.sha256
    assert sealer().fresh(PEOPLE[::-1]).sha256 != whole.sha256


def test_a_new_batch_closes_before_it_is_too_large():
    sealed = Sealer(MAIL, secret="", limits=Limits(bytes=25), size=lambda mail: 10).fresh(PEOPLE)
    assert len(sealed.mails) == len(sealed.recipients) == 2


def test_a_new_batch_has_as_many_mails_as_a_provider_takes():
    assert len(sealer(mails=3).fresh(PEOPLE).mails) == 3


def test_one_mail_that_is_too_large_goes_alone():
    assert len(sealer(bytes=1).fresh(PEOPLE).mails) == 1


def test_a_batch_that_was_made_is_whole_however_large():
    recipients = sealer().fresh(PEOPLE).recipients
    assert len(sealer(bytes=1).again(recipients).mails) == 5
