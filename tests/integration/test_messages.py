"""The catalogues say all that the mail says, and the mail says nothing past them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from babel.messages.pofile import read_po
from lxml import html as lxml_html

from digest.catalogs import catalog
from digest.localisation import Catalog
from digest.render import render_issue
from digest.shipped import shipped
from tests.arabic_issue import BRAND, arabic_issue
from tests.messages import TEMPLATE, Marked, extracted, shipped_catalogs, unmarked

LATIN = re.compile("[A-Za-z]+")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
NOT_PRINTED = {"id", "link", "signals", "status", "timezone", "url", "week", "window"}
SAID_BY_THE_MAIL = {"who_should_care", "terms", "language"}
COUNTS_NAMED_BY_THE_WORD = 3
"""Forms for none, one and two may say it without the number, as Arabic does."""


@pytest.fixture(scope="module", params=sorted(shipped_catalogs()))
def translated(request):
    return shipped_catalogs()[request.param]


def ids(messages) -> set:
    return {message.id for message in messages if message.id}


def test_the_template_for_translators_is_up_to_date():
    with TEMPLATE.open("rb") as file:
        assert ids(read_po(file)) == ids(extracted()), "run `python -m tests.messages`"


def test_arabic_is_shipped():
    assert "ar" in shipped_catalogs()


def test_a_catalogue_has_each_message_and_none_that_nobody_says(translated):
    assert ids(translated) == ids(extracted())
    assert not translated.obsolete


def test_every_message_is_translated_in_all_its_plural_forms(translated):
    for message in translated:
        forms = message.string if message.pluralizable else (message.string,)
        assert all(forms), message.id
        assert not message.fuzzy
        assert len(forms) == (translated.num_plurals if message.pluralizable else 1)


def test_a_translation_passes_the_checks_of_gettext(translated):
    assert [str(error) for _, errors in translated.check() for error in errors] == []


def test_a_translation_fills_in_what_the_message_does(translated):
    for message in translated:
        if message.pluralizable:
            wanted = set(PLACEHOLDER.findall(message.id[1]))
            for form in message.string[:COUNTS_NAMED_BY_THE_WORD]:
                assert set(PLACEHOLDER.findall(form)) <= wanted, message.id
            for form in message.string[COUNTS_NAMED_BY_THE_WORD:]:
                assert set(PLACEHOLDER.findall(form)) == wanted, message.id
        else:
            wanted = sorted(PLACEHOLDER.findall(message.id))
            assert sorted(PLACEHOLDER.findall(message.string)) == wanted, message.id


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا أخبار"),
        (1, "خبر واحد"),
        (2, "خبران"),
        (7, "7 أخبار"),
        (36, "36 خبرًا"),
        (100, "100 خبر"),
    ],
)
def test_arabic_counts_in_six_forms(number, said):
    assert catalog("ar").count("%(number)s story", "%(number)s stories", number) == said


def texts_of(value: object) -> Iterator[str]:
    """Every text of an issue that is printed as it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_of(part)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in NOT_PRINTED | SAID_BY_THE_MAIL:
                yield from texts_of(getattr(value, field.name))


def forgotten(templates=None) -> set[str]:
    """The Latin words of a mail in Arabic that are neither its issue's nor marked as a message."""
    words = Catalog("ar", Marked())
    issue = arabic_issue(words)
    own = " ".join((*texts_of(arabic_issue(catalog("ar"))), *texts_of(BRAND)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digest.render.catalog", lambda *_: words)
        mail = render_issue(
            issue, base_url="https://recap.example", brand=BRAND, templates=templates
        )
    body = lxml_html.document_fromstring(mail.html).body
    printed = [" ".join(body.itertext()), mail.subject, mail.preheader]
    printed += [
        text for name in ("alt", "title", "aria-label") for text in body.xpath(f"//@{name}")
    ]
    printed += [re.sub(r"(?m)^\s*\S+:\S+$", "", mail.text)]
    return set(LATIN.findall(unmarked("\n".join(printed)))) - set(LATIN.findall(own))


def test_a_mail_prints_no_word_of_its_own_past_the_catalogue():
    assert forgotten() == set()


def test_a_word_that_a_template_forgot_to_look_up_is_noticed(tmp_path):
    footer = (shipped("templates") / "email" / "_footer.mjml.j2").read_text(encoding="utf-8")
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "_footer.mjml.j2").write_text(
        footer.replace('{{ gettext("Unsubscribe") }}', "Unsubscribe"), encoding="utf-8"
    )
    assert forgotten(tmp_path) == {"Unsubscribe"}
