"""An editor's moves on a stored draft: made, undone, kept over a rebuild, and never lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digest.errors import InputError, StateError, StoreError, TemplateError
from digest.history import Step
from digest.localisation import ENGLISH
from digest.model import IssueStatus, Vocabulary
from digest.model.moves import DropStory, PlaceStory, ThemeMark, WordHeadline
from digest.pipeline import approving, editing, revisions
from digest.pipeline.rebuilding import Build, keep
from digest.settings import load_settings
from digest.store import Overtaken, open_store
from digest.store.database import Database
from tests.builders import NOW, make_issue, make_item, make_story, make_theme

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


def make_drop(store, settings, number, by):
    """Drop a story of the issue as it stands, again and again until it is done."""
    conflicts = 0
    while True:
        issue = store.content.issue(5)
        move = DropStory(issue.stories[number % len(issue.stories)].id)
        try:
            editing.make_move(store, settings, 5, move, revision=issue.revision, by=by, now=LATER)
        except editing.EditConflict:
            conflicts += 1
        else:
            return conflicts


def test_two_editors_at_once_never_lose_an_edit(database_url, project):
    store, settings = project
    themes = [make_theme(f"Theme {n}", [make_story() for _ in range(5)]) for n in range(6)]
    store.content.save_issue(make_issue(*themes, revision=2))
    ready = threading.Barrier(2)

    def drop_ten(by):
        with open_store(database_url) as own:
            ready.wait()
            return sum(make_drop(own, settings, 3 * n, by) for n in range(10))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(drop_ten, ("anna", "bob")))
    issue = store.content.issue(5)
    assert issue.revision == 2 + 20
    assert len(issue.stories) == 30 - 20
    told = [entry.by for entry in editing.history(store, settings, 5)]
    assert (told.count("anna"), told.count("bob")) == (10, 10)


def test_the_slower_of_two_editors_gets_the_conflict_and_the_move_back(project, monkeypatch):
    store, settings = project
    first, second = store.content.issue(5).stories[:2]
    slow = WordHeadline(second.id, "Another headline")
    append = type(store.drafts).append

    def overtaken(self, step, edited):
        monkeypatch.undo()
        editing.make_move(store, settings, 5, DropStory(first.id), revision=1, by="anna", now=LATER)
        append(self, step, edited)

    monkeypatch.setattr(type(store.drafts), "append", overtaken)
    with pytest.raises(editing.EditConflict) as caught:
        editing.make_move(store, settings, 5, slow, revision=1, by="bob", now=LATER)
    assert (caught.value.revision, caught.value.move) == (2, slow)
    assert [entry.text for entry in caught.value.entries] == [f"dropped “{first.title}”"]


def test_a_message_of_a_conflict_names_the_first_differences_and_counts_the_rest(project):
    store, settings = project
    for revision, story in enumerate(store.content.issue(5).stories[:3], start=1):
        editing.make_move(
            store, settings, 5, DropStory(story.id), revision=revision, by="anna", now=LATER
        )
    with pytest.raises(editing.EditConflict, match=r"and \d+ more; your change was not made"):
        editing.undo(store, settings, 5, revision=1, by="bob", now=LATER)


def test_a_return_to_an_earlier_revision_is_a_step_that_can_be_undone(project):
    store, settings = project
    first, second = store.content.issue(5).stories[:2]
    for revision, story in enumerate((first, second), start=1):
        editing.make_move(
            store, settings, 5, DropStory(story.id), revision=revision, by="anna", now=LATER
        )
    for _ in range(2):  # a form sent twice
        back = editing.back_to(store, settings, 5, 2, revision=3, by="anna", now=LATER)
    assert replace(back.issue, revision=2) == editing.issue_at(store, settings, 5, 2)
    assert editing.history(store, settings, 5)[0].text == "returned to revision 2"
    undone = editing.undo(store, settings, 5, revision=4, by="anna", now=LATER)
    assert replace(undone.issue, revision=3) == editing.issue_at(store, settings, 5, 3)
    with pytest.raises(InputError, match="issue 5 has no revision 9"):
        editing.back_to(store, settings, 5, 9, revision=5, by="anna", now=LATER)
    with pytest.raises(InputError, match="issue 5 has no revision 9"):
        editing.issue_at(store, settings, 5, 9)


def test_nothing_to_undo_or_to_redo_is_said(project):
    store, settings = project
    with pytest.raises(StateError, match="nothing to undo in issue 5"):
        editing.undo(store, settings, 5, revision=1, by="anna", now=LATER)
    with pytest.raises(StateError, match="nothing to redo in issue 5"):
        editing.redo(store, settings, 5, revision=1, by="anna", now=LATER)


def test_an_undo_sent_twice_is_one(project):
    store, settings = project
    stories = store.content.issue(5).stories
    for revision in (1, 2):
        move = DropStory(stories[revision].id)
        editing.make_move(store, settings, 5, move, revision=revision, by="anna", now=LATER)
    for _ in range(2):
        undone = editing.undo(store, settings, 5, revision=3, by="anna", now=LATER)
    assert undone.issue.revision == 4
    assert len(undone.issue.stories) == len(stories) - 1


def test_a_held_issue_that_is_edited_is_a_draft_again(project):
    store, settings = project
    issue = store.content.issue(5)
    approving.approve(store, settings, 5, now=LATER, without_test=True)
    store.approvals.hold(5, "a typo", LATER)
    done = editing.make_move(
        store, settings, 5, DropStory(issue.stories[0].id), revision=1, by="anna", now=LATER
    )
    row = store.content.issue_row(5)
    assert (done.issue.status, row.status, row.held_because) == (
        IssueStatus.DRAFT, IssueStatus.DRAFT, "",
    )  # fmt: skip


def test_an_issue_approved_while_a_move_is_made_is_not_changed(project):
    store, _ = project
    issue = store.content.issue(5)
    step = Step(2, LATER, "anna", "do", DropStory(issue.stories[0].id))
    store.content.save_issue(replace(issue, status=IssueStatus.APPROVED))
    with pytest.raises(StateError, match="issue 5 is approved and cannot be edited"):
        store.drafts.append(step, issue)
    assert store.content.issue(5).stories == issue.stories


def test_a_damaged_move_is_named(database_url, project):
    store, settings = project
    issue = store.content.issue(5)
    editing.make_move(
        store, settings, 5, DropStory(issue.stories[0].id), revision=1, by="anna", now=LATER
    )
    with closing(Database(database_url)) as database, database.write() as connection:
        connection.execute(sa.text('UPDATE move SET document = \'{"type": "Unknown"}\''))
    with pytest.raises(StoreError, match=r"revision 2 of issue 5 in .* is damaged"):
        store.drafts.steps(5)


def test_unprinted_stories_are_found_by_any_of_their_items(store):
    pair = make_story(make_item("x"), make_item("y"), score=9.0)
    alone = make_story(make_item("z"))
    issue = make_issue()
    store.drafts.begin(replace(issue, revision=1), (pair, alone), issue, at=NOW)
    assert store.drafts.others(5, 1, {"y", "nobody"}) == (pair,)
    assert store.drafts.others(5, 1) == (pair, alone)
    assert store.drafts.others(5, 2) == ()
    assert store.drafts.base(5, 1) == issue
    assert store.drafts.base(5, 0) is None


def test_a_build_that_is_not_the_next_revision_is_not_stored(store):
    issue = make_issue()
    store.drafts.begin(issue, (), issue, at=NOW)
    with pytest.raises(Overtaken, match="changed meanwhile, to revision 1"):
        store.drafts.begin(issue, (), issue, at=NOW)


def test_what_a_sent_issue_did_not_print_is_forgotten(store):
    issue = make_issue()
    store.drafts.begin(issue, (make_story(make_item("x")),), issue, at=NOW)
    store.content.save_issue(replace(issue, status=IssueStatus.SENT))
    later = make_issue(number=6, week="2026-W23")
    store.drafts.begin(later, (), later, at=NOW)
    assert store.drafts.others(5, 1) == ()


def build_of(issue) -> Build:
    return Build(issue, (), Vocabulary())


def test_a_move_made_while_the_week_is_drafted_again_is_made_on_the_new_build(project, monkeypatch):
    store, settings = project
    issue = store.content.issue(5)
    begin = type(store.drafts).begin

    def overtaken(self, *words, **more):
        monkeypatch.undo()
        editing.make_move(
            store, settings, 5, DropStory(issue.stories[0].id), revision=1, by="anna", now=LATER
        )
        begin(self, *words, **more)

    monkeypatch.setattr(type(store.drafts), "begin", overtaken)
    kept = keep(store, settings, build_of(issue), ENGLISH, now=LATER, check=id)
    assert kept.issue.revision == 3
    assert kept.issue.stories == issue.stories[1:]
    assert kept.counts == {"moves": 1, "moves not made": 0}


def test_a_build_gives_up_where_editors_are_faster_every_time(project, monkeypatch):
    store, settings = project

    def overtaken(self, base, *_, **__):
        raise Overtaken(base.number, base.revision)

    monkeypatch.setattr(type(store.drafts), "begin", overtaken)
    issue = store.content.issue(5)
    with pytest.raises(Overtaken, match="read it again"):
        keep(store, settings, build_of(issue), ENGLISH, now=LATER, check=id)
    assert store.content.issue(5) == issue


def test_what_a_build_changes_is_told(project):
    store, settings = project
    issue = store.content.issue(5)
    story = issue.themes[0].stories[0]
    late = replace(story, items=(*story.items, make_item("late", source="Late Wire")))
    theme = replace(issue.themes[0], stories=(late, *issue.themes[0].stories[1:]))
    build = build_of(replace(issue, themes=(theme, *issue.themes[1:])))
    kept = keep(store, settings, build, ENGLISH, now=LATER, check=id)
    assert [(line.kind, line.reason) for line in kept.lines] == [
        ("changed", f"“{story.title}” got 1 report: Late Wire")
    ]
