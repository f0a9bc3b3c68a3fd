"""Who may be written to: a well-formed address, confirmed, and not suppressed."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from digest.errors import InputError
from digest.model import SubscriberStatus


def normalise_address(text: str) -> str:
    """An address checked and trimmed, its domain in lower case and Unicode.

    Raises:
        InputError: not one address in the form of RFC 5322 with a full domain.
    """
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InputError(
            f"`{text.strip()[:80]}` is not an e-mail address: {error}",
            hint="write one address, such as ada@reader.example",
        ) from error


def refusal(status: SubscriberStatus, *, suppressed: bool) -> str:
    """Why this person may not be written to now; "" if they may. Suppression wins."""
    if suppressed:
        return "the address is suppressed"
    if status is not SubscriberStatus.CONFIRMED:
        return f"the subscriber is {status.value}"
    return ""
