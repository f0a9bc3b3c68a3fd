"""Who words a brief: the Writer protocol and the table of those that ship."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from digest.model import Brief, Story
from digest.settings import Settings


class Writer(Protocol):
    """Words the briefs of one draft.

    Attributes:
        name: printed beside what it worded.
    """

    name: str

    def covers(self, stories: Sequence[Story]) -> int:
        """How many of these stories, counted from the first, its budget is sure to cover.

        Asked while none is being written, so the answer depends on what is finished alone.
        """
        ...

    def key(self, story: Story) -> str:
        """Names what it would be asked: equal for equal questions, another one otherwise."""
        ...

    def write(self, story: Story) -> Brief:
        """Word the brief of a story; parts that it leaves empty are not its own.

        May be called from several threads at once.

        Returns:
            What it wrote, unchecked: `digest.pipeline.writing` lets through what is grounded.

        Raises:
            WriterError: there is no usable answer.
        """
        ...


def _extractive(settings: Settings) -> Writer:
    from digest.writers.extractive import ExtractiveWriter

    return ExtractiveWriter(settings.brand.language)


def _openai_compatible(settings: Settings) -> Writer:
    from digest.writers.openai_compatible import OpenAICompatibleWriter

    return OpenAICompatibleWriter(settings.writer, language=settings.brand.language)


WRITERS: Mapping[str, Callable[[Settings], Writer]] = MappingProxyType(
    {"extractive": _extractive, "openai-compatible": _openai_compatible}
)


def open_writer(settings: Settings) -> Writer:
    """The writer of one draft: a model where RECAP_WRITER_URL names one, else the extractive."""
    return WRITERS["openai-compatible" if settings.writer.url else "extractive"](settings)
