"""The draft while moves are made on it: which report is in which story, which story stands where.

Everything is named as moves name it: a story by the id of any of its items, a theme by its name or
the stories it held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from digest.model import Issue, Item, Story, Theme
from digest.model.moves import BriefPart, ThemeMark


@dataclass(slots=True, eq=False)
class Told:
    """A story on the board.

    Attributes:
        items: lead first.
        parts: the machine's stories that they come from, the one that tells it first.
        headline: the editor's; "" for the machine's.
        worded: the parts of the brief that the editor wrote, a sentence a line.
        printed: it stands in a theme or among the short ones.
        dropped: the editor left it out.
        held: it is printed for its pin alone.
    """

    items: list[Item]
    parts: tuple[Story, ...]
    headline: str = ""
    worded: dict[BriefPart, tuple[str, ...]] = field(default_factory=dict)
    printed: bool = False
    dropped: bool = False
    held: bool = False

    @property
    def title(self) -> str:
        """The headline to print."""
        return self.headline or self.items[0].title


@dataclass(slots=True, eq=False)
class Section:
    """A theme on the board; `themes` are those of the machine that it was made of."""

    label: str
    stories: list[Told]
    themes: tuple[Theme, ...] = ()


class Board:
    """The draft while moves are made on it.

    Args:
        base: the machine's draft.
        others: the week's stories that it does not print.

    Attributes:
        sections: the themes in order; `also` holds the short stories.
        lead: the story that a move put on top; None if none did.
    """

    def __init__(self, base: Issue, others: Iterable[Story]) -> None:
        self.sections = [
            Section(theme.label, [_printed(story) for story in theme.stories], (theme,))
            for theme in base.themes
        ]
        self.also = [_printed(story) for story in base.also]
        self.lead: Told | None = None
        self._of: dict[str, Told] = {}
        for story in others:
            self.know(Told(list(story.items), (story,)))
        for told in self.printed:
            self.know(told)

    @property
    def printed(self) -> list[Told]:
        """The stories in print order."""
        return [*(told for section in self.sections for told in section.stories), *self.also]

    @property
    def known(self) -> list[Told]:
        """Every story, printed or not, once."""
        return list(dict.fromkeys(self._of.values()))

    def know(self, told: Told) -> None:
        """Find a story by its items from here on."""
        self._of.update((item.id, told) for item in told.items)

    def story(self, name: str) -> Told | None:
        """The story that holds the item of this id, printed or not; None if there is none."""
        return self._of.get(name)

    def theme(self, mark: ThemeMark) -> Section | None:
        """The theme of this name, else the one that holds most of its stories; None without one."""
        for section in self.sections:
            if section.label.casefold() == mark.label.casefold():
                return section
        places = {told: section for section in self.sections for told in section.stories}
        meant = dict.fromkeys(self._of[name] for name in mark.stories if name in self._of)
        held = Counter(places[told] for told in meant if told in places)
        return max(self.sections, key=lambda one: held[one]) if held else None

    def theme_or_new(self, mark: ThemeMark) -> Section:
        """The theme that is meant, made again at the end if it is gone."""
        found = self.theme(mark)
        if found is None:
            found = Section(mark.label, [])
            self.sections.append(found)
        return found

    def place_of(self, told: Told) -> list[Told]:
        """The theme's stories, or the short ones, that a printed story stands among."""
        return next((s.stories for s in self.sections if told in s.stories), self.also)

    def put(self, told: Told, place: list[Told], before: Told | None = None) -> None:
        """Print a story in a place: before another that stands there, else at its end."""
        self.take(told)
        at = place.index(before) if before in place else len(place)
        place.insert(at, told)
        told.printed, told.dropped = True, False

    def take(self, told: Told) -> None:
        """Take a story out of print, if it is in."""
        if told.printed:
            self.place_of(told).remove(told)
        told.printed = False

    def sweep(self) -> list[str]:
        """Take out the themes without a story; their names."""
        empty = [section.label for section in self.sections if not section.stories]
        self.sections = [section for section in self.sections if section.stories]
        return empty


def _printed(story: Story) -> Told:
    return Told(list(story.items), (story,), headline=story.headline, printed=True)
