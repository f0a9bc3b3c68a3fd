"""Whether both parts tell every story, and nothing of the templates is left."""

from __future__ import annotations

from html import escape

import pytest

from digest.lint.parts import check_leftovers, check_parts
from tests.builders import make_issue, make_item, make_story, make_theme
from tests.builders_lint import found, make_letter

STORIES = [
    make_story(make_item(title="Corvid & Kestrel\ttape out", source="Chip <Ledger>")),
    make_story(make_item(title="How {{ braces }} work")),
]
ISSUE = make_issue(make_theme(stories=STORIES))


def told(stories=STORIES):
    """Both parts, telling these stories."""
    leads = [(story.title, story.lead.link, story.lead.source) for story in stories]
    html = "".join(
        f'<a href="{url}">{escape(title)}</a> {escape(who)}' for title, url, who in leads
    )
    text = "\n".join(f"{title}\n{who}\n{url}" for title, url, who in leads)
    return html.replace("{", "&#123;"), text


def letter(html=None, text=None):
    usual = told()
    return make_letter(html or usual[0], text=usual[1] if text is None else text, issue=ISSUE)


def test_parts_that_tell_every_story_are_sound():
    assert found(check_parts, letter()) == []


@pytest.mark.parametrize("part", ["HTML", "text part"])
def test_a_story_that_a_part_does_not_tell_is_an_error_in_its_place(part):
    html, text = told(STORIES[:1])
    findings = list(check_parts(letter(html=html) if part == "HTML" else letter(text=text)))
    assert {(one.level, one.rule) for one in findings} == {("error", "story-missing")}
    assert {one.place for one in findings} == {f"story {STORIES[1].id} “How {{{{ braces }}}} work”"}
    assert all(one.message.endswith(f"is missing from the {part}") for one in findings)
    assert len(findings) == 3


def test_an_empty_text_part_is_one_error():
    assert found(check_parts, letter(text=" ")) == [("error", "text-part")]


def test_a_link_that_is_no_link_is_not_looked_for():
    story = make_story(make_item(title="Corvid", link="javascript:alert(1)"))
    mail = make_letter(
        "<p>Corvid Chip Ledger</p>", text="Corvid Chip Ledger",
        issue=make_issue(make_theme(stories=[story])),
    )  # fmt: skip
    assert found(check_parts, mail) == []


def test_a_story_may_write_about_templates():
    assert found(check_leftovers, letter()) == []


@pytest.mark.parametrize("mark", ["{{ name }}", "{% if x %}", "@@NAME@@", "<mj-text>"])
@pytest.mark.parametrize("part", ["HTML", "text part"])
def test_a_mark_that_was_not_filled_in_is_an_error_in_its_part(mark, part):
    mail = make_letter(mark) if part == "HTML" else make_letter(text=f"Hello {mark}")
    (finding,) = check_leftovers(mail)
    assert (finding.level, finding.rule, finding.place) == ("error", "leftover", part)


def test_the_way_out_is_filled_in_later():
    assert found(check_leftovers, make_letter("@@UNSUBSCRIBE@@", text="@@UNSUBSCRIBE@@")) == []


def test_braces_of_any_text_are_its_own_where_the_html_has_them_as_references():
    shown = make_letter("&#123;&#123; deep &#125;&#125;", text="{{ deep }}")
    assert found(check_leftovers, shown) == []


def test_a_mark_that_both_parts_left_is_an_error_in_each():
    places = [one.place for one in check_leftovers(make_letter("{{ name }}", text="{{ name }}"))]
    assert places == ["HTML", "text part"]
