"""Brief a story from its own reports' sentences: no model, no network, the same words each time."""

from __future__ import annotations

from collections.abc import Sequence

from digest.briefs import brief
from digest.model import Brief, Story


class ExtractiveWriter:
    """What writes where no model is named.

    Args:
        language: ISO 639-1; sentences in another language are not used.
    """

    name = "extractive"

    def __init__(self, language: str = "en") -> None:
        self._language = language

    def covers(self, stories: Sequence[Story]) -> int:
        """All of them: it costs nothing. See `Writer.covers`."""
        return len(stories)

    def key(self, story: Story) -> str:
        """The story's id: nothing is asked, so nothing is kept. See `Writer.key`."""
        return story.id

    def write(self, story: Story) -> Brief:
        """Pick the sentences. See `Writer.write`."""
        return brief(story, language=self._language)
