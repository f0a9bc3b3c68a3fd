"""Who is written to and what becomes of it: Email, Subscriber, Delivery, Occurrence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class SubscriberStatus(StrEnum):
    """Where a subscriber stands; only the confirmed are written to."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


class DeliveryState(StrEnum):
    """Where one (issue, subscriber) pair stands; sent, rejected and skipped are final.

    What is unknown waits for a person: it may have been delivered, and only they can tell.
    """

    PLANNED = "planned"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    SENT = "sent"
    REJECTED = "rejected"
    SKIPPED = "skipped"


COLOURS = (
    "page", "card", "panel", "ink", "muted", "accent", "line", "button", "button_ink",
    "dark_page", "dark_card", "dark_panel", "dark_ink", "dark_muted", "dark_accent", "dark_line",
)  # fmt: skip
"""The colours of a mail by name, light and dark; the templates hold their values."""


@dataclass(frozen=True, slots=True)
class Brand:
    """How the newsletter signs and looks.

    Attributes:
        address: the postal address in the footer.
        language: BCP 47, of the reports and of the mail's own words.
        logo: https address of a picture printed in place of the name; "" for none.
        colours: names of `COLOURS` to replace, such as `accent` or `dark_accent`, by `#rrggbb`.
        intro: a line under every issue's lead; `footer`: a line at the end of every mail.
    """

    name: str = "Weekly AI Recap"
    sender: str = "Weekly AI Recap <recap@weekly-ai-recap.example>"
    reply_to: str = ""
    address: str = ""
    tagline: str = "The week in AI: each story once, with its sources."
    language: str = "en"
    logo: str = ""
    colours: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    intro: str = ""
    footer: str = ""


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a mail that a reader's choice moves or leaves out.

    Attributes:
        label: the theme's; "" for the greeting and the footer.
        html: where it stands in `Email.html`, start and end in characters; (0, 0) if nowhere.
        text: the same for `Email.text`.
    """

    label: str
    html: tuple[int, int]
    text: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Email:
    """One mail, complete: the same issue and subscriber give the same bytes.

    Attributes:
        to: one address, or "" while it is not personal yet.
        headers: further headers, name to value, without CR or LF.
        tags: for the provider's reports, name to value: ASCII letters, digits, "_" and "-"; the
            reader's is a placeholder while the mail is not personal yet.
        blocks: the themes, in order, while the mail is not personal yet.
        greeting: the line with the reader's name; left out where none is known.
        footer: why the mail came and how to leave; left out where anybody reads it.
    """

    sender: str
    to: str
    subject: str
    preheader: str
    html: str
    text: str
    headers: Mapping[str, str] = field(default_factory=_nothing)
    tags: Mapping[str, str] = field(default_factory=_nothing)
    blocks: tuple[Block, ...] = ()
    greeting: Block | None = None
    footer: Block | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person who may be written to, if confirmed.

    Attributes:
        email: "" for somebody who was erased.
        evidence: where and how consent was given.
        themes: labels of the themes that come first in this person's mail.
        language: BCP 47; `zone`: an IANA zone; "" where the person did not say.
        roles: what the person does, in their own words or those of a form.
        paused_until: they chose to get no issue before; None if they did not.
    """

    id: int
    email: str
    name: str
    status: SubscriberStatus
    asked_at: datetime
    confirmed_at: datetime | None = None
    left_at: datetime | None = None
    evidence: str = ""
    themes: tuple[str, ...] = ()
    language: str = ""
    zone: str = ""
    roles: tuple[str, ...] = ()
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person says of themselves; see `Subscriber`."""

    name: str = ""
    language: str = ""
    zone: str = ""
    themes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class ConsentKind(StrEnum):
    """What happened to a subscriber's consent.

    Asked, confirmed, returned (confirmed after leaving) and left are acts of the person; added,
    imported, lifted (a suppression) and erased are the operator's; suppressed comes from bounces
    and complaints.
    """

    ASKED = "asked"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    LEFT = "left"
    ADDED = "added"
    IMPORTED = "imported"
    SUPPRESSED = "suppressed"
    LIFTED = "lifted"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One change of a subscriber's consent, with its proof; never changed afterwards."""

    kind: ConsentKind
    at: datetime
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Everything of a subscriber that a mail prints, as it stood when a batch was made.

    Attributes:
        name: as it is printed; "" for one who is not greeted.
        leave, preferences: the ends of the addresses to leave by and to choose at.
        mark: what stands for the reader in the Message-ID.
    """

    id: int
    email: str
    name: str = ""
    themes: tuple[str, ...] = ()
    leave: str = ""
    preferences: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address never to be written to, whatever its subscriber says."""

    email: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one issue for one subscriber; one per pair, for ever.

    Attributes:
        fate: what the provider told later, such as "delivered" or "bounced"; "" before.
        due_at: the reader's hour, before which it does not leave; None for at once.
    """

    issue: int
    subscriber: int
    email: str
    state: DeliveryState
    provider_id: str = ""
    error: str = ""
    attempts: int = 0
    at: datetime | None = None
    fate: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period of one step of a schedule; one per pair, for ever."""

    schedule: str
    period: str
    due_at: datetime
    done_at: datetime | None = None
    outcome: str = ""
