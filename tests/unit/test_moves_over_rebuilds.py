"""Any moves in any order, undone, redone and made again on builds with late reports.

The machine is played by a few lines that join the reports of an event, rank the events and name
themes after their best: so a late report may change every rank and every name, and join stories.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from digest.history import History, Step
from digest.model import Issue, LeftOut, Story
from digest.model.moves import (
    BringBack,
    DropStory,
    LeadStory,
    MergeStories,
    MergeThemes,
    PinStory,
    PlaceStory,
    PlaceTheme,
    RenameTheme,
    SplitStory,
    SplitTheme,
    ThemeMark,
    WordBrief,
    WordHeadline,
    WordIssue,
)
from digest.moves import DROPPED, apply, pinned, settled
from tests.builders import NOW, at, make_issue, make_item, make_story, make_theme

THEMES, PRINTED, SHORT = 3, 6, 2
EVENTS = st.integers(0, 11)
PICK = st.integers(0, 99)


def build(reports: tuple[tuple[int, ...], ...]) -> tuple[Issue, tuple[Story, ...]]:
    """The machine's draft of reports, each of one event, or of several that it joins."""
    event = {number: number for events in reports for number in events}
    for first, *rest in reports:
        for other in rest:
            event = {n: event[first] if e == event[other] else e for n, e in event.items()}
    held = defaultdict(list)
    for number, (first, *_) in enumerate(reports):
        moment = at("2026-05-27") + timedelta(minutes=number)
        held[event[first]].append(
            make_item(f"r{number}", f"Event {first} as told in report {number}",
                      summary=f"Report {number} tells of event {first}.", published=moment)
        )  # fmt: skip
    score = {key: float(10 * len(items) + key * 7 % 9) for key, items in held.items()}
    ranked = [
        make_story(*held[key], score=score[key], signals=())
        for key in sorted(held, key=lambda key: (-score[key], key))
    ]
    by_theme = defaultdict(list)
    for story in ranked[:PRINTED]:
        by_theme[int(story.id[1:]) % THEMES].append(story)
    themes = [make_theme(f"About {told[0].id}", told) for told in by_theme.values()]
    others = ranked[PRINTED + SHORT :]
    left = [LeftOut(i.id, i.title, "below the cut") for story in others for i in story.items]
    left.sort(key=lambda line: (line.rule, line.title, line.item))
    also = tuple(ranked[PRINTED : PRINTED + SHORT])
    return make_issue(*themes, also=also, left_out=tuple(left)), tuple(others)


class Editing(RuleBasedStateMachine):
    """An editor at a draft, and a machine that drafts it again as reports come in."""

    @initialize(events=st.lists(EVENTS, min_size=8, max_size=16))
    def begin(self, events):
        self.reports = tuple((event,) for event in events)
        self.steps = [Step(1, NOW, "", "draft")]
        self.seen: dict[tuple, bytes] = {}
        self.base, self.others = build(self.reports)
        self.issue = self.base

    def replay(self, moves):
        return apply(self.base, self.others, moves)

    def take(self, **fields):
        step = Step(len(self.steps) + 1, NOW, "anna", **fields)
        history = History([*self.steps, step])
        edited = self.replay(history.moves)
        self.steps.append(step)
        self.issue = edited.issue

    def make(self, move):
        move = settled(self.issue, move)
        active = History(self.steps).moves
        edited = self.replay([*active, move])
        if any(note.failed and note.move == len(active) for note in edited.notes):
            assert edited.issue == self.issue
        else:
            self.take(kind="do", move=move)

    def story(self, pick) -> str:
        """An item of a printed story; now and then one that was left out."""
        told = [item.id for story in self.issue.stories for item in story.items]
        told += [line.item for line in self.issue.left_out[:3]]
        return told[pick % len(told)]

    def mark(self, pick) -> ThemeMark | None:
        places = [None, ThemeMark(f"New {pick}"), *self.issue.themes, *self.issue.themes]
        theme = places[pick % len(places)]
        if theme is None or isinstance(theme, ThemeMark):
            return theme
        return ThemeMark(theme.label, tuple(story.id for story in theme.stories))

    @rule(one=PICK, place=PICK, before=PICK)
    def place_story(self, one, place, before):
        self.make(PlaceStory(self.story(one), self.mark(place), self.story(before)))

    @rule(one=PICK, place=PICK, on=st.booleans())
    def pin_story(self, one, place, on):
        self.make(PinStory(self.story(one), self.mark(place), on))

    @rule(one=PICK)
    def drop_story(self, one):
        self.make(DropStory(self.story(one)))

    @rule(one=PICK, place=PICK)
    def bring_back(self, one, place):
        left = [line.item for line in self.issue.left_out] or [self.story(one)]
        self.make(BringBack(left[one % len(left)], self.mark(place)))

    @rule(place=PICK)
    def add(self, place):
        item = make_item(f"added-{len(self.steps)}")
        self.make(BringBack(item.id, self.mark(place), item))

    @rule(one=PICK, other=PICK)
    def merge_stories(self, one, other):
        self.make(MergeStories(self.story(one), self.story(other)))

    @rule(one=PICK, items=st.lists(PICK, min_size=1, max_size=3))
    def split_story(self, one, items):
        self.make(SplitStory(self.story(one), tuple(self.story(item) for item in items)))

    @rule(one=PICK, item=PICK)
    def lead_story(self, one, item):
        self.make(LeadStory(self.story(one), self.story(item)))

    @rule(one=PICK, text=st.sampled_from(["", "Ours", "Theirs"]))
    def word_headline(self, one, text):
        self.make(WordHeadline(self.story(one), text))

    @rule(one=PICK, lines=st.sampled_from([None, (), ("Our own words.",)]))
    def word_brief(self, one, lines):
        self.make(WordBrief(self.story(one), "insight", lines))

    @rule(lines=st.sampled_from([(), ("Ours",)]))
    def word_issue(self, lines):
        self.make(WordIssue("subject", lines))

    @rule(place=PICK, label=st.sampled_from(["Money", "Chips"]))
    def rename_theme(self, place, label):
        self.make(RenameTheme(self.mark(place) or ThemeMark("Nowhere"), label))

    @rule(place=PICK, before=PICK)
    def place_theme(self, place, before):
        self.make(PlaceTheme(self.mark(place) or ThemeMark("Nowhere"), self.mark(before)))

    @rule(place=PICK, other=PICK)
    def merge_themes(self, place, other):
        nowhere = ThemeMark("Nowhere")
        self.make(MergeThemes(self.mark(place) or nowhere, self.mark(other) or nowhere))

    @rule(stories=st.lists(PICK, min_size=1, max_size=3), label=st.sampled_from(["Money", "Own"]))
    def split_theme(self, stories, label):
        self.make(SplitTheme(tuple(self.story(story) for story in stories), label))

    @precondition(lambda self: History(self.steps).undoable)
    @rule()
    def undo(self):
        self.take(kind="undo", target=History(self.steps).undoable.revision)

    @precondition(lambda self: History(self.steps).redoable)
    @rule()
    def redo(self):
        self.take(kind="redo", target=History(self.steps).redoable.revision)

    @rule(pick=PICK)
    def back(self, pick):
        self.take(kind="back", target=1 + pick % len(self.steps))

    @rule(events=st.lists(EVENTS, min_size=1, max_size=2))
    def draft_again(self, events):
        """A late report comes in, of one event or joining two."""
        self.reports = (*self.reports, tuple(events))
        self.base, self.others = build(self.reports)
        self.seen = {}
        self.steps.append(Step(len(self.steps) + 1, NOW, "", "draft"))
        edited = self.replay(History(self.steps).moves)
        self.issue = edited.issue
        self.check_held({note.move for note in edited.notes if note.failed})

    def check_held(self, failed):
        """Moves that no other move touches hold, whatever the machine did with the rest."""
        moves = History(self.steps).moves
        told = {item.id: story for story in self.issue.stories for item in story.items}
        theme = {s.id: t.label for t in self.issue.themes for s in t.stories}
        rules = {line.item: line.rule for line in self.issue.left_out}
        joined = defaultdict(set)
        for story in (*self.base.stories, *self.others, *self.issue.stories):
            for item in story.items:
                joined[item.id] |= {other.id for other in story.items}
        groups = [joined[name] | {name} for move in moves for name in self.names(move)]
        for number, move in enumerate(moves):
            alone = [group for group in groups if self.names(move) & group]
            if len(alone) != 1 or number in failed:
                continue
            match move:
                case WordHeadline(story, text) if text:
                    assert told[story].title == text
                case DropStory(story):
                    assert rules[story] == DROPPED
                case PinStory(story, _, True):
                    assert story in told
                    assert told[story].id in pinned(self.issue, moves)
                case PlaceStory(story, None, _):
                    assert told[story].id not in theme
                case BringBack(item, _, _):
                    assert item in told

    @staticmethod
    def names(move) -> set[str]:
        plain = {getattr(move, name, "") for name in ("story", "other", "item")}
        several = (*getattr(move, "items", ()), *getattr(move, "stories", ()))
        return {name for name in (*plain, *several) if isinstance(name, str) and name}

    @invariant()
    def every_report_is_told_once_or_left_out_by_a_rule(self):
        told = [item.id for story in self.issue.stories for item in story.items]
        left = [line.item for line in self.issue.left_out if line.rule]
        wanted = {f"r{number}" for number in range(len(self.reports))}
        assert len(told) == len(set(told))
        assert set(told) & set(left) == set()
        assert len(left) == len(set(left))
        assert {name for name in (*told, *left) if name.startswith("r")} == wanted

    @invariant()
    def every_theme_has_a_name_of_its_own_and_a_story(self):
        labels = [theme.label.casefold() for theme in self.issue.themes]
        assert len(labels) == len(set(labels))
        assert all(theme.stories for theme in self.issue.themes)
        names = [story.id for story in self.issue.stories]
        assert names
        assert len(names) == len(set(names))

    @invariant()
    def the_same_moves_give_the_same_bytes(self):
        key = tuple(step.revision for step in History(self.steps).active)
        document = msgspec.json.encode(replace(self.issue, revision=1))
        assert self.seen.setdefault(key, document) == document


Editing.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestEditing = Editing.TestCase
