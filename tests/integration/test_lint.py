"""What is found in a rendered issue and its mail before anybody gets it."""

from __future__ import annotations

from dataclasses import replace

from digest.lint import LinkAnswer, link_addresses, lint_issue
from digest.model import Brand
from digest.render import render_issue
from tests.builders import make_issue, make_item, make_story, make_theme
from tests.full_issue import full_issue

BRAND = Brand(address="Weekly AI Recap, 1 Sample Street, 10115 Berlin")
BASE = "https://recap.example"


def linted(issue=None, *, brand=BRAND, goes_out=True, answers=None, **changes):
    issue = issue or make_issue()
    email = replace(render_issue(issue, base_url=BASE, brand=brand), **changes)
    return lint_issue(issue, email, goes_out=goes_out, answers=answers)


def test_a_sound_issue_has_no_finding():
    assert linted() == ()


def test_a_busy_week_has_no_finding_but_its_undated_story():
    assert [finding.rule for finding in linted(full_issue())] == ["story-undated"]


def test_a_story_about_templates_in_another_script_is_no_fault():
    titles = ["How {{ braces }} work", "نورث ويند تفتح مركز بيانات"]
    stories = [make_story(make_item(title=title)) for title in titles]
    assert linted(make_issue(make_theme(stories=stories))) == ()


def test_the_shipped_footer_without_an_address_says_so():
    found = linted(brand=Brand(), goes_out=False)
    assert [(finding.level, finding.rule) for finding in found] == [("warning", "postal-address")]


def test_every_story_that_the_html_lost_is_named():
    html = render_issue(make_issue(), base_url=BASE, brand=BRAND).html
    found = linted(html=html)
    assert len([one for one in found if one.rule == "story-missing"]) == 8


def test_errors_come_before_warnings():
    levels = [finding.level for finding in linted(subject="", preheader="x")]
    assert levels == ["error", "warning"]


def test_the_addresses_of_a_mail_are_those_that_its_answers_are_judged_by():
    issue = make_issue()
    email = render_issue(issue, base_url=BASE, brand=BRAND)
    urls = link_addresses(email)
    assert urls == tuple(story.lead.link for story in issue.stories)
    answers = {url: LinkAnswer(200, url) for url in urls}
    assert lint_issue(issue, email, answers=answers) == ()
    answers[urls[1]] = LinkAnswer(404, urls[1], "answered 404 Not Found")
    (finding,) = lint_issue(issue, email, answers=answers)
    assert (finding.rule, finding.place) == ("link-dead", f"link “{issue.stories[1].title}”")
