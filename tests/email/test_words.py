"""No word is lost, glued or cut off on the way from the MJML to what a reader sees."""

from __future__ import annotations

from lxml import html as lxml_html

from digest.lint.size import DELIVERED_ERROR, delivered_size
from tests.email.words import as_outlook_reads, without_styles, words_of_html, words_of_mjml


def test_the_html_has_the_words_of_the_mjml_in_their_order(mail):
    words = words_of_mjml(mail.source)
    assert len(words) > 50
    assert words_of_html(mail.html) == words


def test_outlook_reads_the_same_words(mail):
    assert words_of_html(as_outlook_reads(mail.html)) == words_of_html(mail.html)


def test_a_client_that_drops_styles_reads_the_same_words(mail):
    assert words_of_html(without_styles(mail.html)) == words_of_html(mail.html)


def test_words_glued_by_the_compiler_are_seen():
    text = "<mj-text><p><b>one</b>\n<i>two</i></p><p>three</p></mj-text>"
    source = f"<mjml><mj-body>{text}</mj-body></mjml>"
    assert words_of_mjml(source) == ["one", "two", "three"]
    assert words_of_html("<body><div><p><b>one</b><i>two</i></p><p>three</p></div></body>") == [
        "onetwo",
        "three",
    ]


def test_every_title_is_in_the_text_part(mail):
    squeezed = "".join(mail.email.text.split())
    titles = [story.title for story in mail.issue.stories]
    assert [title for title in titles if "".join(title.split()) not in squeezed] == []


def test_every_address_behind_a_link_is_in_the_text_part_alone_on_a_line(mail):
    lines = {line.strip() for line in mail.email.text.splitlines()}
    targets = lxml_html.document_fromstring(mail.html).xpath("//a/@href")
    assert len(targets) >= len(mail.issue.stories) - 1
    assert [target for target in targets if target not in lines] == []


def test_lines_of_the_text_part_have_72_columns_but_for_addresses(mail):
    long = [
        line
        for line in mail.email.text.splitlines()
        if len(line) > 72 and not line.strip().startswith(("http://", "https://"))
    ]
    assert long == []


def test_gmail_shows_the_whole_mail(mail):
    assert delivered_size(mail.html) <= DELIVERED_ERROR
