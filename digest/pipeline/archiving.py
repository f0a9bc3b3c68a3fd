"""Archiving: what readers find of an issue once its send has begun, and all of it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.blocks import printable
from digest.cards import one_line
from digest.errors import StateError
from digest.keywords import keywords
from digest.model import Issue, Story, Theme
from digest.settings import Settings
from digest.slugs import key_of

if TYPE_CHECKING:
    from digest.store import Store
    from digest.store.archive import Entry


def publish(store: Store, settings: Settings, number: int) -> None:
    """Write down what the archive shows of an approved issue; doing it again changes nothing.

    It is shown from the moment on at which the issue is sending.

    Raises:
        StateError: nothing was approved of it.
    """
    issue, row = store.content.issue(number), store.content.issue_row(number)
    mail = store.approvals.frozen(number).mail
    store.archive.fill(
        number,
        mail.subject,
        mail.preheader,
        row.send_after or row.approved_at or issue.window.end,
        tuple(_entries(issue)),
        language=settings.brand.language,
    )


def publish_all(store: Store, settings: Settings) -> int:
    """Write every public issue down anew: those of older versions, or after a change of language.

    Returns:
        How many; one without an approved mail, which an older version sent, has no page.
    """
    done = 0
    for number in store.archive.begun():
        try:
            publish(store, settings, number)
        except StateError:
            continue
        done += 1
    return done


def theme_id(label: str) -> str:
    """What the key of a theme's address is made of: its name, however it is spelled."""
    return f"theme {printable(label).casefold()}"


def _entries(issue: Issue) -> Iterator[Entry]:
    from digest.store.archive import Entry

    under: list[tuple[Story, Theme | None]] = [
        (story, theme) for theme in issue.themes for story in theme.stories
    ]
    under += [(story, None) for story in issue.also]
    for place, (story, theme) in enumerate(under):
        title = printable(story.title)
        yield Entry(
            place=place,
            key=key_of(story.id),
            title=title,
            summary=one_line(story),
            theme=printable(theme.label) if theme else "",
            theme_key=key_of(theme_id(theme.label)) if theme else "",
            theme_size=theme.size if theme else 0,
            title_words=" ".join(keywords(title)),
            body_words=" ".join(keywords(" ".join(_texts(story)))),
        )


def _texts(story: Story) -> Iterator[str]:
    """Everything to find a story by, beside its headline."""
    brief = story.brief
    for item in story.items:
        yield from (item.title, item.source)
    for part in (
        brief.insight, brief.what_changed, brief.why_it_matters, brief.what_to_do_next,
        brief.takeaways, brief.deep_dive, brief.implications, brief.timeline,
    ):  # fmt: skip
        for sentence in part:
            yield sentence.text
    for row in (brief.comparison.columns, *brief.comparison.rows):
        yield from row
    for item in story.items:
        yield item.summary
