"""What is found in an issue and its mail before anybody gets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.lint import lint_issue
from digest.model import Brand
from digest.render import render_issue
from tests.builders import make_issue, make_item, make_story, make_theme

BRAND = Brand(address="Weekly AI Recap, 1 Sample Street, 10115 Berlin")


def linted(issue=None, **changes):
    issue = issue or make_issue()
    email = render_issue(issue, base_url="https://recap.example", brand=BRAND)
    return lint_issue(issue, replace(email, **changes))


def messages(findings, level):
    return [finding.message for finding in findings if finding.level == level]


def test_a_sound_issue_has_no_finding():
    assert linted() == ()


@pytest.mark.parametrize(
    ("changes", "level", "message"),
    [
        ({"subject": " "}, "error", "the subject is empty"),
        ({"subject": "a" * 71}, "warning", "the subject has 71 characters"),
        ({"subject": "BUY CHIPS NOW"}, "warning", "in capitals"),
        ({"subject": "Chips are here!!!"}, "warning", "repeats marks"),
        ({"preheader": ""}, "error", "the preheader is empty"),
        ({"preheader": "short"}, "warning", "the preheader has 5 characters"),
        ({"preheader": "a" * 141}, "warning", "the preheader has 141 characters"),
        ({"text": ""}, "error", "the text part is empty"),
        ({"headers": {}}, "error", "List-Unsubscribe is missing"),
    ],
)
def test_a_fault_of_the_mail_is_found(changes, level, message):
    found = messages(linted(**changes), level)
    assert any(message in text for text in found)


def test_a_preheader_that_repeats_the_subject_is_found():
    subject = "Northwind doubles its data centre budget again"
    found = messages(linted(subject=subject, preheader=subject), "warning")
    assert found == ["the preheader repeats the subject"]


def html_with(inside: str, issue=None) -> str:
    issue = issue or make_issue()
    html = render_issue(issue, base_url="https://recap.example", brand=BRAND).html
    return html.replace("</body>", f"{inside}</body>")


@pytest.mark.parametrize(
    ("inside", "level", "message"),
    [
        ("<img src='https://a.example/x.png'>", "error", "no alt text"),
        ("<img src='https://a.example/x.png' alt=''>", "warning", "empty alt text"),
        ("<a href='javascript:alert(1)'>x</a>", "error", "is not http or https"),
        ("<a href=''>x</a>", "error", "is empty"),
        ("<a href='https://'>x</a>", "error", "names no host"),
        ("<a href='https://a.example:x/'>x</a>", "error", "cannot be read"),
        ("<a href='https://a.example/a b'>x</a>", "error", "is no address"),
        ("<p>{{ name }}</p>", "error", "`{{` was not filled in"),
        ("<p>@@NAME@@</p>", "error", "`@@NAME@@` was not filled in"),
        ("<style>" + "a" * 8001 + "</style>", "warning", "<style> has"),
        ("<p>" + "a " * 38_000 + "</p>", "warning", "as delivered"),
        ("<p>" + "a " * 45_000 + "</p>", "error", "as delivered"),
    ],
)
def test_a_fault_of_the_html_is_found(inside, level, message):
    issue = make_issue()
    found = messages(linted(issue, html=html_with(inside, issue)), level)
    assert any(message in text for text in found)


def test_a_mail_without_a_way_to_leave_is_found():
    issue = make_issue()
    email = render_issue(issue, base_url="https://recap.example", brand=BRAND)
    html, text = (part.replace("/leave/", "/stay/") for part in (email.html, email.text))
    found = messages(lint_issue(issue, replace(email, html=html, text=text)), "error")
    assert found == ["no link to unsubscribe", "no address to unsubscribe"]


def test_a_missing_postal_address_is_a_warning():
    issue = make_issue()
    found = lint_issue(issue, render_issue(issue, base_url=""))
    assert messages(found, "warning") == ["no postal address"]


def test_a_theme_of_one_is_a_warning():
    issue = make_issue(make_theme("Alone", [make_story()]), make_theme())
    assert [finding.place for finding in linted(issue)] == ["theme “Alone”"]


def test_an_item_in_two_stories_is_an_error():
    item = make_item("same")
    stories = [make_story(item), make_story(make_item(), item)]
    found = messages(linted(make_issue(make_theme(stories=stories))), "error")
    assert len(found) == 1
    assert "item same is also in story same" in found[0]


def test_two_stories_with_one_link_are_a_warning():
    first, second = make_item(), make_item(link="https://chip-ledger.example/x")
    third = make_item(link="https://chip-ledger.example/x")
    stories = [make_story(first), make_story(second), make_story(third)]
    found = messages(linted(make_issue(make_theme(stories=stories))), "warning")
    assert any("https://chip-ledger.example/x is also that of" in text for text in found)


def test_an_undated_story_is_a_warning():
    stories = [make_story(make_item(published=None)), make_story()]
    found = messages(linted(make_issue(make_theme(stories=stories))), "warning")
    assert found == ["no report has a date (1 of 2 stories)"]


def test_a_story_without_a_source_is_an_error():
    stories = [make_story(make_item(source=" ")), make_story()]
    found = messages(linted(make_issue(make_theme(stories=stories))), "error")
    assert any("names no source" in text for text in found)


def test_a_link_that_no_reader_can_open_is_an_error():
    stories = [make_story(make_item(link="javascript:alert(1)")), make_story()]
    found = messages(linted(make_issue(make_theme(stories=stories))), "error")
    assert len(found) == 1
    assert "which no reader can open" in found[0]


def test_a_story_that_a_part_does_not_print_is_an_error_in_its_place():
    issue = make_issue()
    other = render_issue(make_issue(), base_url="https://recap.example", brand=BRAND)
    found = lint_issue(issue, replace(other, html="<p>nothing</p>"))
    lost = [finding for finding in found if "headline" in finding.message]
    assert len(lost) == 8
    assert all(finding.fix for finding in found)


def test_a_story_about_templates_is_no_leftover():
    issue = make_issue(
        make_theme(stories=[make_story(make_item(title="How {{ braces }} work")), make_story()])
    )
    assert linted(issue) == ()


def test_errors_come_before_warnings():
    levels = [finding.level for finding in linted(subject="", preheader="x")]
    assert levels == ["error", "warning"]
