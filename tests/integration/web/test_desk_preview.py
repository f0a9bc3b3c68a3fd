"""The preview: the same bytes as what is sent, in a frame that can do nothing."""

from __future__ import annotations

import email
import html
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import pytest

from digest.lint.size import delivered_size
from digest.model import Profile
from digest.pipeline import proofing, sending
from digest.pipeline.approving import MARK, approve, send_test
from digest.pipeline.course import Pace
from digest.pipeline.drafting import PREVIEW_READER
from digest.providers.outbox import OutboxProvider
from digest.providers.resend import ResendProvider
from tests.builders import NOW, make_issue, make_item, make_story, make_theme
from tests.builders_desk import desk_app, signed_in
from tests.builders_sending import join
from tests.standins import resend as standin

WEEK = "/desk/issues/5"


@pytest.fixture
def desk(store, settings, clock):
    store.content.save_issue(make_issue())
    return signed_in(desk_app(store, settings, clock), store, clock)


def now() -> datetime:
    return datetime.now(UTC)


def told(page: str, part: str) -> str:
    """The text of the block that shows a part of the mail."""
    return html.unescape(re.search(rf'aria-label="{part}"[^>]*>(.*?)</pre>', page, re.DOTALL)[1])


def headers_shown(page: str) -> dict[str, str]:
    shown = re.search(r'<dl class="headers">(.*?)</dl>', page, re.DOTALL)[1]
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", shown)
    return {name: html.unescape(value) for name, value in found}


def source(desk, reader: int = 0) -> str:
    return desk.get(f"{WEEK}/preview/source?reader={reader}").get_data(as_text=True)


def test_a_sent_mail_is_byte_for_byte_what_was_shown(store, settings, desk):
    (ada,) = join(store, "ada")
    store.audience.choose(ada.id, Profile(name="ada", themes=("Custom silicon",)))
    before = source(desk, ada.id)
    text = told(desk.get(f"{WEEK}/preview?view=text&reader={ada.id}").text, "Text part")
    headers = headers_shown(desk.get(f"{WEEK}/preview?view=headers&reader={ada.id}").text)
    approve(store, settings, 5, now=NOW, without_test=True)
    with standin.running() as account:
        provider = ResendProvider(standin.KEY, account.url)
        sending.send(store, settings, 5, provider, pace=Pace(now, time.sleep))
        ((mail,),) = account.requests
    assert mail["html"] == before == source(desk, ada.id)
    assert mail["text"].splitlines() == text.splitlines()
    assert mail["subject"] == headers["Subject"]
    assert mail["from"] == headers["From"]
    assert mail["to"] == [headers["To"]]
    # Those two are the carrier's own at Resend; the outbox keeps them.
    away = ("Subject", "From", "To", "Message-ID", "Feedback-ID")
    rest = {name: text for name, text in headers.items() if name not in away}
    assert len(rest) > 3
    assert {name: mail["headers"][name] for name in rest} == rest
    assert "ada" in before  # greeted by name
    assert before.rindex("Custom silicon") < before.rindex("Infra capex")  # hers comes first


def test_the_outbox_gets_the_same_bytes(store, settings, desk, tmp_path):
    (ada,) = join(store, "ada")
    shown = source(desk, ada.id)
    approve(store, settings, 5, now=NOW, without_test=True)
    outbox = OutboxProvider(tmp_path / "outbox")
    sending.send(store, settings, 5, outbox, pace=Pace(now, time.sleep))
    (path,) = outbox.folder.glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    part = message.get_body(("html",)).get_payload(decode=True).decode()
    assert part.replace("\r\n", "\n").rstrip("\n") == shown.rstrip("\n")


def test_a_test_copy_differs_in_its_mark_its_id_and_the_ways_of_its_reader(store, settings, desk):
    (ada,) = join(store, "ada")
    with standin.running() as account:
        provider = ResendProvider(standin.KEY, account.url)
        send_test(store, settings, 5, ada.email, provider, now=NOW)
        ((copy,),) = account.requests
    proof = proofing.proof(store, settings, 5)
    hers = proofing.mail_to(proof, settings, ada)
    assert copy["subject"] == f"{MARK} {hers.subject}"
    assert "Message-ID" in hers.headers
    assert "Message-ID" not in copy["headers"]
    # The links to leave and to choose by are those of a reader who does not exist.
    nobodys = proofing.mail_to(
        proof, settings, replace(PREVIEW_READER, email=ada.email, name="ada")
    )
    assert (copy["html"], copy["text"]) == (nobodys.html, nobodys.text)
    assert without_ways(copy["html"]) == without_ways(hers.html)
    assert without_ways(copy["text"]) == without_ways(hers.text)
    others = set(hers.headers) - {"Message-ID", "Feedback-ID", "List-Unsubscribe"}
    assert all(copy["headers"][name] == hers.headers[name] for name in others)


def without_ways(text: str) -> str:
    return re.sub(r"/(leave|preferences)/[\w.-]+", r"/\1/…", text)


def test_an_approved_mail_stays_as_it_was_approved(store, settings, clock, desk):
    approve(store, settings, 5, now=NOW, without_test=True)
    kept = source(desk)
    renamed = replace(settings, brand=replace(settings.brand, footer="A new line"))
    pat = signed_in(desk_app(store, renamed, clock), store, clock, "pat")
    assert source(pat) == kept
    page = pat.get(f"{WEEK}/preview").text
    assert "As it was approved Mon 01 Jun 2026, 06:00, revision 1" in page


def test_a_reader_is_found_by_the_beginning_of_the_address(store, desk):
    join(store, *(f"reader{number:02}" for number in range(25)))
    page = desk.get(f"{WEEK}/preview?address=READER").text
    assert page.count("@post.example</a>") == 20
    assert "The first 20" in page
    one = re.search(r"view=desktop&amp;reader=(\d+)\">reader07@", page)[1]
    chosen = desk.get(f"{WEEK}/preview?reader={one}").text
    assert "For <b>reader07@post.example</b>" in chosen
    none = desk.get(f"{WEEK}/preview?address=<b>").text
    assert "address begins with “&lt;b&gt;”" in none


@pytest.mark.parametrize(
    "query",
    ["?reader=99", "?reader=-1", "?reader=x", "?reader=99999999999999999999", "?view=film"],
)
def test_what_does_not_exist_is_not_found(desk, query):
    assert desk.get(f"{WEEK}/preview{query}").status_code == 404
    assert desk.get(f"{WEEK}/preview/mail{query}").status_code == 404


def test_another_issue_than_there_is_says_so(desk):
    answer = desk.get("/desk/issues/9/preview")
    assert answer.status_code == 400
    assert "there is no issue 9" in answer.text
    assert desk.get("/desk/issues/9007199254740992/preview").status_code == 404


def test_the_frame_runs_nothing_sends_nothing_and_loads_the_logo_at_most(store, settings, clock):
    logo = "https://cdn.example/a;b/logo.png?v=1"
    settings = replace(settings, brand=replace(settings.brand, logo=logo))
    store.content.save_issue(make_issue())
    desk = signed_in(desk_app(store, settings, clock), store, clock)
    answer = desk.get(f"{WEEK}/preview/mail")
    rules = dict(
        rule.strip().partition(" ")[::2]
        for rule in answer.headers["Content-Security-Policy"].split(";")
    )
    assert rules == {
        "sandbox": "",
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data: https://cdn.example/a%3Bb/logo.png",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"
    off = desk.get(f"{WEEK}/preview/mail?view=no-pictures")
    assert "img-src 'none'" in off.headers["Content-Security-Policy"]
    assert "cdn.example" in answer.text
    assert "cdn.example" not in off.text
    page = desk.get(f"{WEEK}/preview").text
    assert re.search(r'<iframe class="mail" sandbox="" width="640"', page)
    assert re.search(
        r'<iframe class="mail" sandbox="" width="375"', desk.get(f"{WEEK}/preview?view=phone").text
    )


def test_the_meter_shows_the_number_of_the_lint(store, settings, desk):
    size = delivered_size(proofing.proof(store, settings, 5).mail.html)
    page = desk.get(f"{WEEK}/preview").text
    assert f'value="{size}"' in page
    assert f"{size:,} of 102,400 bytes" in page


def test_a_finding_leads_to_its_place(store, settings, clock):
    item = make_item("item 7/x", "Northwind rises", link="ftp://a.example/x")
    issue = make_issue(make_theme("Infra capex", [make_story(item)]), subject="")
    store.content.save_issue(issue)
    desk = signed_in(desk_app(store, settings, clock), store, clock)
    for page in ("preview", "check"):
        shown = desk.get(f"{WEEK}/{page}").text
        assert f'<a href="{WEEK}#lines">subject</a>' in shown
        assert f'<a href="{WEEK}#s-item%207/x">story item 7/x “Northwind rises”</a>' in shown
        assert f'<a href="{WEEK}#t-0">theme “Infra capex”</a>' in shown
