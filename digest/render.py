"""Render an issue as a mail, then as one mail a subscriber, or as data.

The same issue gives the same bytes. MJML is compiled once an issue; a subscriber's mail is only
joined from ready pieces.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from digest.blocks import StoryBlock, open_link, printable
from digest.catalogs import catalog
from digest.dressing import compile_mjml, to_mjml, to_text
from digest.errors import ConfigError, TemplateError
from digest.guards import check_html, check_mjml
from digest.layout import Page, ThemeBlock, lay_out
from digest.localisation import Catalog
from digest.model import Brand, Brief, Email, Issue, Item, Reference, Sentence, Story, Subscriber

UNSUBSCRIBE = "@@UNSUBSCRIBE@@"
_PLACEHOLDER = re.compile("@@[A-Z_]+@@")
_SENTENCES = (
    "insight", "what_changed", "why_it_matters", "what_to_do_next", "who_should_care",
    "takeaways", "deep_dive", "implications", "related", "freshness", "credit", "continues",
)  # fmt: skip


def render_issue(
    issue: Issue, *, base_url: str, brand: Brand | None = None, templates: Path | None = None
) -> Email:
    """The mail of an issue, the same for everybody: `to` is empty, the way to leave is open.

    Args:
        issue: any issue.
        base_url: where the pages are served, such as https://recap.example; "" if nowhere, then
            subscribers leave by writing to the sender.
        brand: name, sender and footer; the product's own by default.
        templates: a folder whose files replace the shipped ones, such as `email/_story.mjml.j2`.

    Raises:
        TemplateError: Jinja, MJML or a check refused; names the template and line, or the item.
        ConfigError: `base_url` is not http(s), or the sender is no address.
    """
    brand = brand or Brand()
    leave = _way_out(base_url, brand)
    words = catalog(brand.language, templates)
    page = lay_out(issue, brand, unsubscribe=leave, words=words)
    html, problems = _html(page, words, templates)
    if problems:
        raise _refusal(issue, page, words, templates, problems)
    return Email(
        sender=brand.sender,
        to="",
        subject=page.subject,
        preheader=page.preheader,
        html=html,
        text=to_text(page, words, templates),
        headers=_headers(issue, brand, leave),
    )


def personalise(
    email: Email, subscribers: Iterable[Subscriber], *, secret: str = ""
) -> Iterator[Email]:
    """One mail a subscriber, in their order; as fast as joining strings.

    Args:
        email: what `render_issue` made.
        subscribers: any number; read one by one.
        secret: the installation's secret key. Without one a stranger can compute the addresses
            to leave by; whoever sends for real gives it.

    Raises:
        TemplateError: a placeholder other than the one for leaving is in the mail.
    """
    html, text = _pieces(email.html, "the HTML"), _pieces(email.text, "the text part")
    headers = [(name, _pieces(value, name)) for name, value in email.headers.items()]
    for subscriber in subscribers:
        token = leave_token(subscriber.id, secret)
        yield Email(
            sender=email.sender,
            to=subscriber.email,
            subject=email.subject,
            preheader=email.preheader,
            html=token.join(html),
            text=token.join(text),
            headers=MappingProxyType({name: token.join(pieces) for name, pieces in headers}),
        )


def leave_token(subscriber: int, secret: str) -> str:
    """The end of a subscriber's address to leave by: who it is, and an HMAC-SHA256 to prove it.

    Letters, digits, "-", "_" and one "." only, so it needs no escaping in HTML, a URL or a header.
    """
    code = hmac.digest(secret.encode(), f"leave:{subscriber}".encode(), "sha256")
    return f"{subscriber}.{base64.urlsafe_b64encode(code).rstrip(b'=').decode('ascii')}"


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
    source = to_mjml(page, words, templates)
    if problems := check_mjml(source):
        return "", problems
    try:
        html = compile_mjml(source)
    except ValueError as error:
        return "", (f"MJML refused: {error}",)
    texts = [block.title for block in page.stories]
    links = [block.url for block in page.stories if block.url]
    return html, check_html(html, texts=texts, links=links)


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


def _pieces(text: str, place: str) -> list[str]:
    unknown = set(_PLACEHOLDER.findall(text)) - {UNSUBSCRIBE}
    if unknown:
        raise TemplateError(
            f"{place} holds {', '.join(sorted(unknown))}, which nothing fills in",
            hint=f"the only placeholder is {UNSUBSCRIBE}",
        )
    return text.split(UNSUBSCRIBE)


def _way_out(base_url: str, brand: Brand) -> str:
    """The address to leave by: a page of ours with a placeholder, or a mail to the sender."""
    base = base_url.strip().rstrip("/")
    if not base:
        return f"mailto:{quote(_sender_address(brand), safe='@')}?subject=unsubscribe"
    if not open_link(base):
        raise ConfigError(
            f"base URL `{base_url}` is not an http(s) address",
            hint="set RECAP_BASE_URL to something like https://recap.example, or leave it empty",
        )
    return f"{base}/leave/{UNSUBSCRIBE}"


def _sender_address(brand: Brand) -> str:
    address = parseaddr(brand.sender)[1]
    if "@" not in address or printable(brand.sender) != brand.sender:
        raise ConfigError(
            f"sender {brand.sender!r} is not a name and a mail address",
            hint="write it as: Weekly AI Recap <recap@your-domain.example>",
        )
    return address


def _headers(issue: Issue, brand: Brand, leave: str) -> Mapping[str, str]:
    """Headers beside From, To and Subject: one line each, no name or address of a reader."""
    list_id = quote(_sender_address(brand).replace("@", "."), safe=".")
    headers = {
        "List-Unsubscribe": f"<{leave}>",
        "List-ID": f"<{list_id}>",
        "X-Entity-Ref-ID": f"issue-{issue.number}.{issue.week}.{list_id}",
    }
    if leave.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if brand.reply_to:
        headers["Reply-To"] = printable(brand.reply_to)
    return MappingProxyType(headers)
