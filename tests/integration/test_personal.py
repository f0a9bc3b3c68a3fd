"""One mail a subscriber: what is theirs is filled in, the themes they chose come first."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from itertools import islice, repeat
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from digest.columns import width_of
from digest.errors import TemplateError
from digest.model import Block, Brand
from digest.personal import (
    NAME_COLUMNS,
    json_mails,
    personalise,
    spoken_name,
)
from digest.providers.resend import params
from digest.render import render_issue
from digest.tokens import key_id, leave_token, preferences_token, signing_key
from tests.builders import make_email, make_issue, make_story, make_subscriber, make_theme

BASE = "https://recap.example"
LABELS = ("Chips & memory", "Open weights", "Court rulings", "Funding rounds")
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "Ada\nLovelace\r\nBcc: all@reader.example",
    "Ada \u202e\u2066 olleh",
    "@@UNSUBSCRIBE@@ @@NAME@@ @@TO@@ @@HTML@@",
    '" onmouseover="x',
    "\\u0041\\n\\",
    "a\u0301" * 300,
    "日本語の名前" * 30,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20,
    "x" * 5_000,
    "\ud800 half",
    "%s %(x)s ${x} \\1",
    "\u200b\u2060",
    " \t ",
)


def rendered(**options):
    themes = [make_theme(label, [make_story(), make_story()]) for label in LABELS]
    pages = ("leave", "preferences", "issue", "subscribe")
    issue = make_issue(*themes, title="One week")
    return render_issue(issue, base_url=BASE, **{"pages": pages, **options})


@pytest.fixture(scope="module")
def mail():
    return rendered()


def one(mail, **fields):
    (personal,) = personalise(mail, [make_subscriber(**fields)], secret="s3cret")
    return personal


def order_in(text: str) -> list[str]:
    plain = html.unescape(text).casefold()
    return sorted(LABELS, key=lambda label: plain.index(label.casefold()))


def test_each_subscriber_gets_an_own_mail_with_nothing_left_to_fill_in(mail):
    people = [make_subscriber(1), make_subscriber(2, name="Ada")]
    mails = list(personalise(mail, people, secret="s3cret"))
    assert [mail.to for mail in mails] == [person.email for person in people]
    for person, personal in zip(people, mails, strict=True):
        leave = f"{BASE}/leave/{leave_token(person.id, 's3cret')}"
        choose = f"{BASE}/preferences/{preferences_token(person.id, 's3cret')}"
        for link in (leave, choose):
            assert f'href="{link}"' in personal.html
            assert link in personal.text.split()
        assert personal.headers["List-Unsubscribe"] == f"<{leave}>"
        assert "@@" not in personal.html + personal.text + "".join(personal.headers.values())


def test_the_same_mail_is_made_again_after_the_key_was_changed(mail):
    (before,) = personalise(mail, [make_subscriber(1)], secret="old")
    (newer,) = personalise(mail, [make_subscriber(1)], secret="new, old")
    frozen = signing_key("new, old", key_id("old"))
    (again,) = personalise(mail, [make_subscriber(1)], secret=frozen)
    assert again == before
    assert newer.headers["List-Unsubscribe"] != before.headers["List-Unsubscribe"]


def test_a_mail_has_the_same_message_id_in_every_try_and_another_for_everyone_else(mail):
    first, again, other = (one(mail, id=id).headers["Message-ID"] for id in (1, 1, 2))
    (elsewhere,) = personalise(mail, [make_subscriber(1)], secret="another")
    assert first == again
    assert len({first, other, elsewhere.headers["Message-ID"]}) == 3
    assert re.fullmatch(r"<issue-5\.2026-W22\.1\.[0-9a-f]{12}@weekly-ai-recap\.example>", first)


def test_a_reader_with_a_name_is_greeted(mail):
    personal = one(mail, name="  Ada\tLovelace ")
    assert "Hello Ada Lovelace," in personal.html
    assert "\n\nHello Ada Lovelace,\n\n" in personal.text


def test_a_reader_without_a_name_is_not_greeted(mail):
    personal = one(mail, name="")
    assert "Hello" not in personal.html + personal.text
    assert "\n\n\n\n" not in personal.text
    assert not lxml_html.document_fromstring(personal.html).xpath("//p[not(normalize-space())]")


def test_chosen_themes_come_first_in_the_order_of_the_issue(mail):
    personal = one(mail, themes=("Funding rounds", "Unheard of", "Open weights"))
    expected = ["Open weights", "Funding rounds", "Chips & memory", "Court rulings"]
    assert order_in(personal.html) == order_in(personal.text) == expected


@pytest.mark.parametrize("themes", [(), ("Unheard of",), LABELS])
def test_no_choice_and_every_choice_leave_the_order_of_the_issue(mail, themes):
    personal = one(mail, themes=themes)
    assert order_in(personal.html) == order_in(personal.text) == list(LABELS)


def test_another_order_has_the_same_words(mail):
    plain, moved = one(mail), one(mail, themes=("Court rulings",))
    assert len(plain.html) == len(moved.html)
    for part in ("html", "text"):
        assert sorted(getattr(plain, part).split()) == sorted(getattr(moved, part).split())


def test_one_order_is_not_carried_over_to_the_next_reader(mail):
    people = [
        make_subscriber(1, name="Ada", themes=("Court rulings",)),
        make_subscriber(2),
        make_subscriber(3, name="Bo", themes=("Funding rounds",)),
        make_subscriber(4, name="Cy", themes=("Court rulings",)),
    ]
    together = list(personalise(mail, people, secret="s"))
    alone = [next(personalise(mail, [person], secret="s")) for person in people]
    assert together == alone


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_harmless(mail, name):
    plain, personal = one(mail), one(mail, name=name)
    spoken = spoken_name(name)
    greeting = f"Hello {spoken}," if spoken else ""
    document = lxml_html.document_fromstring(personal.html)
    words = " ".join(document.text_content().split())
    assert greeting in words
    assert not document.xpath("//script | //@onmouseover")
    assert len(document.xpath("//*")) == len(lxml_html.document_fromstring(plain.html).xpath(
        "//*")) + bool(spoken)  # fmt: skip
    lines = set(personal.text.splitlines()) - set(plain.text.splitlines())
    assert lines == ({greeting} if greeting else set())
    assert all(width_of(line) <= 72 for line in lines)
    assert personal.headers == plain.headers
    assert not re.search("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\r]", personal.html)


@given(st.text(max_size=300))
def test_any_name_is_one_line_of_at_most_40_columns(name):
    spoken = spoken_name(name)
    assert width_of(spoken) <= NAME_COLUMNS
    assert spoken == " ".join(spoken.split())
    assert not re.search("@@[A-Z_]+@@", spoken)


def test_the_reader_is_named_to_the_provider_s_reports_by_number_and_installation(mail):
    ada, bo = (personal.tags["reader"] for personal in personalise(
        mail, [make_subscriber(7), make_subscriber(8)], secret="s"
    ))  # fmt: skip
    assert re.fullmatch("7-[0-9a-f]{12}", ada)
    assert bo == ada.replace("7-", "8-", 1)
    (elsewhere,) = personalise(mail, [make_subscriber(7)], secret="another")
    assert elsewhere.tags["reader"] != ada


def test_a_mail_that_was_frozen_without_a_reader_s_tag_keeps_its_bytes(mail):
    (personal,) = personalise(replace(mail, tags={"issue": "1"}), [make_subscriber(7)])
    assert personal.tags == {"issue": "1"}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE)),
    themes=st.lists(st.sampled_from([*LABELS, "Unheard of"]), max_size=5).map(tuple),
    id=st.integers(min_value=0, max_value=2**63),
    address=st.emails(),
)
def test_a_json_mail_says_what_the_mail_says(mail, name, themes, id, address):
    person = make_subscriber(id, address, name=name, themes=themes)
    (personal,) = personalise(mail, [person], secret="s")
    (encoded,) = json_mails(mail, [person], document=params, secret="s")
    assert json.loads(encoded) == params(personal)


def test_a_json_mail_says_what_the_mail_says_for_any_subject_and_brand():
    brand = Brand(
        name='Straße "KI" \\',
        sender='"Straße, KI" <ki@recap.example>',
        reply_to="desk@recap.example",
    )
    issue = make_issue(subject='He said: "€5 \\u0041 – </script>" 日本', preheader="ü")
    mail = render_issue(issue, base_url="", brand=brand)
    people = [make_subscriber(1, name="Zoë"), make_subscriber(2)]
    documents = [json.loads(line) for line in json_mails(mail, people, document=params)]
    assert documents == [params(personal) for personal in personalise(mail, people)]


def test_readers_are_read_one_by_one(mail):
    endless = repeat(make_subscriber(1, name="Ada"))
    assert len(list(islice(personalise(mail, endless), 3))) == 3
    assert len(list(islice(json_mails(mail, endless, document=params), 3))) == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": "Dear @@NAME@@"}, "the text part holds @@NAME@@"),
        ({"html": "<p>@@OTHER@@</p>"}, "the HTML holds @@OTHER@@"),
        ({"headers": MappingProxyType({"X": "@@A@@"})}, "X holds @@A@@"),
        ({"headers": MappingProxyType({"X": "@@NAME@@"})}, "X holds @@NAME@@"),
        ({"subject": "@@TO@@"}, "subject holds @@TO@@"),
        ({"sender": "@@TO@@"}, "sender holds @@TO@@"),
    ],
)
def test_a_placeholder_that_nothing_fills_in_is_refused(fields, message):
    mail = make_email(**fields)
    with pytest.raises(TemplateError, match=message):
        next(personalise(mail, [make_subscriber()]))
    with pytest.raises(TemplateError, match=message):
        next(json_mails(mail, [make_subscriber()], document=params))


def test_a_part_without_marks_stays_in_its_order(mail):
    still = tuple(replace(block, text=(0, 0)) for block in mail.blocks)
    greeting = Block("", mail.greeting.html, (0, 0))
    bare = replace(mail, text="Only this.\n", blocks=still, greeting=greeting)
    personal = one(bare, name="Ada", themes=("Funding rounds",))
    assert personal.text == "Only this.\n"
    assert order_in(personal.html)[0] == "Funding rounds"
    assert "Hello Ada," in personal.html
