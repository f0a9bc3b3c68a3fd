"""Check an issue and its mail before anybody gets it: errors block, warnings are shown.

A check is a function in a table below. It is given a `Letter` and yields findings; each finding
carries a rule, and docs/reference/lint.md says of every rule what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from digest.lint.accessibility import check_document, check_images, check_link_texts
from digest.lint.contrast import check_contrast
from digest.lint.findings import Finding, IssueLetter, Letter, LinkAnswer, story_place
from digest.lint.inbox import check_inbox
from digest.lint.leaving import check_leaving, check_postal_address
from digest.lint.links import addresses, check_answers, check_links
from digest.lint.parts import check_leftovers, check_parts
from digest.lint.size import GMAIL_CLIPS_AT, check_size, delivered_size
from digest.lint.stories import check_stories
from digest.model import Email, Issue

__all__ = [
    "GMAIL_CLIPS_AT", "Finding", "LinkAnswer", "delivered_size", "link_addresses", "lint_issue",
    "lint_notice", "story_place",
]  # fmt: skip

CHECKS: tuple[Callable[[IssueLetter], Iterator[Finding]], ...] = (
    check_inbox,
    check_size,
    check_stories,
    check_parts,
    check_links,
    check_answers,
    check_document,
    check_images,
    check_link_texts,
    check_contrast,
    check_leaving,
    check_postal_address,
    check_leftovers,
)
NOTICE_CHECKS: tuple[Callable[[Letter], Iterator[Finding]], ...] = (
    check_inbox,
    check_size,
    check_links,
    check_document,
    check_images,
    check_link_texts,
    check_contrast,
    check_postal_address,
    check_leftovers,
)


def lint_issue(
    issue: Issue,
    email: Email,
    *,
    printed: Mapping[str, int] | None = None,
    goes_out: bool = False,
    answers: Mapping[str, LinkAnswer] | None = None,
) -> tuple[Finding, ...]:
    """Everything found in an issue and the mail made of it, errors first, in reading order.

    Args:
        issue: what was rendered.
        email: what `digest.render.render_issue` or `personalise` made of it.
        printed: addresses of reports that readers have had, each with the issue it was in.
        goes_out: whether the mail leaves this machine: then mail law counts.
        answers: what the web said of links, by address; nothing is asked here.
    """
    letter = IssueLetter(email, goes_out, answers or {}, issue=issue, printed=printed or {})
    return _errors_first(finding for check in CHECKS for finding in check(letter))


def lint_notice(email: Email) -> tuple[Finding, ...]:
    """Everything found in a mail that is no issue: as `lint_issue`, without stories and leaving."""
    letter = Letter(email)
    return _errors_first(finding for check in NOTICE_CHECKS for finding in check(letter))


def link_addresses(email: Email) -> tuple[str, ...]:
    """The addresses of a mail whose answers `lint_issue` can judge, each once, in print order."""
    return addresses(Letter(email))


def _errors_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda finding: finding.level != "error"))
