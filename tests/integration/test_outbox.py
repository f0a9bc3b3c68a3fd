from __future__ import annotations

import email
import email.policy
import os

import pytest

from digest.errors import ProviderRefusedError
from digest.model import DeliveryState
from digest.providers.outbox import OutboxProvider, eml
from tests.builders import NOW, make_email

HEADERS = {"List-Unsubscribe": "<mailto:recap@weekly-ai-recap.example?subject=unsubscribe>"}


def mails(*addresses: str):
    return [make_email(to=address, headers=HEADERS) for address in addresses]


def test_each_mail_becomes_a_file_that_pythons_parser_opens(tmp_path):
    outbox = OutboxProvider(tmp_path / "outbox")
    outcomes = outbox.send("recap/1/a", mails("ada@x.example", "bo@x.example"), at=NOW)
    files = sorted((tmp_path / "outbox").iterdir())
    assert [file.name.rpartition("-")[0] for file in files] == [
        "recap-1-ada@x.example",
        "recap-1-bo@x.example",
    ]
    message = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert not message.defects
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["To"] == "ada@x.example"
    assert message["List-Unsubscribe"] == HEADERS["List-Unsubscribe"]
    assert message["Date"].datetime == NOW
    assert [outcome.state for outcome in outcomes] == [DeliveryState.SENT] * 2
    assert message["Message-ID"] == outcomes[0].provider_id


def test_the_same_batch_again_writes_the_same_bytes_and_no_second_file(tmp_path):
    outbox = OutboxProvider(tmp_path)
    outbox.send("recap/1/a", mails("ada@x.example"), at=NOW)
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()
    outbox.send("recap/1/a", mails("ada@x.example"), at=NOW)
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == before


def test_text_and_html_come_back_as_they_were_sent(tmp_path):
    mail = make_email(
        to="ada@x.example",
        subject="Straße, café and 芯片",
        text="Grüße 👋\n" + "long line " * 150,
        html="<p>Grüße 👋</p>" + "x" * 3000,
    )
    message = email.message_from_bytes(
        eml(mail, key="k", at=NOW).as_bytes(), policy=email.policy.default
    )
    assert message["Subject"] == mail.subject
    text, html = message.iter_parts()
    assert text.get_content().split() == mail.text.split()
    assert html.get_content().strip() == mail.html
    assert max(map(len, eml(mail, key="k", at=NOW).as_bytes().split(b"\r\n"))) <= 998


def test_addresses_that_read_the_same_as_file_names_stay_apart(tmp_path):
    OutboxProvider(tmp_path).send("recap/1/a", mails("a+b@x.example", "a-b@x.example"), at=NOW)
    assert len(list(tmp_path.iterdir())) == 2


def test_the_longest_address_still_makes_a_file(tmp_path):
    OutboxProvider(tmp_path).send("recap/1/a", mails("a" * 64 + "@" + "b" * 180 + ".x"), at=NOW)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_path_in_an_address_stays_in_the_folder(tmp_path):
    outbox = OutboxProvider(tmp_path / "outbox")
    outbox.send("recap/1/a", mails("../../evil@x.example"), at=NOW)
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.parent == tmp_path / "outbox"


def test_an_outbox_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "outbox").write_text("a file in the way")
    with pytest.raises(ProviderRefusedError) as caught:
        OutboxProvider(tmp_path / "outbox").send("recap/1/a", mails("ada@x.example"), at=NOW)
    assert str(tmp_path / "outbox") in caught.value.problem


def test_a_mail_that_fails_half_way_leaves_no_part_behind(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProviderRefusedError, match="No space left on device"):
        OutboxProvider(tmp_path).send("recap/1/a", mails("ada@x.example"), at=NOW)
    assert list(tmp_path.iterdir()) == []
