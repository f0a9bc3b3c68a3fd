"""Turns the nouns into rows of the schema, and rows back into equal nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from digest.errors import StoreError
from digest.identity import Keys, Known
from digest.model import (
    NO_SELECTORS,
    Brief,
    Email,
    Issue,
    IssueStatus,
    Item,
    Recipient,
    RunReport,
    Selectors,
    Source,
    Subscriber,
    SubscriberStatus,
    Vocabulary,
)
from digest.store.profiles import labels_of

Noun = TypeVar("Noun")


class _PrintedItem(msgspec.Struct):
    id: str
    url: str
    link: str


class _PrintedStory(msgspec.Struct):
    items: tuple[_PrintedItem, ...]


class _PrintedTheme(msgspec.Struct):
    stories: tuple[_PrintedStory, ...]


class _Printed(msgspec.Struct):
    """An issue, as far as it tells which reports were printed."""

    themes: tuple[_PrintedTheme, ...]
    also: tuple[_PrintedStory, ...]


_PRINTED = msgspec.json.Decoder(_Printed)
_ISSUE = msgspec.json.Decoder(Issue)
_BRIEF = msgspec.json.Decoder(Brief)
_COUNTS = msgspec.json.Decoder(dict[str, int])
_SELECTORS = msgspec.json.Decoder(Selectors)
_REPORT = msgspec.json.Decoder(RunReport)


@dataclass(frozen=True, slots=True)
class IssueRow:
    """What a list of issues shows, without reading the issues themselves.

    Attributes:
        stories: how many, the short ones included.
        content_sha256: the hash given at approval; "" before.
        send_after: nothing leaves before; None if it is not approved.
        held_because: why it is held or was skipped; "" if it is neither.
        changed_at: when it was last approved, held, skipped or resumed, or a sender began with it.
    """

    number: int
    week: str
    status: IssueStatus
    title: str
    revision: int
    stories: int
    drafted_at: datetime
    approved_at: datetime | None
    content_sha256: str
    send_after: datetime | None
    held_because: str
    changed_at: datetime | None


def document(
    noun: Issue | Brief | RunReport | Selectors | Email | tuple[Recipient, ...] | tuple[str, ...],
) -> str:
    """The whole noun as JSON; equal nouns give equal text."""
    return msgspec.json.encode(noun, enc_hook=dict).decode()


def row_of_item(item: Item, keys: Keys) -> dict[str, Any]:
    """An item's row; it enters at the later of `published` and `first_seen`."""
    return {
        "id": item.id,
        "url": item.url,
        "url_key": keys.url,
        "guid": item.guid,
        "guid_key": keys.guid,
        "text_key": keys.text,
        "link": item.link,
        "title": item.title,
        "summary": item.summary,
        "source": item.source,
        "published": item.published,
        "first_seen": item.first_seen,
        "entered_at": max(item.published or item.first_seen, item.first_seen),
        "language": item.language,
        "sponsored": item.sponsored,
        "remarks": list(item.remarks),
        "points": item.points,
        "archived": item.archived,
    }


def item_of(row: Any) -> Item:
    """The item of a row of `item`."""
    return Item(
        id=row.id,
        url=row.url,
        link=row.link,
        title=row.title,
        summary=row.summary,
        source=row.source,
        published=row.published,
        first_seen=row.first_seen,
        language=row.language,
        sponsored=row.sponsored,
        remarks=tuple(row.remarks),
        points=row.points,
        guid=row.guid,
        archived=row.archived,
    )


def known_of(row: Any) -> Known:
    """What to remember of a row of `item`."""
    keys = Keys(row.guid_key, row.url_key, row.text_key)
    titles = row.title, row.latest_title
    return Known(row.id, row.url, row.source, titles, row.published, row.points, keys)


def row_of_source(source: Source) -> dict[str, Any]:
    """A source's row."""
    return {
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "group_name": source.group,
        "muted": source.muted,
        "selectors": "" if source.selectors == NO_SELECTORS else document(source.selectors),
    }


def source_of(row: Any, place: str) -> Source:
    """The source of a row of `source`; `StoreError` if its selectors cannot be read."""
    selectors = NO_SELECTORS
    if row.selectors:
        what = f"source `{row.name}` in {place}"
        selectors = decoded(_SELECTORS.decode, row.selectors, what)
    return Source(row.name, row.url, row.kind, row.group_name, row.muted, selectors)


def row_of_issue(issue: Issue, content_sha256: str) -> dict[str, Any]:
    """An issue's row: what lists and rules ask for in columns, the whole in the document."""
    return {
        "number": issue.number,
        "week": issue.week,
        "status": issue.status.value,
        "revision": issue.revision,
        "window_start": issue.window.start,
        "window_end": issue.window.end,
        "timezone": issue.timezone,
        "title": issue.title,
        "stories": len(issue.stories),
        "drafted_at": issue.drafted_at,
        "content_sha256": content_sha256,
        "document": document(issue),
    }


def issue_of(row: Any, place: str) -> Issue:
    """The issue of a row of `issue`; the row's status wins over the document's.

    Raises:
        StoreError: the document cannot be read.
    """
    issue = decoded(_ISSUE.decode, row.document, f"issue {row.number} in {place}")
    return replace(issue, status=IssueStatus(row.status))


def addresses_of(row: Any, place: str) -> Iterator[str]:
    """The addresses of all reports in a row of `issue`, the canonical one and the link of each.

    Nothing else of the document is decoded.

    Raises:
        StoreError: the document cannot be read.
    """
    for item in _printed_in(row, place):
        yield item.url
        yield item.link


def items_in(row: Any, place: str) -> Iterator[str]:
    """The ids of all reports in a row of `issue`; errors as of `addresses_of`."""
    return (item.id for item in _printed_in(row, place))


def _printed_in(row: Any, place: str) -> Iterator[_PrintedItem]:
    issue = decoded(_PRINTED.decode, row.document, f"issue {row.number} in {place}")
    for story in (*(story for theme in issue.themes for story in theme.stories), *issue.also):
        yield from story.items


def light_row_of(row: Any) -> IssueRow:
    """The columns that a list shows, of a row of `issue`."""
    return IssueRow(
        number=row.number,
        week=row.week,
        status=IssueStatus(row.status),
        title=row.title,
        revision=row.revision,
        stories=row.stories,
        drafted_at=row.drafted_at,
        approved_at=row.approved_at,
        content_sha256=row.content_sha256,
        send_after=row.send_after,
        held_because=row.held_because,
        changed_at=row.changed_at,
    )


def row_of_vocabulary(number: int, vocabulary: Vocabulary) -> dict[str, Any]:
    """The row of the words of issue `number`'s week; equal vocabularies give equal rows."""
    counts = msgspec.json.encode(vocabulary.counts, order="deterministic").decode()
    return {"issue": number, "documents": vocabulary.documents, "counts": counts}


def vocabulary_of(row: Any, place: str) -> Vocabulary:
    """The words of a row of `vocabulary`; `StoreError` if they cannot be read."""
    what = f"the vocabulary of issue {row.issue} in {place}"
    return Vocabulary(row.documents, decoded(_COUNTS.decode, row.counts, what))


def brief_of(text: str) -> Brief | None:
    """The brief that a document holds; None if it is not one of this version."""
    try:
        return _BRIEF.decode(text)
    except msgspec.DecodeError:
        return None


def report_of(row: Any, place: str) -> RunReport:
    """The report of a row of `run_report`; `StoreError` if it cannot be read."""
    return decoded(_REPORT.decode, row.document, f"run report {row.id} in {place}")


def subscriber_of(row: Any) -> Subscriber:
    """The subscriber of a row of `subscriber`; `StoreError` if a list cannot be read."""
    return Subscriber(
        id=row.id,
        email=row.email,
        name=row.name,
        status=SubscriberStatus(row.status),
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        left_at=row.left_at,
        evidence=row.evidence,
        themes=labels_of(row.themes, row.id),
        language=row.language,
        zone=row.zone,
        roles=labels_of(row.roles, row.id),
        paused_until=row.paused_until,
    )


def decoded(decode: Callable[[str], Noun], text: str, what: str) -> Noun:
    """A document read back; `StoreError` names `what` if it is damaged."""
    try:
        return decode(text)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"{what} is damaged: {error}", hint="put back a backup, or make it again"
        ) from error
