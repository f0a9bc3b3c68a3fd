"""Subscribing, confirming, choosing and leaving on the pages, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest.model import ConsentKind, IssueStatus, Profile, SubscriberStatus
from digest.pipeline.notices import send_notices
from digest.store import Store
from tests.builders import NOW, make_issue
from tests.builders_sending import MemoryProvider, join
from tests.builders_web import (
    SECRET,
    confirmation_paths,
    everything,
    fill_in,
    leave_path,
    preferences_path,
    stamp_of,
    web_app,
    web_settings,
)

ADA = "ada@post.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def post_office(store, settings, clock):
    """Sends the notices that are due and keeps them."""
    provider = MemoryProvider()

    def deliver():
        send_notices(store, settings, provider, clock=clock)
        return provider

    return deliver


def status(store: Store, email: str = ADA) -> SubscriberStatus | None:
    person = store.audience.by_email(email)
    return person.status if person else None


def kinds(provider: MemoryProvider) -> list[str]:
    return [mail.tags["notice"] for (mail,) in provider.mails]


def test_who_fills_the_form_in_confirms_by_the_mail_and_is_welcomed(
    store, client, clock, post_office
):
    reply = fill_in(client, clock, ADA, name="Ada")
    assert reply.status_code == 200
    assert "Look into your inbox" in reply.text
    assert status(store) is SubscriberStatus.UNCONFIRMED
    (path,) = confirmation_paths(post_office())
    assert '<button type="submit">' in client.get(path).text
    assert status(store) is SubscriberStatus.UNCONFIRMED
    assert "You are subscribed" in client.post(path).text
    assert status(store) is SubscriberStatus.CONFIRMED
    assert kinds(post_office()) == ["confirmation", "welcome"]


def test_the_proof_has_the_version_of_the_form_and_the_network(store, client, clock, post_office):
    fill_in(client, clock, ADA)
    (path,) = confirmation_paths(post_office())
    client.post(path)
    history = store.audience.history(store.audience.by_email(ADA).id)
    assert [(event.kind, event.evidence) for event in history] == [
        (ConsentKind.ASKED, "form subscribe 1 from 127.0.0.0/24"),
        (ConsentKind.CONFIRMED, "form confirm 1 from 127.0.0.0/24"),
    ]


def test_the_text_that_is_agreed_to_is_that_of_its_version(client):
    """Whoever changes it counts `digest.web.subscribing.FORM` up and mends this."""
    reply = client.get("/subscribe", headers={"Accept": "application/json"})
    assert reply.json["consent"] == (
        "I want Weekly AI Recap by mail every week. My address is kept for that alone, and I can"
        " leave with one click in every mail."
    )


def test_a_link_to_confirm_by_works_once(store, client, clock, post_office):
    fill_in(client, clock, ADA)
    (path,) = confirmation_paths(post_office())
    client.post(path)
    again = client.post(path)
    assert again.status_code == 200
    assert "already" in again.text
    assert kinds(post_office()) == ["confirmation", "welcome"]


def test_a_link_to_confirm_by_works_for_seven_days(store, client, clock, post_office):
    fill_in(client, clock, ADA)
    (path,) = confirmation_paths(post_office())
    clock.sleep(timedelta(days=7).total_seconds())
    late = client.post(path)
    assert late.status_code == 410
    assert "/subscribe" in late.text
    assert status(store) is SubscriberStatus.UNCONFIRMED


def test_a_suppressed_address_cannot_be_confirmed(store, client, clock, post_office):
    fill_in(client, clock, ADA)
    (path,) = confirmation_paths(post_office())
    store.audience.suppress(ADA, "bounced", NOW)
    assert client.post(path).status_code == 410
    assert status(store) is SubscriberStatus.UNCONFIRMED


@pytest.mark.parametrize("token", ["x", "0" * 64, "1.000000." + "0" * 32, "%00", "é" * 64])
@pytest.mark.parametrize("page", ["confirm", "leave", "preferences"])
def test_a_token_that_nobody_made_opens_nothing(store, client, page, token):
    before = everything(store)
    assert client.post(f"/{page}/{token}").status_code == 404
    if page != "confirm" or token != "0" * 64:  # which looks like one until it is used
        assert client.get(f"/{page}/{token}").status_code == 404
    assert everything(store) == before


def test_one_click_leaves_at_once_without_cookie_or_redirect(store, client, post_office):
    (ada,) = join(store, "ada")
    reply = client.post(leave_path(ada), data=ONE_CLICK)
    assert reply.status_code == 200
    assert "Set-Cookie" not in reply.headers
    assert status(store) is SubscriberStatus.UNSUBSCRIBED
    assert kinds(post_office()) == ["goodbye"]


def test_one_click_as_multipart_and_with_no_body_at_all_leaves_too(store, client):
    ada, ben = join(store, "ada", "ben")
    sent = client.post(leave_path(ada), data=ONE_CLICK, content_type="multipart/form-data")
    assert sent.status_code == 200
    assert client.post(leave_path(ben)).status_code == 200
    assert store.audience.count(SubscriberStatus.CONFIRMED) == 0


def test_leaving_twice_is_leaving_once(store, client, clock, post_office):
    (ada,) = join(store, "ada")
    client.post(leave_path(ada), data=ONE_CLICK)
    clock.sleep(60)
    assert client.post(leave_path(ada), data=ONE_CLICK).status_code == 200
    assert kinds(post_office()) == ["goodbye"]
    events = store.audience.history(ada.id)
    assert [event.kind for event in events].count(ConsentKind.LEFT) == 1


def test_the_page_to_leave_by_shows_no_address(store, client):
    (ada,) = join(store, "ada")
    shown = client.get(leave_path(ada)).text + client.post(leave_path(ada)).text
    assert "ada" not in shown
    assert "@" not in shown


def test_a_leave_link_of_an_older_key_still_works(store, tmp_path, clock):
    (ada,) = join(store, "ada")
    settings = web_settings(tmp_path, RECAP_SECRET_KEY=f"a newer key,{SECRET}")
    client = web_app(store, settings, clock).test_client()
    assert client.post(leave_path(ada), data=ONE_CLICK).status_code == 200
    assert status(store) is SubscriberStatus.UNSUBSCRIBED


def test_who_left_comes_back_only_by_confirming_anew(store, client, clock, post_office):
    (ada,) = join(store, "ada")
    left = client.post(leave_path(ada), data=ONE_CLICK)
    assert 'href="/subscribe"' in left.text
    fill_in(client, clock, ADA)
    assert status(store) is SubscriberStatus.UNSUBSCRIBED
    (path,) = confirmation_paths(post_office())
    client.post(path)
    assert status(store) is SubscriberStatus.CONFIRMED


def test_known_and_unknown_addresses_get_the_same_answer(store, client, clock):
    join(store, "ada")
    store.audience.suppress("sue@post.example", "complained", NOW)
    answers = {
        (reply.status_code, reply.text)
        for email in (ADA, "new@post.example", "sue@post.example", "new@post.example")
        if (reply := fill_in(client, clock, email))
    }
    assert len(answers) == 1


def test_a_program_gets_the_same_checks(store, client, clock):
    stamp = stamp_of(client)
    early = client.post("/subscribe", json={"email": ADA, "stamp": stamp})
    assert (early.status_code, early.json["stamp"]) == (422, stamp)
    clock.sleep(5)
    trapped = client.post("/subscribe", json={"email": ADA, "stamp": stamp, "website": "x"})
    assert trapped.status_code == 200
    assert status(store) is None
    done = client.post("/subscribe", json={"email": ADA, "stamp": stamp})
    assert done.json == trapped.json
    assert status(store) is SubscriberStatus.UNCONFIRMED


@pytest.mark.parametrize("body", ["", "[]", "7", "{", '{"email": 7}', '{"email": null}'])
def test_a_program_that_sends_nonsense_is_refused(store, client, body):
    reply = client.post("/subscribe", data=body, content_type="application/json")
    assert reply.status_code == 422
    assert everything(store)["subscriber"] == []


def test_who_fills_in_the_field_that_nobody_sees_is_told_the_same_and_nothing_happens(
    store, client, clock
):
    machine = fill_in(client, clock, ADA, website="https://spam.example")
    assert status(store) is None
    assert machine.text == fill_in(client, clock, ADA).text


def test_a_form_sent_at_once_is_shown_again_and_then_taken(store, client, clock):
    stamp = stamp_of(client)
    filled = {"email": ADA, "stamp": stamp}
    quick = client.post("/subscribe", data=filled)
    assert quick.status_code == 422
    assert f'value="{stamp}"' in quick.text
    assert f'value="{ADA}"' in quick.text
    assert status(store) is None
    clock.sleep(3)
    assert client.post("/subscribe", data=filled).status_code == 200
    assert status(store) is SubscriberStatus.UNCONFIRMED


@pytest.mark.parametrize("stamp", ["", "1", "MQ.AAAA", "x" * 3000])
def test_a_form_that_was_not_shown_by_us_is_shown_again(store, client, clock, stamp):
    assert client.post("/subscribe", data={"email": ADA, "stamp": stamp}).status_code == 422
    assert status(store) is None


def test_a_form_of_yesterday_is_shown_again(client, clock):
    stamp = stamp_of(client)
    clock.sleep(25 * 3600)
    assert client.post("/subscribe", data={"email": ADA, "stamp": stamp}).status_code == 422


def test_what_is_no_address_is_shown_again_escaped(store, client, clock):
    reply = fill_in(client, clock, '"><script>alert(1)</script>')
    assert reply.status_code == 422
    assert "<script>" not in reply.text
    assert 'role="alert"' in reply.text


def test_one_caller_may_send_the_form_five_times_an_hour(client, clock):
    codes = [fill_in(client, clock, f"r{n}@post.example").status_code for n in range(6)]
    assert codes == [200] * 5 + [429]
    clock.sleep(3600)
    assert fill_in(client, clock, "r9@post.example").status_code == 200


def test_a_thousand_confirmation_mails_an_hour_are_the_most(store, client, clock, caplog):
    for number in range(1000):
        store.notices.queue(f"confirmation/{number}", "confirmation", f"{number}@x.example", NOW)
    assert fill_in(client, clock, ADA).status_code == 503
    assert status(store) is None
    assert "forms are refused" in caplog.text


def test_a_reader_chooses_a_name_themes_and_roles(store, client):
    store.content.save_issue(make_issue(status=IssueStatus.APPROVED))
    (ada,) = join(store, "ada")
    page = client.get(preferences_path(ada)).text
    assert 'value="Infra capex"' in page
    chosen = {"name": "Ada", "theme": ["Custom silicon", "no such theme"], "role": ["Developers"]}
    kept = client.post(preferences_path(ada), data=chosen)
    assert 'value="Custom silicon" checked' in kept.text
    after = store.audience.by_id(ada.id)
    assert (after.name, after.themes, after.roles) == ("Ada", ("Custom silicon",), ("Developers",))
    assert leave_path(ada) in kept.text


def test_a_theme_that_no_recent_issue_has_stays_chosen(store, client):
    (ada,) = join(store, "ada")
    store.audience.choose(ada.id, Profile(themes=("Old theme",), zone="Europe/Berlin"))
    assert 'value="Old theme" checked' in client.get(preferences_path(ada)).text
    client.post(preferences_path(ada), data={"theme": "Old theme"})
    after = store.audience.by_id(ada.id)
    assert (after.themes, after.zone) == (("Old theme",), "Europe/Berlin")


def test_a_program_may_say_the_zone_of_a_reader(store, client, clock):
    stamp = stamp_of(client)
    clock.sleep(5)
    client.post("/subscribe", json={"email": ADA, "zone": "Asia/Kolkata", "stamp": stamp})
    assert store.audience.by_email(ADA).zone == "Asia/Kolkata"
