"""An editor's moves on a stored draft: made, undone, kept over a rebuild, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.errors import InputError, StateError, TemplateError
from digest.model import IssueStatus
from digest.model.moves import DropStory, PlaceStory, ThemeMark, WordHeadline
from digest.pipeline import editing, revisions
from digest.settings import load_settings
from tests.builders import NOW, make_issue

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def project(tmp_path, store):
    """A store with one draft, and the settings of a project."""
    from digest.pipeline.project import create_project

    create_project(tmp_path / "project")
    store.content.save_issue(make_issue())
    return store, load_settings(tmp_path / "project")


def test_a_move_makes_the_next_revision_and_undo_gives_the_same_issue(project):
    store, settings = project
    before = store.content.issue(5)
    story = before.stories[1]
    done = editing.make_move(
        store, settings, 5, DropStory(story.id), revision=1, by="anna", now=LATER
    )
    assert done.issue == store.content.issue(5)
    assert story.id not in {s.id for s in done.issue.stories}
    undone = editing.undo(store, settings, 5, revision=2, by="anna", now=LATER)
    assert replace(undone.issue, revision=1) == before
    again = editing.redo(store, settings, 5, revision=3, by="anna", now=LATER)
    assert replace(again.issue, revision=2) == done.issue


def test_a_stale_revision_is_a_conflict_that_says_what_changed(project):
    store, settings = project
    first, second = store.content.issue(5).stories[:2]
    editing.make_move(store, settings, 5, DropStory(first.id), revision=1, by="anna", now=LATER)
    move = WordHeadline(second.id, "Another headline")
    with pytest.raises(editing.EditConflict, match="changed meanwhile by anna") as caught:
        editing.make_move(store, settings, 5, move, revision=1, by="bob", now=LATER)
    assert caught.value.move == move
    assert [line.story for line in caught.value.since if line.kind == "gone"] == [first.id]


def test_the_same_form_sent_twice_is_one_move(project):
    store, settings = project
    move = DropStory(store.content.issue(5).stories[0].id)
    for _ in range(2):
        done = editing.make_move(store, settings, 5, move, revision=1, by="anna", now=LATER)
    assert done.issue.revision == 2


def test_a_move_that_brings_words_is_stored_only_if_it_prints_and_another_order_at_once(
    project, monkeypatch
):
    store, settings = project
    first, second = store.content.issue(5).stories[:2]

    def refuse(*_):
        raise TemplateError("it cannot be printed", hint="mend it")

    monkeypatch.setattr(revisions, "render", refuse)
    with pytest.raises(TemplateError):
        editing.make_move(
            store, settings, 5, WordHeadline(first.id, "New"), revision=1, by="anna", now=LATER
        )
    assert store.content.issue(5).revision == 1
    editing.make_move(store, settings, 5, DropStory(second.id), revision=1, by="anna", now=LATER)
    assert store.content.issue(5).revision == 2


def test_only_a_draft_can_be_edited(project):
    store, settings = project
    issue = store.content.issue(5)
    store.content.save_issue(replace(issue, status=IssueStatus.APPROVED))
    with pytest.raises(StateError, match="issue 5 is approved and cannot be edited"):
        editing.make_move(
            store, settings, 5, DropStory(issue.stories[0].id), revision=1, by="a", now=LATER
        )


def test_a_move_that_cannot_be_made_changes_nothing(project):
    store, settings = project
    move = PlaceStory("nobody", ThemeMark("Infra capex"))
    with pytest.raises(InputError, match="no longer in the week"):
        editing.make_move(store, settings, 5, move, revision=1, by="anna", now=LATER)
    assert store.content.issue(5).revision == 1


def test_history_names_every_step_newest_first(project):
    store, settings = project
    story = store.content.issue(5).stories[0]
    editing.make_move(store, settings, 5, DropStory(story.id), revision=1, by="anna", now=LATER)
    editing.undo(store, settings, 5, revision=2, by="bob", now=LATER)
    told = [(e.revision, e.by, e.text, e.undone) for e in editing.history(store, settings, 5)]
    assert told == [
        (3, "bob", f"undid: dropped “{story.title}”", False),
        (2, "anna", f"dropped “{story.title}”", True),
        (1, "", "drafted", False),
    ]
