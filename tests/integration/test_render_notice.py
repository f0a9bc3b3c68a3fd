"""A notice becomes a mail: in the design of the issue, with one button, for one person."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html as lxml_html

from digest import notices
from digest.errors import ConfigError, TemplateError
from digest.lint import lint_notice
from digest.model import Brand
from digest.render import render_notice
from digest.specimen_notices import specimen_notices

BASE = "https://recap.example"
BRAND = Brand(
    name="Harbour Recap",
    address="1 Sample Street, 10115 Berlin",
    footer="Set in Bergen.",
    reply_to="desk@post.example",
)
NOTICES = {notice.kind: notice for notice in specimen_notices(BRAND, base_url=BASE)}
everyone = pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)


def mail_of(notice: notices.Notice, **options):
    return render_notice(notice, to="reader@post.example", **options)


def squeezed(text: str) -> str:
    """Without blanks and the marks that keep names of another script in place."""
    return re.sub("[\u200e\u200f\\s]", "", text)


@everyone
def test_both_parts_say_all_of_it_and_who_writes(notice):
    mail = mail_of(notice)
    document = lxml_html.document_fromstring(mail.html)
    said = (*notice.texts, "Set in Bergen.", "1 Sample Street, 10115 Berlin")
    for part in (squeezed(document.text_content()), squeezed(mail.text)):
        assert all(squeezed(text) in part for text in said)
    assert mail.to == "reader@post.example"
    assert mail.tags == {"notice": notice.kind}


@everyone
def test_it_has_its_links_and_each_address_is_alone_on_a_line_of_the_text_part(notice):
    mail = mail_of(notice)
    links = [link.get("href") for link in lxml_html.document_fromstring(mail.html).iter("a")]
    wanted = [*notice.links, *([notice.leave] if notice.leave else [])]
    assert links == wanted
    assert set(links) <= {line.strip() for line in mail.text.splitlines()}


@everyone
def test_the_document_has_a_language_a_title_and_one_heading(notice):
    document = lxml_html.document_fromstring(mail_of(notice).html)
    levels = [int(node.tag[1]) for node in document.iter("h1", "h2", "h3")]
    assert document.get("lang") == "en"
    assert document.findtext(".//title") == notice.subject
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@everyone
def test_the_lint_has_nothing_to_say_of_it(notice):
    assert lint_notice(mail_of(notice)) == ()


def test_a_notice_says_that_a_machine_wrote_it_and_where_answers_go():
    headers = mail_of(NOTICES["alert"]).headers
    assert headers == {"Auto-Submitted": "auto-generated", "Reply-To": "desk@post.example"}


def test_of_the_notices_the_welcome_alone_can_be_left():
    headers = {kind: mail_of(notice).headers for kind, notice in NOTICES.items()}
    assert {kind for kind in NOTICES if "List-Unsubscribe" in headers[kind]} == {"welcome"}
    assert headers["welcome"]["List-Unsubscribe"] == f"<{NOTICES['welcome'].leave}>"
    assert headers["welcome"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_braces_and_tags_in_a_report_reach_the_operator_as_they_are():
    said = 'he said "{{ 7 * 7 }}" {% raw %} <mj-text> & </b>'
    mail = mail_of(notices.alert(BRAND, problem=said, place=said, fix=said, lines=[said]))
    text = lxml_html.document_fromstring(mail.html).text_content()
    assert squeezed(text).count(squeezed(said)) == 6  # twice in the preheader
    assert lint_notice(mail) == ()


def test_a_template_of_ones_own_is_used(tmp_path):
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "notice.txt.j2").write_text("Only {{ page.heading }}")
    assert mail_of(NOTICES["goodbye"], templates=tmp_path).text == "Only You have left\n"


def test_a_template_that_is_no_mjml_is_an_error_that_names_the_notice(tmp_path):
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "notice.mjml.j2").write_text("<mjml><mj-foo /></mjml>")
    with pytest.raises(TemplateError, match="the goodbye notice cannot be rendered: line 1"):
        mail_of(NOTICES["goodbye"], templates=tmp_path)


def test_a_sender_that_would_end_the_header_is_refused():
    notice = replace(NOTICES["goodbye"], brand=Brand(sender="A <a@b.example>\r\nBcc: x@y.example"))
    with pytest.raises(ConfigError, match="sender"):
        mail_of(notice)
