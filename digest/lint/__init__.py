"""Check an issue and its mail before anybody gets it: errors block, warnings are shown.

A check is a function in the table below. It is given a `Letter` and yields findings; each finding
carries a rule, and docs/reference/lint.md says of every rule what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from digest.lint.accessibility import check_document, check_images, check_link_texts
from digest.lint.contrast import check_contrast
from digest.lint.findings import Finding, Letter, LinkAnswer
from digest.lint.inbox import check_inbox
from digest.lint.leaving import check_leaving, check_postal_address
from digest.lint.links import addresses, check_answers, check_links
from digest.lint.parts import check_leftovers, check_parts
from digest.lint.size import check_size
from digest.lint.stories import check_stories
from digest.model import Email, Issue

__all__ = ["Finding", "LinkAnswer", "link_addresses", "lint_issue"]

CHECKS: tuple[Callable[[Letter], Iterator[Finding]], ...] = (
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
    letter = Letter(issue, email, printed or {}, goes_out, answers or {})
    found = [finding for check in CHECKS for finding in check(letter)]
    return tuple(sorted(found, key=lambda finding: finding.level != "error"))


def link_addresses(issue: Issue, email: Email) -> tuple[str, ...]:
    """The addresses of a mail whose answers `lint_issue` can judge, each once, in print order."""
    return addresses(Letter(issue, email))
