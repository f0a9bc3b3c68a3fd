"""The page of the week at the desk: every move by plain forms, conflicts, history, no edit lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from digest.model import IssueStatus, Role, Story
from digest.settings import Settings
from digest.store import Store
from tests.builders import make_brief, make_issue, make_item, make_story, make_theme, said
from tests.builders_desk import DeskClient, desk_app, signed_in
from tests.builders_sending import Clock

HOME = "/desk/issues/5"


def story(id: str, *others: str) -> Story:
    items = [make_item(one, f"Report {one}") for one in (id, *others)]
    brief = make_brief(items[0], insight=said(f"Insight of {id}.", id))
    return make_story(*items, id=id, brief=brief)


@pytest.fixture
def app(store: Store, settings: Settings, clock: Clock) -> Flask:
    """A draft of two themes of two stories and two short ones, on the desk."""
    store.content.save_issue(
        make_issue(
            make_theme("Infra capex", [story("a", "a2"), story("b")]),
            make_theme("Custom silicon", [story("c"), story("d e/f")]),
            also=(story("s"), story("t")),
        )
    )
    return desk_app(store, settings, clock)


@pytest.fixture
def ada(app: Flask, store: Store, clock: Clock) -> DeskClient:
    """An editor with the page of the week before her."""
    return signed_in(app, store, clock, role=Role.EDITOR)


def revision(page: str) -> str:
    return re.search(r'name="revision" value="(\d+)"', page)[1]  # type: ignore[index]


def send(editor: DeskClient, path: str, data: dict[str, Any], seen: str = "") -> Any:
    """Send a form of the page as it is now, or as it was when `seen` was its revision."""
    seen = seen or revision(editor.get(HOME).text)
    return editor.post(f"{HOME}{path}", data={"revision": seen, **data})


def layout(store: Store) -> dict[str, list[str]]:
    issue = store.content.issue(5)
    told = {theme.label: [story.id for story in theme.stories] for theme in issue.themes}
    return told | {"also": [story.id for story in issue.also]}


def test_the_page_shows_each_theme_and_story_with_its_moves(ada: DeskClient) -> None:
    page = ada.get(HOME).text
    for text in ("Infra capex", "Custom silicon", "Report a", "Report s", "2 reports"):
        assert text in page
    assert 'value="up d%20e/f"' in page
    assert f'href="{HOME}/stories/d%20e/f"' in page


@pytest.mark.parametrize(
    ("path", "form", "after"),
    [
        ("/moves", {"move": "down a"}, {"Infra capex": ["b", "a"]}),
        ("/moves", {"move": "up b"}, {"Infra capex": ["b", "a"]}),
        ("/moves", {"move": "drop b"}, {"Infra capex": ["a"]}),
        ("/moves", {"move": "place d%20e/f 0 b"}, {"Infra capex": ["a", "d e/f", "b"]}),
        ("/moves", {"move": "place s 1 -"}, {"Custom silicon": ["c", "d e/f", "s"]}),
        ("/chosen", {"do": "move", "story": ["s", "t"], "to": "0"}, {"also": []}),
        ("/chosen", {"do": "drop", "story": ["s", "t"]}, {"also": []}),
        ("/chosen", {"do": "merge", "story": ["a", "b"]}, {"Infra capex": ["a"]}),
        ("/chosen", {"do": "theme", "story": ["b", "s"], "label": "Money"}, {"Money": ["b", "s"]}),
        ("/chosen", {"do": "split", "story": "a", "item": "a2"}, {"Infra capex": ["a", "a2", "b"]}),
        ("/themes/0", {"label": "Spending"}, {"Spending": ["a", "b"]}),
        ("/themes/0/join", {"other": "1"}, {"Infra capex": ["a", "b", "c", "d e/f"]}),
    ],
)
def test_a_form_moves_what_it_says(
    ada: DeskClient, store: Store, path: str, form: dict[str, Any], after: dict[str, list[str]]
) -> None:
    answer = send(ada, path, form)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(HOME)
    assert layout(store) | after == layout(store)


def test_themes_change_places(ada: DeskClient, store: Store) -> None:
    send(ada, "/moves", {"move": "theme-down 0"})
    assert list(layout(store)) == ["Custom silicon", "Infra capex", "also"]


def test_a_pinned_story_says_so_until_it_is_let_go(ada: DeskClient) -> None:
    send(ada, "/moves", {"move": "pin a"})
    assert 'value="unpin a"' in ada.get(HOME).text
    send(ada, "/moves", {"move": "unpin a"})
    assert 'value="unpin a"' not in ada.get(HOME).text


def test_the_lines_on_top_are_worded(ada: DeskClient, store: Store) -> None:
    send(ada, "/words", {"subject": "A week of budgets", "intro": "One.\r\nTwo."})
    issue = store.content.issue(5)
    assert (issue.subject, issue.intro) == ("A week of budgets", ("One.", "Two."))


def test_a_story_is_worded_on_its_page_and_given_back(ada: DeskClient, store: Store) -> None:
    page = ada.get(f"{HOME}/stories/a").text
    assert "Insight of a." in page
    form = {"headline": "My headline", "insight": "My own words.", "page": "a"}
    answer = send(ada, "/stories/a", form)
    assert answer.headers["Location"].endswith("/stories/a")
    worded = store.content.issue(5).themes[0].stories[0]
    assert (worded.title, worded.brief.insight[0].text) == ("My headline", "My own words.")
    page = ada.get(f"{HOME}/stories/a").text
    assert "As the machine wrote it" in page
    assert "<b>edited</b>" in ada.get(HOME).text
    send(ada, "/moves", {"move": "rewrite a headline", "page": "a"})
    assert store.content.issue(5).themes[0].stories[0].title == "Report a"


def test_another_report_leads_a_story(ada: DeskClient, store: Store) -> None:
    send(ada, "/moves", {"move": "lead a a2", "page": "a"})
    assert store.content.issue(5).themes[0].stories[0].title == "Report a2"


def test_after_a_drop_on_its_page_the_editor_is_back_at_the_week(ada: DeskClient) -> None:
    answer = send(ada, "/moves", {"move": "drop a", "page": "a"})
    assert answer.headers["Location"].endswith(HOME)


def test_what_was_done_is_undone_and_done_again(ada: DeskClient, store: Store) -> None:
    before = layout(store)
    send(ada, "/moves", {"move": "drop b"})
    after = layout(store)
    send(ada, "/moves", {"step": "undo"})
    assert layout(store) == before
    send(ada, "/moves", {"step": "redo"})
    assert layout(store) == after


def test_nothing_to_undo_is_said(ada: DeskClient) -> None:
    assert re.search(r'value="undo"\s+disabled', ada.get(HOME).text)
    answer = send(ada, "/moves", {"step": "undo"})
    assert answer.status_code == 409
    assert "nothing to undo" in answer.text


def test_a_form_sent_twice_moves_once(ada: DeskClient, store: Store) -> None:
    seen = revision(ada.get(HOME).text)
    for _ in range(2):
        assert send(ada, "/moves", {"move": "drop b"}, seen).status_code == 303
    assert layout(store)["Infra capex"] == ["a"]


def test_two_editors_at_once_lose_nothing(
    app: Flask, ada: DeskClient, store: Store, clock: Clock
) -> None:
    bob = signed_in(app, store, clock, "bob", Role.EDITOR)
    seen = revision(bob.get(HOME).text)
    send(ada, "/themes/0", {"label": "Spending"})
    answer = send(bob, "/stories/b", {"headline": "Words of Bob"}, seen)
    assert answer.status_code == 409
    for text in ("Changed meanwhile", "ada", "Spending", "Words of Bob"):
        assert text in answer.text
    assert "Words of Bob" not in str(store.content.issue(5))
    kept = unescape(re.search(r'name="kept" value="([^"]*)"', answer.text)[1])  # type: ignore[index]
    again = send(bob, "/again", {"kept": kept}, revision(answer.text))
    assert again.status_code == 303
    issue = store.content.issue(5)
    assert issue.themes[0].label == "Spending"
    assert issue.themes[0].stories[1].title == "Words of Bob"


def test_the_history_tells_each_step_and_leads_back(ada: DeskClient, store: Store) -> None:
    before = layout(store)
    send(ada, "/moves", {"move": "drop b"})
    send(ada, "/themes/0", {"label": "Spending"})
    page = ada.get(f"{HOME}/history").text
    assert all(text in page for text in ("ada", "Spending", "Report b"))
    changes = ada.get(f"{HOME}/history/2").text
    assert "Report b" in changes
    send(ada, "/history/1", {})
    assert layout(store) == before


def test_a_reworded_line_is_shown_word_by_word(ada: DeskClient) -> None:
    send(ada, "/stories/a", {"headline": "Report about a"})
    page = ada.get(f"{HOME}/history/2").text
    assert re.search("<ins>[^<]*about", page)


@pytest.mark.parametrize(
    ("path", "form", "told"),
    [
        ("/moves", {"move": "up nobody"}, "no story"),
        ("/moves", {"move": "jump a"}, "no button says"),
        ("/chosen", {"do": "drop"}, "choose at least one story"),
        ("/themes/9", {"label": "x"}, "no theme number"),
        ("/themes/0", {"label": " "}, "needs a name"),
        ("/stories/nobody", {"headline": "x"}, "no story"),
        ("/again", {"kept": "{}"}, "no moves"),
        ("/add", {"url": "file:///etc/passwd"}, "file:///etc/passwd"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    ada: DeskClient, store: Store, path: str, form: dict[str, str], told: str
) -> None:
    before = store.content.issue(5)
    answer = send(ada, path, form)
    assert answer.status_code == 400
    assert told in unescape(answer.text)
    assert store.content.issue(5) == before


def test_a_form_without_a_revision_is_refused(ada: DeskClient) -> None:
    answer = ada.post(f"{HOME}/moves", data={"move": "drop a"})
    assert answer.status_code == 400
    assert "names no revision" in answer.text


def test_a_megabyte_of_text_is_refused_and_kept_on_the_page(ada: DeskClient, store: Store) -> None:
    text = "word " * 200_000
    answer = send(ada, "/stories/a", {"insight": text})
    assert answer.status_code == 400
    assert "word word word" in answer.text
    assert "Insight of a." in str(store.content.issue(5))


def test_markup_in_a_headline_is_text(ada: DeskClient) -> None:
    send(ada, "/stories/a", {"headline": '<script>alert("x")</script>'})
    for path in (HOME, f"{HOME}/stories/a", f"{HOME}/history", f"{HOME}/history/2"):
        assert "<script>alert" not in ada.get(path).text


def test_an_approved_issue_can_be_read_and_not_edited(ada: DeskClient, store: Store) -> None:
    issue = store.content.issue(5)
    seen = revision(ada.get(HOME).text)
    store.content.set_status(
        5, IssueStatus.SKIPPED, expected=(IssueStatus.DRAFT,), at=issue.drafted_at
    )
    page = ada.get(HOME).text
    assert "can be read here, not edited" in page
    assert "<button" not in page.split("<main")[1]
    answer = send(ada, "/moves", {"move": "drop a"}, seen)
    assert answer.status_code == 409


def test_an_unknown_issue_is_said(ada: DeskClient) -> None:
    answer = ada.get("/desk/issues/77")
    assert answer.status_code == 400
    assert "no issue 77" in answer.text
