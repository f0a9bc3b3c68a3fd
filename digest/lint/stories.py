"""Whether the stories may be printed: sources, dates, window, and none of them twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.blocks import open_link
from digest.lint.findings import Finding, IssueLetter, error, story_place, warning
from digest.model import Issue, Story
from digest.sieve import LATE_DAYS


def check_stories(letter: IssueLetter) -> Iterator[Finding]:
    """Story by story in print order, then what several share."""
    issue = letter.issue
    if not issue.stories:
        yield error("no-story", "issue", "the issue has no story", "draft it again, or skip it")
    for story in issue.stories:
        yield from _sources(story)
        yield from _window(story, issue)
        yield from _already_ran(story, letter.printed)
    yield from _twice(issue)
    yield from _undated(issue)
    for theme in issue.themes:
        if len(theme.stories) == 1:
            fix = "move it to another theme or to “Also this week”"
            yield warning("theme-of-one", f"theme “{theme.label}”", "the theme has one story", fix)


def _sources(story: Story) -> Iterator[Finding]:
    for item in story.items:
        if not open_link(item.link):
            message = f"item {item.id} links to `{item.link[:120]}`, which no reader can open"
            fix = "correct the address; only http and https are printed"
            yield error("story-link", story_place(story), message, fix)
    if not story.lead.source.strip():
        message = f"item {story.lead.id} names no source"
        fix = "name the source, or lead with another report"
        yield error("story-source", story_place(story), message, fix)


def _window(story: Story, issue: Issue) -> Iterator[Finding]:
    """A story all of whose reports lie outside; a late one may be a week older."""
    start, end = issue.window.start, issue.window.end
    earliest = start - timedelta(days=LATE_DAYS) if story.late else start
    times = [item.time for item in story.items]
    if all(not earliest <= time < end for time in times):
        zone = ZoneInfo(issue.timezone)
        days = f"{_day(start, zone)} to {_day(end - timedelta(microseconds=1), zone)}"
        message = f"no report is of {days}; the lead is of {_day(story.lead.time, zone)}"
        fix = "remove the story, or keep it knowing that it is of another week"
        yield warning("story-outside", story_place(story), message, fix)


def _already_ran(story: Story, printed: Mapping[str, int]) -> Iterator[Finding]:
    """A story that readers have had, unless it says so."""
    number = printed.get(story.lead.url) or printed.get(story.lead.link)
    if number and not story.brief.continues:
        message = f"its report {story.lead.link[:120]} was in issue {number} already"
        fix = "lead with a newer report, or remove the story"
        yield warning("story-ran", story_place(story), message, fix)


def _twice(issue: Issue) -> Iterator[Finding]:
    """What stands in two stories: a report, a link, a headline; one finding for two stories."""
    reports: dict[str, Story] = {}
    links: dict[str, Story] = {}
    titles: dict[str, Story] = {}
    for story in issue.stories:
        place, title = story_place(story), " ".join(story.title.casefold().split())
        both = next((item for item in story.items if item.id in reports), None)
        link = next((item.link for item in story.items if item.link in links), None)
        if both:
            message = f"item {both.id} is also in {story_place(reports[both.id])}"
            yield error("story-twice", place, message, "remove one of the two, or join them")
        elif link:
            message = f"the link {link[:120]} is also that of {story_place(links[link])}"
            yield warning("story-same-link", place, message, "join the two stories, or remove one")
        elif title in titles:
            message = f"the headline is also that of {story_place(titles[title])}"
            yield warning("story-same-title", place, message, "join the two stories, or remove one")
        reports |= {item.id: story for item in story.items}
        links |= {item.link: story for item in story.items}
        titles[title] = story


def _undated(issue: Issue) -> Iterator[Finding]:
    """One finding for all: some sources never date what they publish."""
    undated = [s for s in issue.stories if all(item.published is None for item in s.items)]
    if undated:
        others = f" and {len(undated) - 1} more" if len(undated) > 1 else ""
        message = f"no report has a date ({len(undated)} of {len(issue.stories)} stories)"
        fix = "check that they are of this week; they print the day they were first seen"
        yield warning("story-undated", f"{story_place(undated[0])}{others}", message, fix)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d}"
