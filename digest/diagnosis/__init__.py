"""Judge whether the first issue may leave: facts that somebody gathered become findings, in order.

Nothing is looked at here. What could not be looked at is `unknown` and never taken for missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from digest.diagnosis.account import check_access, check_clock, check_key
from digest.diagnosis.domain import (
    check_bounces,
    check_dkim,
    check_dmarc,
    check_sender,
    check_spf,
    check_verified,
    dkim_name,
    dmarc_names,
    is_policy,
    return_path,
)
from digest.diagnosis.facts import (
    Access,
    Answer,
    Facts,
    Ledger,
    Level,
    Pages,
    Records,
    Served,
    Texts,
    Unseen,
    Verdict,
)
from digest.diagnosis.machine import (
    check_database,
    check_disk,
    check_durability,
    check_outbox,
    check_postal_address,
    check_reply_to,
    check_schedule,
)
from digest.diagnosis.pages import (
    check_base_url,
    check_env_file,
    check_leave_page,
    check_secret_key,
    check_webhook_secret,
)

__all__ = [
    "CHECKS", "Access", "Answer", "Facts", "Finding", "Ledger", "Pages", "Records", "Served",
    "Texts", "Unseen", "diagnose", "dkim_name", "dmarc_names", "is_policy",
    "return_path",
]  # fmt: skip

CHECKS: tuple[tuple[str, str, Callable[[Facts], Verdict | None]], ...] = (
    ("provider", "key", check_key),
    ("provider", "access", check_access),
    ("provider", "clock", check_clock),
    ("sender", "domain", check_sender),
    ("sender", "verified", check_verified),
    ("sender", "spf", check_spf),
    ("sender", "dkim", check_dkim),
    ("sender", "dmarc", check_dmarc),
    ("sender", "bounces", check_bounces),
    ("newsletter", "postal-address", check_postal_address),
    ("newsletter", "reply-to", check_reply_to),
    ("pages", "base-url", check_base_url),
    ("pages", "leave-page", check_leave_page),
    ("pages", "webhook-secret", check_webhook_secret),
    ("secrets", "secret-key", check_secret_key),
    ("secrets", "env-file", check_env_file),
    ("machine", "database", check_database),
    ("machine", "durability", check_durability),
    ("machine", "disk", check_disk),
    ("machine", "outbox", check_outbox),
    ("machine", "schedule", check_schedule),
)
"""Every check: its group, its name, and what judges it; None where it does not apply."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        group, check: as in `CHECKS`.
        level: "error" is to be mended before sending; "unknown" could not be looked at.
        message: what is so, in a sentence without secrets.
        fix: what to do; "" if it is ok.
    """

    group: str
    check: str
    level: Level
    message: str
    fix: str


def diagnose(facts: Facts) -> tuple[Finding, ...]:
    """The finding of every check that applies, in the order of `CHECKS`."""
    found = []
    for group, check, judge in CHECKS:
        verdict = judge(facts)
        if verdict is not None:
            found.append(Finding(group, check, verdict.level, verdict.message, verdict.fix))
    return tuple(found)
