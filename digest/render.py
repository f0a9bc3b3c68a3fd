"""Render an issue as a mail or as data, and a notice as a mail.

The same issue gives the same bytes. MJML is compiled once an issue; `digest.personal` joins a
subscriber's mail from the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from digest.blocks import StoryBlock
from digest.catalogs import catalog
from digest.dressing import to_html, to_text
from digest.errors import TemplateError
from digest.headers import mail_headers, mail_tags, notice_headers
from digest.layout import Page, ThemeBlock, lay_out
from digest.links import PAGES, page_links, sender_address
from digest.localisation import Catalog
from digest.marks import unmarked
from digest.model import Block, Brand, Brief, Email, Issue, Item, Reference, Sentence, Story
from digest.notices import Notice
from digest.personal import personalise

__all__ = ["issue_document", "personalise", "render_issue", "render_notice"]

_SENTENCES = (
    "insight", "what_changed", "why_it_matters", "what_to_do_next", "who_should_care",
    "takeaways", "deep_dive", "implications", "related", "freshness", "credit", "continues",
)  # fmt: skip
_STYLE = re.compile("(<style.*?</style>)", re.DOTALL)
_BEYOND_LATIN = re.compile("[^\x00-\xff]")
_MOST_GROWTH = 1.05
ROOM = 88_000
"""Bytes of HTML from which a mail is laid out short: delivered, it then stays under 100,000."""


def render_issue(
    issue: Issue,
    *,
    base_url: str,
    brand: Brand | None = None,
    templates: Path | None = None,
    pages: Collection[str] = PAGES,
) -> Email:
    """The mail of an issue, the same for everybody: `to` is empty, the way to leave is open.

    Its texts are whole documents; `personalise` puts themes in another order, fills the
    placeholders in, and leaves the greeting out where no name is known.

    Args:
        issue: any issue.
        base_url: where the pages are served, such as https://recap.example; "" if nowhere, then
            subscribers leave by writing to the sender.
        brand: name, sender and footer; the product's own by default.
        templates: a folder whose files replace the shipped ones, such as `email/_story.mjml.j2`.
        pages: which of "leave", "preferences", "issue" (the issue in a browser) and "subscribe"
            are served under `base_url`; a mail links to no other.

    Raises:
        TemplateError: Jinja, MJML or a check refused; names the template and line, or the item.
        ConfigError: `base_url` is not http(s), or the sender is no address.
    """
    brand = brand or Brand()
    links = page_links(issue, brand, base_url, pages)
    words = catalog(brand.language, templates)
    page = lay_out(issue, brand, links=links, words=words)
    marked, problems = _html(page, words, templates)
    if len(marked.encode()) > ROOM:
        page = lay_out(issue, brand, links=links, words=words, short=True)
        marked, problems = _html(page, words, templates)
    if problems:
        raise _refusal(issue, page, words, templates, problems)
    html = unmarked(_narrow(marked), "the HTML", len(page.themes))
    text = unmarked(to_text(page, words, templates), "the text part", len(page.themes))
    labels = (theme.label for theme in page.themes)
    return Email(
        sender=brand.sender,
        to="",
        subject=page.subject,
        preheader=page.preheader,
        html=html.text,
        text=text.text,
        headers=mail_headers(issue, brand, links),
        tags=mail_tags(issue),
        blocks=tuple(map(Block, labels, html.themes, text.themes)),
        greeting=Block("", html.greeting, text.greeting),
        footer=Block("", html.footer, text.footer),
    )


def render_notice(notice: Notice, *, to: str, templates: Path | None = None) -> Email:
    """The mail of a notice to one person; what its headers are, `digest.headers` says and why.

    Args:
        notice: one of those in `digest.notices`, which says in whose name.
        to: the person's address.
        templates: a folder whose files replace the shipped ones, such as `email/notice.mjml.j2`.

    Raises:
        TemplateError: Jinja, MJML or a check refused.
        ConfigError: the sender is no address.
    """
    sender_address(notice.brand)  # refuses what would end the header
    words = catalog(notice.language, templates)
    html, problems = to_html(
        notice, words, templates, kind="notice", texts=notice.texts, links=notice.links
    )
    if problems:
        raise TemplateError(
            f"the {notice.kind} notice cannot be rendered: {_listed(problems)}",
            hint="correct your templates, or remove them to use the shipped ones",
        )
    return Email(
        sender=notice.brand.sender,
        to=to,
        subject=notice.subject,
        preheader=notice.preheader,
        html=_narrow(html),
        text=to_text(notice, words, templates, kind="notice"),
        headers=notice_headers(notice.brand, leave=notice.leave),
        tags=MappingProxyType({"notice": notice.kind}),
    )


def issue_document(issue: Issue) -> dict[str, Any]:
    """An issue as JSON-ready data: what `recap show N --format json` prints.

    Times are UTC as `2026-05-27T09:30:00Z`; signals and brief parts are keyed by name.
    """
    return {
        "number": issue.number,
        "week": issue.week,
        "status": issue.status.value,
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "intro": list(issue.intro),
        "window": {"start": _iso(issue.window.start), "end": _iso(issue.window.end)},
        "timezone": issue.timezone,
        "revision": issue.revision,
        "themes": [
            {
                "label": theme.label,
                "terms": list(theme.terms),
                "trend": theme.trend,
                "found": theme.size,
                "stories": [_story_document(story) for story in theme.stories],
            }
            for theme in issue.themes
        ],
        "also": [_story_document(story) for story in issue.also],
        "left_out": [
            {"item": left.item, "title": left.title, "rule": left.rule} for left in issue.left_out
        ],
    }


def _story_document(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "url": story.lead.link,
        "score": story.score,
        "late": story.late,
        "signals": {
            signal.name: {"value": signal.value, "weight": signal.weight, "points": signal.points}
            for signal in story.signals
        },
        "items": [_item_document(item) for item in story.items],
        "brief": _brief_document(story.brief),
    }


def _item_document(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "source": item.source,
        "title": item.title,
        "published": _iso(item.published) if item.published else None,
        "first_seen": _iso(item.first_seen),
    }


def _brief_document(brief: Brief) -> dict[str, Any]:
    parts: dict[str, Any] = {name: _sentences(getattr(brief, name)) for name in _SENTENCES}
    parts["comparison"] = {
        "columns": list(brief.comparison.columns),
        "rows": [list(row) for row in brief.comparison.rows],
    }
    parts["timeline"] = [
        {"date": line.date, "text": line.text, "items": list(line.items)} for line in brief.timeline
    ]
    parts["writer"] = brief.writer
    return parts


def _sentences(sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    return [
        {"text": sentence.text, "items": list(sentence.items)}
        | (
            {"url": sentence.url, "issue": sentence.issue}
            if isinstance(sentence, Reference)
            else {}
        )
        for sentence in sentences
    ]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _html(page: Page, words: Catalog, templates: Path | None) -> tuple[str, tuple[str, ...]]:
    """The HTML of a page and what is wrong with it or with the MJML before it."""
    texts = [block.title for block in page.stories]
    links = [block.url for block in page.stories if block.url]
    return to_html(page, words, templates, texts=texts, links=links)


def _narrow(html: str) -> str:
    """The same document with signs beyond Latin-1 as references, if they are few.

    A string of Latin-1 takes half the memory and is joined in half the time, and quoted-printable
    gets shorter: "“" takes 9 bytes there and "&#8220;" 7. Scripts that are all of such signs stay:
    before that encoding their references are longer.
    """
    parts = _STYLE.split(html)  # in which a reference would stand for itself
    parts[::2] = [_BEYOND_LATIN.sub(lambda sign: f"&#{ord(sign[0])};", text) for text in parts[::2]]
    narrow = "".join(parts)
    return narrow if len(narrow) <= len(html) * _MOST_GROWTH else html


def _refusal(
    issue: Issue,
    page: Page,
    words: Catalog,
    templates: Path | None,
    problems: tuple[str, ...],
) -> TemplateError:
    """The error to raise: with the first story that cannot even be rendered alone, if one is."""
    bare = replace(
        page, lead=None, headline="", points=(), intro=(), themes=(), depth=None, actions=(),
        numbers=(), also=(),
    )  # fmt: skip
    if not _html(bare, words, templates)[1]:
        for block in page.stories:
            if block in page.also:
                alone = replace(bare, also=(block,))
            else:
                alone = replace(bare, themes=(ThemeBlock("", "", (block,)),))
            if found := _html(alone, words, templates)[1]:
                return _at_fault(issue, block, found)
    return TemplateError(
        f"issue {issue.number} cannot be rendered: {_listed(problems)}",
        hint="correct your templates, or remove them to use the shipped ones",
    )


def _at_fault(issue: Issue, block: StoryBlock, problems: tuple[str, ...]) -> TemplateError:
    return TemplateError(
        f"issue {issue.number}, item {block.id} “{block.title[:120]}” cannot be rendered: "
        f"{_listed(problems)}",
        hint="edit or remove this story; if the shipped templates are replaced, check that the "
        "replacement does not switch escaping off",
    )


def _listed(problems: tuple[str, ...]) -> str:
    more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""
    return "; ".join(problems[:3]) + more
