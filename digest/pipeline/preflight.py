"""What is to know of a draft before it leaves: its faults, its reach, its mail by hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from digest.errors import ConfigError, DigestError, TemplateError
from digest.model import Issue
from digest.pipeline.drafting import lint, render
from digest.reviews import Fault, Preflight
from digest.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from digest.lint import Finding
    from digest.store import Store


def preflight(
    store: Store, settings: Settings, issue: Issue, *, now: datetime
) -> tuple[Preflight, str]:
    """The faults of an issue and its reach, with `mail_hash` of its mail.

    A mail that cannot be made is a fault like any other; then the hash is "".
    """
    from digest.store import mail_hash

    readers = store.ledger.eligible(issue.number, at=now)
    try:
        mail = render(settings, issue)
    except (ConfigError, TemplateError) as error:
        return Preflight((_broken(error),), (), readers), ""
    found = lint(store, settings, issue, mail=mail)
    errors = by_rule(one for one in found if one.level == "error")
    warnings = by_rule(one for one in found if one.level != "error")
    return Preflight(errors, warnings, readers), mail_hash(mail)


def by_rule(findings: Iterable[Finding]) -> tuple[Fault, ...]:
    """A fault a rule: its first finding, and how many more there are."""
    listed: dict[str, list[Finding]] = {}
    for one in findings:
        listed.setdefault(one.rule, []).append(one)
    return tuple(
        Fault(rule, f"{some[0].place}: {some[0].message}", some[0].fix, len(some) - 1)
        for rule, some in listed.items()
    )


def _broken(error: DigestError) -> Fault:
    return Fault("cannot-be-made", error.problem, error.hint)
