"""The page of choices: a pause through a real plan and send, and the language of what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from digest.consent import PAUSED
from digest.model import Profile, SubscriberStatus
from digest.pipeline.notices import owe_goodbye, send_notices
from tests.builders import NOW
from tests.builders_sending import MemoryProvider, approved, join, send
from tests.builders_web import leave_path, preferences_path, web_app


def sent_to(provider: MemoryProvider) -> list[str]:
    return sorted(mail.to.partition("@")[0] for mails in provider.mails for mail in mails)


def errors(store, number: int) -> dict[str, tuple[str, str]]:
    found = store.ledger.deliveries(number)
    return {one.email.partition("@")[0]: (one.state.value, one.error) for one in found}


def test_who_paused_is_passed_over_with_the_reason_and_gets_the_issues_after(
    store, settings, client, clock
):
    ada, _ = join(store, "ada", "ben")
    client.post(preferences_path(ada), data={"pause": "2"})
    number = approved(store, settings, readers=0)
    provider = MemoryProvider()
    counts = send(store, settings, number, provider, clock)
    assert (counts["sent"], counts["skipped"]) == (1, 1)
    assert sent_to(provider) == ["ben"]
    assert errors(store, number) == {"ada": ("skipped", PAUSED), "ben": ("sent", "")}
    clock.sleep(timedelta(weeks=2).total_seconds())
    later = approved(store, settings, readers=0, number=6, week="2026-W23")
    assert send(store, settings, later, provider, clock)["sent"] == 2


def test_who_ends_the_pause_gets_the_next_issue(store, settings, client, clock):
    (ada,) = join(store, "ada")
    client.post(preferences_path(ada), data={"pause": "8"})
    client.post(preferences_path(ada), data={"pause": "0"})
    number = approved(store, settings, readers=0)
    assert send(store, settings, number, MemoryProvider(), clock)["sent"] == 1


def test_who_pauses_after_the_plan_is_passed_over_as_well(store, settings, client, clock):
    ada, _ = join(store, "ada", "ben")
    number = approved(store, settings, readers=0)
    provider = MemoryProvider()
    store.ledger.plan(number, at=NOW)
    client.post(preferences_path(ada), data={"pause": "1"})
    send(store, settings, number, provider, clock)
    assert errors(store, number)["ada"] == ("skipped", PAUSED)


@pytest.mark.parametrize("value", ["3", "-1", "1e9", "x", "1" * 5000, "٤"])
def test_a_pause_that_is_not_offered_changes_nothing(store, client, value):
    (ada,) = join(store, "ada")
    client.post(preferences_path(ada), data={"pause": "4"})
    before = store.audience.by_id(ada.id).paused_until
    assert client.post(preferences_path(ada), data={"pause": value}).status_code == 200
    assert store.audience.by_id(ada.id).paused_until == before


def test_other_choices_leave_a_pause_as_it_is(store, client, clock):
    (ada,) = join(store, "ada")
    client.post(preferences_path(ada), data={"pause": "4"})
    until = store.audience.by_id(ada.id).paused_until
    clock.sleep(86400)
    page = client.get(preferences_path(ada)).text
    assert "Stay paused until Jun 29, 2026" in page
    assert page.index("Stay paused") < page.index("No pause")
    client.post(preferences_path(ada), data={"pause": "", "name": "Ada"})
    assert store.audience.by_id(ada.id).paused_until == until


def test_a_pause_that_is_over_is_not_shown(store, client, clock):
    (ada,) = join(store, "ada")
    client.post(preferences_path(ada), data={"pause": "1"})
    clock.sleep(timedelta(weeks=1).total_seconds())
    assert "Stay paused" not in client.get(preferences_path(ada)).text


def test_who_comes_back_by_confirming_is_not_paused(store, client):
    (ada,) = join(store, "ada", status=SubscriberStatus.UNCONFIRMED)
    store.audience.pause(ada.id, NOW + timedelta(weeks=8))
    store.audience.ask(
        ada.email, Profile(), token_key="key", marks=(), at=NOW, evidence="form"
    )  # fmt: skip
    _, back = store.audience.confirm("key", marks_of=lambda _: (), at=NOW, evidence="form")
    assert back.paused_until is None


def test_a_reader_reads_pages_in_the_language_of_their_choice(store, client):
    (ada,) = join(store, "ada")
    page = client.get(preferences_path(ada)).text
    assert 'lang="en" dir="ltr"' in page
    assert '<option value="ar">العربية</option>' in page
    kept = client.post(preferences_path(ada), data={"language": "ar"}).text
    assert 'lang="ar" dir="rtl"' in kept
    assert '<option value="ar" selected>' in kept
    assert 'lang="ar" dir="rtl"' in client.get(leave_path(ada)).text
    assert 'lang="ar" dir="rtl"' in client.post(leave_path(ada)).text


def test_a_notice_to_a_reader_is_in_their_language(store, settings, client, clock):
    (ada,) = join(store, "ada")
    client.post(preferences_path(ada), data={"language": "ar"})
    owe_goodbye(store, store.audience.by_id(ada.id), clock())
    store.audience.leave(ada.id, clock())
    provider = MemoryProvider()
    send_notices(store, settings, provider, clock=clock)
    ((mail,),) = provider.mails
    assert 'lang="ar"' in mail.html


@pytest.mark.parametrize("language", ["xx", "de", "../../etc", "", "ar\0"])
def test_a_language_without_words_is_not_taken(store, client, language):
    (ada,) = join(store, "ada")
    assert client.post(preferences_path(ada), data={"language": language}).status_code == 200
    assert store.audience.by_id(ada.id).language == ""


def test_a_language_of_a_list_that_has_no_words_stays_noted_and_is_read_as_the_newsletters(
    store, client
):
    (ada,) = join(store, "ada")
    store.audience.choose(ada.id, Profile(language="de"))
    page = client.get(preferences_path(ada)).text
    assert 'lang="en"' in page
    client.post(preferences_path(ada), data={"language": "de", "name": "Ada"})
    assert store.audience.by_id(ada.id).language == "de"


@pytest.fixture
def by_hour(store, settings, clock):
    """The pages of a newsletter that comes at each reader's hour."""
    schedule = structs.replace(settings.schedule, recipients_local_time=True)
    return web_app(store, replace(settings, schedules=(schedule,)), clock).test_client()


def test_a_reader_chooses_their_zone_where_the_hour_is_theirs(store, by_hour):
    (ada,) = join(store, "ada")
    assert '<option value="Asia/Kolkata">' in by_hour.get(preferences_path(ada)).text
    kept = by_hour.post(preferences_path(ada), data={"zone": " asia/kolkata "})
    assert 'value="Asia/Kolkata" dir="ltr"' in kept.text
    assert store.audience.by_id(ada.id).zone == "Asia/Kolkata"
    by_hour.post(preferences_path(ada), data={"zone": ""})
    assert store.audience.by_id(ada.id).zone == ""


def test_a_zone_that_is_none_is_told_and_the_rest_is_kept(store, by_hour):
    (ada,) = join(store, "ada", zone="Asia/Kolkata")
    told = by_hour.post(preferences_path(ada), data={"zone": "Mars/Base", "name": "Countess"})
    assert told.status_code == 422
    assert "No zone has this name" in told.text
    assert 'value="Mars/Base"' in told.text
    reader = store.audience.by_id(ada.id)
    assert (reader.zone, reader.name) == ("Asia/Kolkata", "Countess")


def test_nobody_is_asked_for_a_zone_that_decides_nothing(store, client):
    (ada,) = join(store, "ada", zone="Asia/Kolkata")
    assert "time zone" not in client.get(preferences_path(ada)).text
    client.post(preferences_path(ada), data={"name": "Ada"})
    assert store.audience.by_id(ada.id).zone == "Asia/Kolkata"
