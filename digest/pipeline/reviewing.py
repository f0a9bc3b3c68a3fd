"""The links of a review mail: made for one editor, one issue and one act; looked at, acted on."""

from __future__ import annotations

from datetime import datetime

from digest.consent import email_key
from digest.reviews import Ways
from digest.settings import Settings
from digest.tokens import Purpose, ReviewTicket, editor_marks, review_token

MAIL_DIGITS = 32
"""Of the hash of a mail that a link holds: 128 bits."""


def ways_of(
    settings: Settings,
    number: int,
    *,
    mail: str,
    editor: str,
    send_at: datetime | None,
    until: datetime,
) -> Ways:
    """The links for one editor; none without pages, or for a mail that cannot be made.

    Args:
        mail: `mail_hash` of the mail that may be approved with them; "" if it cannot be made.
        editor: their address.
        until: how long they work, in the zone that it is told in.
    """
    if not settings.base_url or not mail:
        return Ways()
    mark = editor_marks(email_key(editor), settings.secret_key)[0]

    def page(purpose: Purpose) -> str:
        ticket = ReviewTicket(purpose, number, mail[:MAIL_DIGITS], mark, send_at, until)
        return f"{settings.base_url}/review/{review_token(ticket, settings.secret_key)}"

    return Ways(page(Purpose.OPEN), page(Purpose.APPROVE), page(Purpose.HOLD), until)
