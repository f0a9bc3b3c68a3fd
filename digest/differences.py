"""What differs between two states of an issue, a line each, in an editor's words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, get_args

from digest.model import Issue, LeftOut, Story, Theme
from digest.model.moves import BriefPart, IssuePart
from digest.wording import SHORT, plural

Kind = Literal["added", "gone", "moved", "reworded", "joined", "parted", "reports", "theme", "left"]
_WORD = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True, slots=True)
class Run:
    """Words that follow each other in a text and are the same in both states, gone or new."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Reworded:
    """A text that reads otherwise now: which, and its words in reading order."""

    part: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Attributes:
        story: the id of the story as it is now, or as it was if it is gone; "" for none.
        text: a whole line in words.
        reworded: the texts that changed, word by word.
    """

    kind: Kind
    text: str
    story: str = ""
    reworded: tuple[Reworded, ...] = ()


def differences(before: Issue, after: Issue) -> tuple[Difference, ...]:
    """What an editor would see change from one state to another; nothing for equal ones.

    Stories are the same if they share most of their reports, themes if they have one name or hold
    most of the same stories.

    Returns:
        First the lines on top, then themes, then stories in print order, then what is gone.
    """
    if before == after:
        return ()
    pairs = Pairs(before, after)
    return (
        *_on_top(before, after),
        *_of_themes(before, after, pairs),
        *_of_stories(before, after, pairs),
        *_gone(before, after, pairs),
    )


def word_runs(before: str, after: str) -> tuple[Run, ...]:
    """Two texts word by word: the runs of words that are the same, gone and new."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    runs: list[Run] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(old[i:j])))
            continue
        runs += [Run("gone", "".join(old[i:j]))] if j > i else []
        runs += [Run("new", "".join(new[k:m]))] if m > k else []
    return tuple(runs)


class Pairs:
    """Which stories and themes of two states are the same ones.

    Attributes:
        was, now: the story that holds an item, by the item's id.
        old: the story as it was, by the id it has now.
        themes: the theme as it was, by the name it has now.
    """

    def __init__(self, before: Issue, after: Issue) -> None:
        self.was = {item.id: story for story in before.stories for item in story.items}
        self.now = {item.id: story for story in after.stories for item in story.items}
        shared = Counter(
            (old.id, self.now[name].id) for name, old in self.was.items() if name in self.now
        )
        self.old: dict[str, Story] = {}
        stories = {story.id: story for story in before.stories}
        for (old, new), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
            if new not in self.old and old in stories:
                self.old[new] = stories.pop(old)
        self.themes = self._themes(before, after)

    def _themes(self, before: Issue, after: Issue) -> dict[str, Theme]:
        """Each theme as it was, by the name it has now."""
        free = {theme.label: theme for theme in before.themes}
        found = {t.label: free.pop(t.label) for t in after.themes if t.label in free}
        held = {story.id: theme.label for theme in free.values() for story in theme.stories}
        for theme in after.themes:
            olds = [self.old[story.id].id for story in theme.stories if story.id in self.old]
            shared = Counter(held[old] for old in olds if held.get(old) in free)
            if theme.label not in found and shared:
                found[theme.label] = free.pop(shared.most_common(1)[0][0])
        return found


def _on_top(before: Issue, after: Issue) -> Iterator[Difference]:
    for part in get_args(IssuePart):
        old, new = (_text(getattr(issue, part)) for issue in (before, after))
        if old != new:
            reworded = Reworded(part, word_runs(old, new))
            yield Difference("reworded", f"the {part} reads otherwise", reworded=(reworded,))


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _of_themes(before: Issue, after: Issue, pairs: Pairs) -> Iterator[Difference]:
    for theme in after.themes:
        old = pairs.themes.get(theme.label)
        if old is None:
            stories = plural(len(theme.stories), "story")
            yield Difference("theme", f"theme “{theme.label}” is new, with {stories}")
        elif old.label != theme.label:
            yield Difference("theme", f"theme “{old.label}” is called “{theme.label}” now")
    kept = {theme.label for theme in pairs.themes.values()}
    for theme in before.themes:
        if theme.label not in kept:
            yield Difference("theme", f"theme “{theme.label}” is gone")
    was = [theme.label for theme in before.themes if theme.label in kept]
    named = {old.label: label for label, old in pairs.themes.items()}
    now = [theme.label for theme in after.themes if theme.label in pairs.themes]
    for label in _moved([named[label] for label in was], now):
        place = [theme.label for theme in after.themes].index(label) + 1
        yield Difference("theme", f"theme “{label}” stands in place {place} now")


def _moved(was: Sequence[str], now: Sequence[str]) -> list[str]:
    """The fewest names whose move explains the order that they have now."""
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    stayed = {now[at] for block in blocks for at in range(block.b, block.b + block.size)}
    return [name for name in now if name not in stayed]


def _places(issue: Issue) -> list[tuple[str, tuple[Story, ...]]]:
    return [*((theme.label, theme.stories) for theme in issue.themes), ("", issue.also)]


def _of_stories(before: Issue, after: Issue, pairs: Pairs) -> Iterator[Difference]:
    stood = {story.id: label for label, stories in _places(before) for story in stories}
    order = {label: [story.id for story in stories] for label, stories in _places(before)}
    for label, stories in _places(after):
        theme = pairs.themes.get(label)
        there = "" if not label else theme.label if theme else None
        olds = {pairs.old[story.id].id: story for story in stories if story.id in pairs.old}
        stayed = (
            [name for name in order.get(there, ()) if name in olds] if there is not None else []
        )
        moved = set(_moved(stayed, [name for name in olds if name in stayed]))
        for story in stories:
            old = pairs.old.get(story.id)
            if old is None:
                yield _new(story, label, pairs)
                continue
            if stood[old.id] != there:
                source = _place(stood[old.id])
                text = f"“{story.title}” moved from {source} to {_place(label)}"
                yield Difference("moved", text, story.id)
            elif old.id in moved:
                text = f"“{story.title}” has another place in {_place(label)}"
                yield Difference("moved", text, story.id)
            yield from _of_story(old, story, pairs)


def _place(label: str) -> str:
    return f"“{label or SHORT}”"


def _new(story: Story, label: str, pairs: Pairs) -> Difference:
    """A story that was none before: parted from another, or new."""
    sources = dict.fromkeys(pairs.was[i.id].title for i in story.items if i.id in pairs.was)
    if sources:
        text = f"“{story.title}” is parted from “{next(iter(sources))}”"
        return Difference("parted", text, story.id)
    return Difference("added", f"“{story.title}” is new in {_place(label)}", story.id)


def _of_story(old: Story, new: Story, pairs: Pairs) -> Iterator[Difference]:
    held = {item.id for item in old.items}
    joined = dict.fromkeys(
        other.title
        for item in new.items
        if (other := pairs.was.get(item.id)) and other.id != old.id
    )
    for title in joined:
        yield Difference("joined", f"“{new.title}” tells “{title}” too now", new.id)
    came = [item for item in new.items if item.id not in held and item.id not in pairs.was]
    if came:
        sources = ", ".join(dict.fromkeys(item.source for item in came))
        text = f"“{new.title}” got {plural(len(came), 'report')}: {sources}"
        yield Difference("reports", text, new.id)
    lost = [item for item in old.items if item.id not in pairs.now]
    if lost:
        text = f"“{new.title}” lost {plural(len(lost), 'report')}"
        yield Difference("reports", text, new.id)
    if old.title != new.title:
        reworded = Reworded("headline", word_runs(old.title, new.title))
        text = f"the headline “{old.title}” is “{new.title}” now"
        yield Difference("reworded", text, new.id, (reworded,))
    elif old.lead.id != new.lead.id:
        text = f"“{new.title}” is led by the report of {new.lead.source} now"
        yield Difference("reports", text, new.id)
    if parts := tuple(_of_brief(old, new)):
        names = ", ".join(part.part.replace("_", " ") for part in parts)
        text = f"the brief of “{new.title}” reads otherwise: {names}"
        yield Difference("reworded", text, new.id, parts)


def _of_brief(old: Story, new: Story) -> Iterator[Reworded]:
    for part in get_args(BriefPart):
        was, now = (
            "\n".join(line.text for line in getattr(story.brief, part)) for story in (old, new)
        )
        if was != now:
            yield Reworded(part, word_runs(was, now))


def _gone(before: Issue, after: Issue, pairs: Pairs) -> Iterator[Difference]:
    rules: Mapping[str, LeftOut] = {line.item: line for line in after.left_out}
    for story in before.stories:
        if not any(item.id in pairs.now for item in story.items):
            rule = next((rules[item.id].rule for item in story.items if item.id in rules), "")
            text = f"“{story.title}” is out" + (f": {rule}" if rule else "")
            yield Difference("gone", text, story.id)
    known = {line.item for line in before.left_out} | set(pairs.was)
    if new := _count(line.item not in known for line in after.left_out):
        yield Difference("left", f"{plural(new, 'new report')}, left out")


def _count(flags: Iterable[bool]) -> int:
    return sum(flags)
