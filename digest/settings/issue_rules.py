"""The part `issue` of schedules.yaml: what may be in an issue."""

from __future__ import annotations

from typing import Annotated

import msgspec
import yaml
from msgspec import Meta

from digest.errors import ConfigError
from digest.model import PinnedTheme
from digest.settings.parts import Part, place_of
from digest.vectors import tokenize


class Pin(Part, frozen=True):
    """One of the editor's themes.

    Attributes:
        name: printed as it is written.
        words: words and short phrases that mark its stories.
    """

    name: Annotated[str, Meta(extra_json_schema={"minLength": 1})]
    words: Annotated[list[str], Meta(extra_json_schema={"minItems": 1})]


class IssueRules(Part, frozen=True):
    """What may be in an issue.

    Attributes:
        max_stories: stories under a theme; the next best stand in "Also this week".
        focus: words that put an item on topic; empty takes the shipped list.
        themes: themes of the editor, such as {name: Custom silicon, words: [custom chip, TPU]}.
        articles: drafts read the stories' articles on the web.
    """

    max_stories: Annotated[int, Meta(extra_json_schema={"minimum": 1})] = 30
    focus: list[str] = msgspec.field(default_factory=list)
    pins: list[Pin] = msgspec.field(default_factory=list, name="themes")
    articles: bool = False

    @property
    def themes(self) -> tuple[PinnedTheme, ...]:
        """The editor's themes, in the order of the file."""
        return tuple(PinnedTheme(pin.name.strip(), tuple(pin.words)) for pin in self.pins)


def check_rules(rules: IssueRules, tree: yaml.Node | None) -> None:
    """Refuse what no issue can be made by; `ConfigError` names line, value and fix."""
    if rules.max_stories < 1:
        raise ConfigError(
            f"{place_of('issue.max_stories', tree)}: `{rules.max_stories}` leaves no story",
            hint="write a number from 1 to 60",
        )
    _check_pins(rules, tree)


def _check_pins(rules: IssueRules, tree: yaml.Node | None) -> None:
    names: set[str] = set()
    for number, pin in enumerate(rules.pins):
        place = f"issue.themes[{number}]"
        name = " ".join(pin.name.split()).casefold()
        if not name or name in names:
            raise ConfigError(
                f"{place_of(place + '.name', tree)}: the name `{pin.name}`"
                f" {'is used twice' if name else 'is empty'}",
                hint="give each theme a name of its own, such as `Custom silicon`",
            )
        names.add(name)
        if not pin.words:
            raise ConfigError(
                f"{place_of(place + '.words', tree)}: `{pin.name}` has no words",
                hint="write words that mark its stories, such as [custom chip, TPU]",
            )
        for at, word in enumerate(pin.words):
            if not tokenize(word):
                raise ConfigError(
                    f"{place_of(f'{place}.words[{at}]', tree)}: `{word}` marks no story",
                    hint="write a word or a short phrase that stands in the stories you mean",
                )
