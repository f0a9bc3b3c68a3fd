"""The words on top of an issue: subject, preheader, and the lines under the name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digest.clean import shorten
from digest.localisation import ENGLISH, Catalog
from digest.model import Issue, Story

SUBJECT_CHARACTERS = 60
QUIET = 5
"""Fewer stories than this make a quiet week: a short issue that says so."""


def topped(issue: Issue, name: str, language: str, words: Catalog = ENGLISH) -> Issue:
    """The issue with the words on top that its stories give it.

    Args:
        issue: with at least one story.
        name: the newsletter's.
        language: ISO 639-1, of the report whose headline may be the subject.
        words: the language of what is no report's.
    """
    best = issue.ranked
    return replace(
        issue,
        subject=subject(best[0], language),
        preheader=preheader(name, best, words),
        intro=intro(issue, best[0], words),
    )


def subject(best: Story, language: str) -> str:
    """The fullest headline among the best story's reports that an inbox shows whole.

    One that an editor wrote goes before them.
    """
    if best.headline:
        return shorten(best.headline, SUBJECT_CHARACTERS)
    titles = [item.title for item in best.items if item.language == language]
    whole = [title for title in titles if 24 <= len(title) <= SUBJECT_CHARACTERS]
    return max(whole, key=lambda title: (len(title), title), default="") or shorten(
        best.title, SUBJECT_CHARACTERS
    )


def preheader(name: str, ranked: Sequence[Story], words: Catalog = ENGLISH) -> str:
    """What an inbox shows behind the subject: the next best headlines, at most 140 characters.

    Args:
        name: the newsletter's.
        ranked: the issue's stories, best first, at least one.
    """
    following = ranked[1:3]
    if not following:
        return shorten(f"{name}: {ranked[0].title}", 110)
    each = 62 if len(following) > 1 else 110
    titles = words.listed((shorten(story.title, each) for story in following), "; ")
    return shorten(words.say("Also: %(titles)s", titles=titles), 140)


def intro(issue: Issue, best: Story, words: Catalog = ENGLISH) -> tuple[str, ...]:
    """Up to three lines: how much was read, what several sources told, what it is about."""
    reports = sum(len(story.items) for story in issue.stories)
    sources = len({source for story in issue.stories for source in story.sources})
    size = words.say(
        "%(stories)s from %(reports)s by %(sources)s.",
        stories=words.count("%(number)s story", "%(number)s stories", len(issue.stories)),
        reports=words.count("%(number)s report", "%(number)s reports", reports),
        sources=words.count("%(number)s source", "%(number)s sources", sources),
    )
    quiet = len(issue.stories) < QUIET
    lines = [words.say("A quiet week: only %(size)s", size=size) if quiet else size]
    shared = sum(len(story.sources) > 1 for story in issue.stories)
    if len(best.sources) > 1:
        told = words.say(
            "%(shared)s told by more than one source, the lead by %(lead)s.",
            shared=words.number(shared),
            lead=words.number(len(best.sources)),
        )
        lines.append(told)
    if issue.themes:
        names = words.listed(theme.label for theme in issue.themes)
        lines.append(words.say("Themes: %(names)s.", names=names))
    return tuple(lines)
