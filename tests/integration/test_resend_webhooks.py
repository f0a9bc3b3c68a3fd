from __future__ import annotations

import base64
import hmac
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import resend
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery import MailEventKind
from digest.errors import WebhookError
from digest.providers.resend_webhooks import MOST_BYTES, check_call, parse_event
from tests.standins.resend import OTHER_SECRET, SECRET, Hook, StandIn, post, signed
from tests.standins.resend.account import Accepted
from tests.standins.resend.webhooks import payload

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
AT = NOW.timestamp()
MAIL = Accepted("id-1", "7", "ada@x.example", "a@b.example", "s", (("issue", "7"),), AT)


def hook(kind: str = "email.delivered", *, secrets=(SECRET,), at=AT, **data) -> Hook:
    return signed(payload(kind, MAIL, at=AT, **data), secrets, at=at, id="msg_1")


def read(one: Hook, *, secrets=(SECRET,), now=NOW):
    mark = check_call(one.body, one.headers, secrets=secrets, now=now)
    return parse_event(mark, one.body)


def test_an_event_says_which_mail_of_which_issue_and_when():
    event = read(hook())
    assert (event.id, event.kind) == ("msg_1", MailEventKind.DELIVERED)
    assert (event.provider_id, event.address) == ("id-1", "ada@x.example")
    assert (event.at, event.tags) == (NOW, {"issue": "7"})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("email.sent", "sent"),
        ("email.delivered", "delivered"),
        ("email.delivery_delayed", "delayed"),
        ("email.bounced", "bounced"),
        ("email.complained", "complained"),
        ("email.failed", "failed"),
        ("email.suppressed", "suppressed"),
        ("suppression.added", "suppressed"),
        ("suppression.removed", "unsuppressed"),
        ("email.opened", "other"),
        ("contact.created", "other"),
        ("something.new", "other"),
    ],
)
def test_every_kind_of_report_is_known_or_other(kind, expected):
    assert read(hook(kind)).kind == expected


@pytest.mark.parametrize(
    ("kind", "permanent"),
    [("Permanent", True), ("", True), ("Transient", False), ("Undetermined", False)],
)
def test_a_bounce_says_whether_it_is_for_good(kind, permanent):
    event = read(hook("email.bounced", bounce={"type": kind, "message": "550 no"}))
    assert event.permanent is permanent
    assert event.reason == "550 no"


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("email.failed", {"failed": {"reason": "reached_daily_quota"}}, "reached_daily_quota"),
        ("email.delivered", {}, ""),
        ("suppression.added", {"origin": "complaint", "source_id": None}, "complaint"),
    ],
)
def test_the_reason_is_in_the_provider_s_words(kind, data, reason):
    assert read(hook(kind, **data)).reason == reason


def test_a_suppression_names_the_mail_that_caused_it_if_one_did():
    assert read(hook("suppression.added")).provider_id == "id-1"
    assert read(hook("suppression.added", source_id=None)).provider_id == ""
    assert read(hook("suppression.added")).address == "ada@x.example"


@pytest.mark.parametrize("tags", [{"issue": "7"}, [{"name": "issue", "value": "7"}]])
def test_tags_are_read_in_either_form(tags):
    assert read(hook(tags=tags)).tags == {"issue": "7"}


def test_a_mail_without_tags_has_none():
    assert read(hook(tags=None)).tags == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-01T08:00:00.000Z", NOW),
        ("2026-06-01 08:00:00.000+00", NOW),
        ("2026-06-01T10:00:00+02:00", NOW),
        ("2026-06-01T08:00:00", NOW),
    ],
)
def test_the_time_is_read_in_each_form_that_resend_writes(text, expected):
    document = payload("email.sent", MAIL, at=AT) | {"created_at": text}
    assert read(signed(document, at=AT)).at == expected


@pytest.mark.parametrize(
    ("signers", "known"),
    [
        ((SECRET,), (OTHER_SECRET, SECRET)),
        ((OTHER_SECRET, SECRET), (SECRET,)),
        ((SECRET,), (SECRET, OTHER_SECRET)),
    ],
)
def test_while_a_secret_is_replaced_either_will_do(signers, known):
    assert read(hook(secrets=signers), secrets=known).id == "msg_1"


@pytest.mark.parametrize("known", [(OTHER_SECRET,), ()])
def test_a_signature_of_no_secret_that_we_know_is_refused(known):
    with pytest.raises(WebhookError, match="fits no secret"):
        read(hook(), secrets=known)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_report_within_five_minutes_is_taken(seconds):
    assert read(hook(), now=NOW + timedelta(seconds=seconds)).id == "msg_1"


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_stale_report_is_refused_and_the_clock_is_named(seconds):
    with pytest.raises(WebhookError) as caught:
        read(hook(), now=NOW + timedelta(seconds=seconds))
    assert "clock" in caught.value.hint


def test_another_zone_is_the_same_moment():
    assert read(hook(), now=NOW.astimezone(timezone(timedelta(hours=5)))).id == "msg_1"


@pytest.mark.parametrize(
    "changed",
    [
        {"svix-id": ""},
        {"svix-id": "msg_é"},
        {"svix-id": "m" * 256},
        {"svix-id": "msg_2"},
        {"svix-timestamp": ""},
        {"svix-timestamp": "soon"},
        {"svix-timestamp": "-1"},
        {"svix-timestamp": "9" * 30},
        {"svix-timestamp": str(int(AT) + 1)},
        {"svix-signature": ""},
        {"svix-signature": "v1,"},
        {"svix-signature": "v1,§§"},
        {"svix-signature": "v1,AAAA"},
        {"svix-signature": "v1a,AAAA v2,AAAA"},
    ],
)
def test_headers_that_are_not_those_that_were_signed_are_refused(changed):
    one = hook()
    with pytest.raises(WebhookError):
        read(replace(one, headers=one.headers | changed))


def test_a_signature_of_another_version_does_not_count():
    one = hook()
    mark = one.headers["svix-signature"].replace("v1,", "v9,")
    with pytest.raises(WebhookError):
        read(replace(one, headers=one.headers | {"svix-signature": mark}))


@pytest.mark.parametrize("name", ["svix-id", "svix-timestamp", "svix-signature"])
def test_a_missing_header_is_refused(name):
    one = hook()
    headers = {key: value for key, value in one.headers.items() if key != name}
    with pytest.raises(WebhookError):
        read(replace(one, headers=headers))


def test_one_changed_byte_is_refused():
    one = hook()
    with pytest.raises(WebhookError, match="fits no secret"):
        read(replace(one, body=one.body.replace(b"ada@", b"bob@")))


def test_a_body_over_256_kb_is_refused_before_it_is_hashed():
    with pytest.raises(WebhookError, match="at most 262144"):
        read(Hook(hook().headers, b" " * (MOST_BYTES + 1)))


@pytest.mark.parametrize(
    "document",
    [
        [],
        "text",
        {},
        {"type": "email.sent", "created_at": "2026-06-01T08:00:00Z"},
        {"type": "email.sent", "created_at": "today", "data": {}},
        {"type": "email.sent", "created_at": "2026-06-01T08:00:00Z", "data": {}},
        {"type": "email.sent", "created_at": "2026-06-01T08:00:00Z", "data": {"email_id": "a"}},
        {
            "type": "email.sent",
            "created_at": "2026-06-01T08:00:00Z",
            "data": {"email_id": "a", "to": []},
        },
        {
            "type": "email.sent",
            "created_at": "2026-06-01T08:00:00Z",
            "data": {"email_id": 5, "to": ["a@b.example"]},
        },
        {
            "type": "email.bounced",
            "created_at": "2026-06-01T08:00:00Z",
            "data": {"email_id": "a", "to": ["a@b.example"], "bounce": "hard"},
        },
        {
            "type": "email.sent",
            "created_at": "2026-06-01T08:00:00Z",
            "data": {"email_id": "a", "to": ["a@b.example"], "tags": [1]},
        },
    ],
)
def test_a_signed_document_of_another_shape_is_refused(document):
    with pytest.raises(WebhookError, match="cannot be read"):
        read(signed(document, at=AT))


@given(body=st.binary(max_size=200))
def test_signed_noise_is_one_kind_of_error(body):

    content = f"msg_1.{int(AT)}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mark = base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    headers = {"svix-id": "msg_1", "svix-timestamp": str(int(AT)), "svix-signature": f"v1,{mark}"}
    with pytest.raises(WebhookError, match="cannot be read"):
        read(Hook(headers, body))


@given(
    secret=st.binary(min_size=16, max_size=40),
    text=st.text(max_size=60),
    other=st.booleans(),
)
def test_a_signature_is_right_exactly_when_the_sdk_says_so(secret, text, other):
    now = datetime.now(UTC)
    whsec = "whsec_" + base64.b64encode(secret).decode()
    document = {"type": "email.opened", "created_at": "2026-06-01T08:00:00Z", "data": {"a": text}}
    one = signed(document, [OTHER_SECRET if other else whsec], at=now.timestamp())
    names = ("id", "timestamp", "signature")
    options = {
        "payload": one.body.decode(),
        "headers": {name: one.headers[f"svix-{name}"] for name in names},
        "webhook_secret": whsec,
    }
    try:
        resend.Webhooks.verify(options)
        theirs = True
    except ValueError:
        theirs = False
    try:
        read(one, secrets=[whsec], now=now)
        ours = True
    except WebhookError:
        ours = False
    assert ours == theirs == (not other)


def test_the_stand_in_reports_each_mail_that_it_took():
    server = StandIn(clock=lambda: AT)
    server.accepted = {"id-1": MAIL}
    sent, bounced = server.events("email.sent", "email.bounced")
    assert read(sent).kind is MailEventKind.SENT
    assert read(bounced).permanent
    assert sent.headers["svix-id"] != bounced.headers["svix-id"]


def test_no_error_shows_the_body_or_a_secret():
    for broken in ({"type": "email.sent", "created_at": "ada@x.example", "data": {}},):
        with pytest.raises(WebhookError) as caught:
            read(signed(broken, at=AT))
        assert "ada@" not in str(caught.value)
        assert "whsec" not in str(caught.value)
    assert json.loads(hook().body)["data"]["to"] == ["ada@x.example"]


def test_the_stand_in_can_post_them_late_twice_and_in_any_order():
    server = StandIn(clock=lambda: AT)
    server.accepted = {str(n): replace(MAIL, id=str(n)) for n in range(9)}
    (late, *_) = server.events("email.sent", late=600)
    with pytest.raises(WebhookError, match="600 s off"):
        read(late)
    seen: list[str] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(read(Hook(self.headers, body)).provider_id)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Endpoint) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, args=(0.02,))
        thread.start()
        url = f"http://127.0.0.1:{endpoint.server_port}/"
        statuses = post(url, server.events("email.sent"), copies=2, shuffled=1)
        endpoint.shutdown()
        thread.join()
    assert statuses == [204] * 18
    assert sorted(seen) == sorted([*server.accepted] * 2)
    assert seen != sorted(seen)
