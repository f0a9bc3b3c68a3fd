"""A story that an editor adds by its address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest.errors import InputError
from digest.model.moves import ThemeMark
from digest.pipeline import editing
from digest.pipeline.project import create_project
from digest.settings import load_settings
from digest.sources.fetched import Manners
from tests.builders import NOW, make_issue
from tests.standins.web import Answer, FastClock, running_web

PAGE = (
    "<!DOCTYPE html><html><head><title>Site | Northwind cuts prices</title>"
    '<meta property="og:title" content="Northwind cuts the price of its model">'
    '<meta property="og:site_name" content="Harbour Post">'
    '<meta property="article:published_time" content="2026-05-29T10:00:00Z">'
    '<meta name="description" content="Northwind halves what it asks for a token."></head>'
    "<body><article><h1>Northwind cuts the price of its model</h1><p>Northwind halves what it asks"
    " for a token of its model from Monday.</p><p>The new price is $2 for a million tokens, which"
    " was $4 before, and holds for every customer.</p></article></body></html>"
)


@pytest.fixture
def add(tmp_path, store):
    create_project(tmp_path / "project")
    settings = load_settings(tmp_path / "project")
    store.content.save_issue(make_issue())
    clock = FastClock(NOW)

    def _add(url, **fields):
        manners = Manners("mailto:a@b.example", frozenset({"127.0.0.1"}))
        given = {"revision": 1, "by": "anna", "now": NOW + timedelta(hours=1), **fields}
        return editing.add_by_url(
            store, settings, 5, url, manners=manners, clock=clock, **given
        ).issue

    with running_web(clock) as web:
        _add.web, _add.store, _add.settings = web, store, settings
        yield _add


def test_an_article_becomes_an_item_and_a_briefed_story(add):
    url = add.web.serve("/price", Answer(PAGE.encode(), headers={"Content-Type": "text/html"}))
    issue = add(url, theme=ThemeMark("Custom silicon"))
    story = issue.themes[1].stories[-1]
    assert story.title == "Northwind cuts the price of its model"
    assert story.lead.source == "Harbour Post"
    assert "$2 for a million tokens" in str(story.brief)
    assert [item.id for item in add.store.content.items(before=NOW + timedelta(days=1))] == [
        story.id
    ]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/x", "nothing was added"),
        ("http://10.0.0.1/", "nothing was added.*private"),
        ("ftp://files.example/a", "is not an http or https address"),
        ("no address", "nothing was added"),
        ("https://" + "a" * 5000, "the address has 5,008 characters"),
    ],
)
def test_an_address_that_cannot_be_fetched_changes_nothing(add, url, said):
    with pytest.raises(InputError, match=said):
        add(url)
    assert add.store.content.issue(5).revision == 1
    assert add.store.content.items(before=NOW + timedelta(days=1)) == ()


def test_an_article_that_the_issue_tells_already_is_not_added_twice(add):
    url = add.web.serve("/price", Answer(PAGE.encode(), headers={"Content-Type": "text/html"}))
    add(url)
    with pytest.raises(InputError, match="tells this article already"):
        add(url, revision=2)


def test_an_added_story_is_in_the_issue_as_it_was_made_again(add):
    url = add.web.serve("/price", Answer(PAGE.encode(), headers={"Content-Type": "text/html"}))
    added = add(url).also[-1]
    again = editing.issue_at(add.store, add.settings, 5, 2)
    assert again.also[-1] == added


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"<html><body></body></html>", "text/html", "no title and no text"),
        (b" ", "text/html", "is an empty page"),
        (b"", "text/html", "the answer is empty"),
        (b"%PDF-1.7", "application/pdf", "leads to application/pdf, not to a page"),
    ],
)
def test_what_is_no_article_is_refused(add, body, kind, said):
    url = add.web.serve("/x", Answer(body, headers={"Content-Type": kind}))
    with pytest.raises(InputError, match=said):
        add(url)
    assert add.store.content.items(before=NOW + timedelta(days=1)) == ()


def test_a_page_that_gives_little_of_itself_is_told_by_its_title(add):
    page = b'<html><head><title>Harbour Labs opens a model</title><meta name="date"></head></html>'
    url = add.web.serve("/x", Answer(page, headers={"Content-Type": "text/html"}))
    story = add(url).also[-1]
    assert (story.title, story.lead.published) == ("Harbour Labs opens a model", None)
