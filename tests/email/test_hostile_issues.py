"""Thousands of issues made to break the mail: no crash, no word lost, nothing smuggled in."""

from __future__ import annotations

import email
import email.policy
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html as lxml_html

from digest.blocks import open_link, printable
from digest.model import Issue
from digest.providers.outbox import eml
from digest.tokens import leave_token
from tests.builders import NOW, make_brief, make_issue, make_item, make_story, make_theme
from tests.email.hostile import digest, hostile_issue, seeds, texts
from tests.email.mails import SECRET, Mail, every_part, mail_of, quiet
from tests.email.words import words_of_html, words_of_mjml
from tests.full_issue import full_issue

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)


def hostile(count: int, *, random: bool = False):
    """Tries that many issues: the same at every run, unless they shall be random."""

    def decorate(test):
        return settings(
            max_examples=count,
            deadline=None,
            derandomize=not random,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(texts=texts, seed=seeds)(test))

    return decorate


@hostile(100)
def test_a_hundred_hostile_issues_reach_the_reader_whole(texts, seed):
    check_a_reader_gets_it_whole(texts, seed)


@pytest.mark.ci
@hostile(1_000)
def test_a_thousand_hostile_issues_reach_the_reader_whole(texts, seed):
    check_a_reader_gets_it_whole(texts, seed)


@pytest.mark.slow
@hostile(10_000, random=True)
def test_ten_thousand_hostile_issues_reach_the_reader_whole(texts, seed):
    check_a_reader_gets_it_whole(texts, seed)


def issue_with(title: str = "A title", **fields: object) -> Issue:
    item = make_item("known", title, **fields)
    brief = make_brief(item, who_should_care=title)
    return make_issue(make_theme(stories=[make_story(item, brief=brief)]))


@pytest.mark.parametrize("role", ["@@UNSUBSCRIBE@@", "bell\x07", "c1 \x92", "lone \ud800"])
def test_a_hostile_role_reaches_the_reader_as_words(role):
    nothing_is_smuggled_in(mail_of(issue_with(role)))


def test_a_link_with_what_is_no_character_can_be_rendered():
    titles_and_links_are_there(mail_of(issue_with(link="https://a.example/\U0001fffe")))


def check_a_reader_gets_it_whole(texts: list[str], seed: int) -> None:
    mail = mail_of(*hostile_issue(texts, seed))
    assert words_of_html(mail.html) == words_of_mjml(mail.source)
    titles_and_links_are_there(mail)
    nothing_is_smuggled_in(mail)
    lines_are_short(mail.email.text)
    survives_delivery(mail)


def titles_and_links_are_there(mail: Mail) -> None:
    html, text = squeezed(words_of_html(mail.html)), squeezed([mail.email.text])
    targets = set(lxml_html.document_fromstring(mail.html).xpath("//a/@href"))
    lines = {line.strip() for line in mail.email.text.split("\n")}
    for story in mail.issue.stories:
        title, link = squeezed([printable(story.title)]), open_link(story.lead.link)
        assert title in html
        assert title in text
        assert not link or (link in targets and link in lines)


def squeezed(words: Iterable[str]) -> str:
    """Without blanks and the marks that turn a line of the text part."""
    return re.sub("[\u200e\u200f\\s]", "", "".join(words))


@cache
def known_markup() -> tuple[frozenset[str], frozenset[str]]:
    """Every element and every attribute that harmless issues make."""
    made = (mail_of(issue).html for issue in (full_issue(), every_part(), quiet()))
    nodes = [node for html in made for node in lxml_html.document_fromstring(html).iter("*")]
    return frozenset(n.tag for n in nodes), frozenset(name for n in nodes for name in n.attrib)


def nothing_is_smuggled_in(mail: Mail) -> None:
    for part in (mail.html, mail.email.text):
        assert not UNSEEN.search(part)
        assert not re.search("@@[A-Z_]+@@", part)
        assert part.count(leave_token(1, SECRET)) == 1
    assert mail.html.rstrip().endswith("</html>")
    elements, attributes = known_markup()
    document = lxml_html.document_fromstring(mail.html)
    for node in document.iter("*"):
        assert node.tag in elements
        assert attributes >= set(node.attrib)
    for label in document.xpath("//@aria-label"):
        assert squeezed([label]) == squeezed([printable(mail.issue.subject)])
    for target in document.xpath("//a/@href"):
        assert target.lower().startswith(("http://", "https://"))


def lines_are_short(text: str) -> None:
    for line in text.split("\n"):
        words = (word.lstrip("\u200e\u200f") for word in line.lower().split())
        if not any(word.startswith(("http://", "https://")) for word in words):
            assert columns(line) <= 72, line


def columns(line: str) -> int:
    """How wide a terminal shows it; marks and joiners take no column."""
    shown = (sign for sign in line if unicodedata.category(sign) not in {"Mn", "Me", "Cf"})
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in shown)


def survives_delivery(mail: Mail) -> None:
    sent = eml(mail.email, key="checks", at=NOW).as_bytes()
    got = email.message_from_bytes(sent, policy=email.policy.default)
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    for part, subtype in ((mail.email.text, "plain"), (mail.html, "html")):
        body = got.get_body((subtype,))
        assert body.get_content().replace("\r\n", "\n").rstrip("\n") == part.rstrip("\n")


def test_the_same_hostile_issues_give_the_same_bytes_in_other_processes(root):
    command = [sys.executable, "-c", "from tests.email.hostile import digest; print(digest())"]
    told = {
        subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=root,
            env={**os.environ, "PYTHONHASHSEED": salt},
        ).stdout.strip()
        for salt in ("1", "2")
    }  # fmt: skip
    assert told == {digest()}
