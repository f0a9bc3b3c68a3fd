"""Who may be written to, and who may be asked: well-formed, confirmed, and not suppressed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from digest.errors import InputError
from digest.model import Profile, SubscriberStatus
from digest.zones import zone_named

TOKEN_LIFE = timedelta(days=7)
"""How long the link of a confirmation mail opens."""

ASKING_PAUSE = timedelta(hours=24)
MOST_ASKED = 3
"""Confirmation mails to one address until it confirms: strangers type addresses into forms."""

PAUSES = (1, 2, 4, 8)
"""Weeks for which a subscriber may ask to get no issue."""

PAUSED = "the subscriber paused"
"""Why an issue is not owed to somebody who may be written to."""

LONGEST = 200
"""Characters of a name, a label or a piece of evidence."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PLAIN = re.compile(
    r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)"
    r"@((?:(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"({_BYTE}\.{_BYTE}\.{_BYTE})\.{_BYTE}")
_LONGEST_ADDRESS = 254
_SPECIAL = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)
_NETWORKS = {4: 24, 6: 48}


class Confirming(StrEnum):
    """What came of opening the link of a confirmation mail.

    Done: the person is confirmed now. Before: they are since an earlier opening. Expired: too
    late, or they left or asked again since. Suppressed: the address may not be written to.
    """

    DONE = "done"
    BEFORE = "before"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"


def normalise_address(text: str) -> str:
    """An address checked and trimmed, its domain in lower case and Unicode.

    Raises:
        InputError: not one address in the form of RFC 5322 with a full domain.
    """
    return _plain_address(text.strip()) or checked_address(text)


def _plain_address(text: str) -> str:
    """The same for nearly every address, a hundred times as fast; "" where a library must look."""
    found = _PLAIN.fullmatch(text)
    if not found or len(text) > _LONGEST_ADDRESS:
        return ""
    name, domain = found.group(1), found.group(2).lower()
    # A name of letters alone may be a role, such as Postmaster, which has one spelling.
    if domain.endswith(_SPECIAL) or (name.isalpha() and not name.islower()):
        return ""
    return f"{name}@{domain}"


def checked_address(text: str) -> str:
    """What `normalise_address` gives, by the library alone."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InputError(
            f"`{text.strip()[:80]}` is not an e-mail address: {error}",
            hint="write one address, such as ada@reader.example",
        ) from error


def email_key(email: str) -> str:
    """What makes two spellings one address: trimmed, all of it in lower case."""
    return email.strip().lower()


def one_line(text: str) -> str:
    """What a person wrote as one line of at most 200 characters, without control characters."""
    text = text.strip()
    if len(text) <= LONGEST and text.isprintable() and "  " not in text:
        return text
    return " ".join(_UNPRINTABLE.sub(" ", text).split())[:LONGEST].rstrip()


def tidy_profile(profile: Profile) -> Profile:
    """The profile as it may be kept: every text one line, and no language or zone that is none."""
    language = profile.language.strip()
    return replace(
        profile,
        name=one_line(profile.name),
        language=language if _LANGUAGE.fullmatch(language) else "",
        zone=zone_named(profile.zone),
        themes=_lines(profile.themes),
        roles=_lines(profile.roles),
    )


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := one_line(text))))


def refusal(
    status: SubscriberStatus,
    *,
    suppressed: bool,
    paused_until: datetime | None = None,
    now: datetime | None = None,
) -> str:
    """Why this person is sent no issue now; "" if they are. Suppression wins.

    Args:
        paused_until: asked to get none before; it counts against `now`.
    """
    if suppressed:
        return "the address is suppressed"
    if status is not SubscriberStatus.CONFIRMED:
        return f"the subscriber is {status.value}"
    if paused_until is not None and now is not None and now < paused_until:
        return PAUSED
    return ""


def asking_refusal(
    status: SubscriberStatus | None,
    *,
    suppressed: bool,
    asked: Collection[datetime],
    now: datetime,
) -> str:
    """Why this address gets no confirmation mail now; "" if it gets one.

    Args:
        status: None for an address that nobody has.
        suppressed: whatever for; only the operator lifts that.
        asked: when it got confirmation mails that it did not answer.
    """
    if suppressed:
        return "the address is suppressed"
    if status is SubscriberStatus.CONFIRMED:
        return "the subscriber is confirmed"
    if len(asked) >= MOST_ASKED:
        return f"it was asked {MOST_ASKED} times and did not answer"
    if any(now - moment < ASKING_PAUSE for moment in asked):
        return "it was asked within the last 24 hours"
    return ""


def confirming(
    status: SubscriberStatus,
    *,
    suppressed: bool,
    used: bool,
    expires_at: datetime,
    now: datetime,
) -> Confirming:
    """What comes of a token that is known: it works once, for seven days."""
    if suppressed:
        return Confirming.SUPPRESSED
    if used:
        confirmed = status is SubscriberStatus.CONFIRMED
        return Confirming.BEFORE if confirmed else Confirming.EXPIRED
    return Confirming.DONE if now < expires_at else Confirming.EXPIRED


def truncated_ip(text: str) -> str:
    """The network of an address, a /24 or a /48, which is proof enough; "" for anything else."""
    if quick := _IPV4.fullmatch(text):
        return f"{quick.group(1)}.0/24"
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    bits = _NETWORKS[address.version]
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


def form_evidence(form: str, ip: str) -> str:
    """What a web form proves: which version of it was read, and from which network.

    Args:
        form: the form and its version, such as `subscribe 1`.
        ip: the address that sent it; only its network is kept.
    """
    network = truncated_ip(ip)
    return f"form {form} from {network}" if network else f"form {form}"
