from __future__ import annotations

import email
import email.policy
import os
import re
from email.header import decode_header, make_header
from email.utils import formataddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.blocks import printable
from digest.errors import ProviderRefusedError
from digest.model import Brand, DeliveryState
from digest.providers.eml import eml
from digest.providers.outbox import OutboxProvider
from digest.render import personalise, render_issue
from tests.builders import NOW, make_email, make_issue, make_subscriber

HOSTILE = (
    "x" * 2_000,
    "word " * 400,
    "Straße, „KI“ & 芯片 \U0001f468\u200d\U0001f469 " * 20,
    "a\r\nBcc: all@reader.example\r\n\r\nbody",
    "=?utf-8?b?8J+YgA==?= =?x",
    'He said "no", <b@c.example>; (yes) [x] \\ :',
    "مرحبا بالعالم",
    "ends with a colon:",
    " \t ",
    ".",
)
SENDER = "Weekly AI Recap <recap@weekly-ai-recap.example>"

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


def test_a_mail_s_size_is_about_that_of_its_file(tmp_path):
    outbox = OutboxProvider(tmp_path)
    mail = make_email(html="<p>word</p>" * 3000)
    outbox.send("recap/1/a", [mail], at=NOW)
    (file,) = tmp_path.iterdir()
    assert outbox.size(mail) == pytest.approx(file.stat().st_size, rel=0.1)


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


LONG = "https://news.a-longer-domain.example/leave/123456." + "Ab0-" * 11


def parsed(mail):
    raw = eml(mail, key="recap/1/a", at=NOW).as_bytes()
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


def test_a_long_address_to_leave_by_is_written_as_it_is():
    ways = f"<{LONG}>, <mailto:recap@weekly-ai-recap.example?subject=unsubscribe>"
    raw, message = parsed(make_email(headers={"List-Unsubscribe": ways}))
    assert f"\r\nList-Unsubscribe: <{LONG}>,\r\n <mailto:".encode() in raw
    assert message["List-Unsubscribe"] == ways


def test_a_mail_keeps_its_own_message_id_whatever_batch_it_goes_in():
    mail = make_email(headers={"Message-ID": "<issue-5.1.abc@recap.example>"})
    first, second = (eml(mail, key=key, at=NOW) for key in ("recap/1/a", "recap/1/b"))
    assert first["Message-ID"] == second["Message-ID"] == "<issue-5.1.abc@recap.example>"
    assert first.get_all("Message-ID") == ["<issue-5.1.abc@recap.example>"]


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written():
    subject = "What =?utf-8?q?this?= means"
    assert parsed(make_email(subject=subject))[1]["Subject"] == subject


def test_a_mail_as_text_is_folded_like_a_mail_as_bytes():
    message = eml(make_email(headers={"List-Unsubscribe": f"<{LONG}>"}), key="k", at=NOW)
    assert message.as_string().encode() == message.as_bytes()


@settings(max_examples=40, deadline=None)
@given(
    subject=st.one_of(st.text(max_size=400), st.sampled_from(HOSTILE)),
    name=st.one_of(st.text(max_size=80), st.sampled_from(HOSTILE)),
    id=st.integers(min_value=0, max_value=2**40),
)
def test_any_subject_and_brand_come_back_equal_in_lines_that_every_server_takes(subject, name, id):
    name = printable(name[:200])
    brand = Brand(
        name=name,
        sender=formataddr((name, "recap@weekly-ai-recap.example")) if name.isascii() else SENDER,
        reply_to="desk@weekly-ai-recap.example",
    )
    issue = make_issue(subject=subject)
    mails = render_issue(issue, base_url="https://recap.example", brand=brand)
    (mail,) = personalise(mails, [make_subscriber(id, name=name)], secret="s")
    raw, message = parsed(mail)
    assert not message.defects
    assert message["Subject"] == printable(subject)
    for header, value in mail.headers.items():
        assert str(message[header]) == str(make_header(decode_header(value)))
    parts = {part.get_content_type(): part for part in message.iter_parts()}
    assert list(parts) == ["text/plain", "text/html"]
    for kind, sent in (("text/plain", mail.text), ("text/html", mail.html)):
        assert parts[kind].get_content().replace("\r\n", "\n").strip("\n") == sent.strip("\n")
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any(re.search(rb"[\r\n]|[^\x00-\x7f]", line) for line in lines)
