"""The nouns, from what a source said to what a subscriber got; all frozen, none does anything.

    Source -> Item -> Story -> Theme -> Issue -> Email -> Delivery

Every datetime is aware and UTC. Every text has been through `digest.clean`: plain, one line
where a line is meant, no markup, no control characters.
"""

from __future__ import annotations

from digest.model.content import (
    Brief,
    Comparison,
    DatedSentence,
    Issue,
    IssueStatus,
    Item,
    LeftOut,
    PinnedTheme,
    Reference,
    ReportLine,
    RunReport,
    Sentence,
    Signal,
    Story,
    Theme,
)
from digest.model.desk import AuditLine, DeskUser, Role
from digest.model.health import NO_VALIDATORS, Health, Pause, Validators
from digest.model.mail import (
    COLOURS,
    Block,
    Brand,
    ConsentEvent,
    ConsentKind,
    Delivery,
    DeliveryState,
    Email,
    Occurrence,
    Profile,
    Recipient,
    Subscriber,
    SubscriberStatus,
    Suppression,
)
from digest.model.past import Past, Vocabulary
from digest.model.source import NO_SELECTORS, Selectors, Source
from digest.model.weeks import Week, Window

__all__ = [
    "COLOURS", "NO_SELECTORS", "NO_VALIDATORS",
    "AuditLine", "Block", "Brand", "Brief", "Comparison", "ConsentEvent", "ConsentKind",
    "DatedSentence", "Delivery", "DeliveryState", "DeskUser", "Email", "Health", "Issue",
    "IssueStatus", "Item", "LeftOut", "Occurrence", "Past", "Pause", "PinnedTheme", "Profile",
    "Recipient", "Reference", "ReportLine", "Role", "RunReport", "Selectors", "Sentence",
    "Signal", "Source", "Story", "Subscriber", "SubscriberStatus", "Suppression", "Theme",
    "Validators", "Vocabulary", "Week", "Window",
]  # fmt: skip
