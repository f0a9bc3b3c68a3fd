"""What a mail server's replies mean: an outcome, or an error by what is known of the mail.

Codes: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3, and the enhanced ones in their text:
https://www.rfc-editor.org/rfc/rfc3463. A fault that every mail would meet must not be taken for a
fault of one reader's address, or a wrong password would cost all of them their issue.
"""

from __future__ import annotations

import re
from enum import StrEnum

from digest.delivery import Outcome
from digest.errors import (
    DeliveryError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
    RecipientDelayedError,
)
from digest.model import DeliveryState
from digest.redaction import redact

GREYLISTED = 300.0
"""Seconds after which a server that put a mail off is asked again."""

CLOSING = 421
"""The server is about to hang up, whatever it was asked."""

_MAILBOX = frozenset({550, 551, 552, 553})
_ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_DELAYED = re.compile(r"\b4\.(\d{1,3})\.\d{1,3}\b")
_OF_THE_SERVER = ("3", "4")  # its system, its network
_NO_ROOM = 452
_OF_AN_ADDRESS = re.compile(r"5\.(?:1\.(?:[0-6]|10)|[24]\.\d+)")


class Stage(StrEnum):
    """Which part of the conversation a reply ended."""

    GREETING = "the greeting"
    LOGIN = "the login"
    SENDER = "the sender"
    RECIPIENT = "the recipient"
    CONTENT = "the content"


_HINTS = {
    Stage.GREETING: "ask who runs the server why it refuses this machine",
    Stage.LOGIN: "check the name and password in RECAP_SMTP_URL",
    Stage.SENDER: "check `newsletter.sender` in schedules.yaml, and that the server knows it",
    Stage.RECIPIENT: "check that the server relays for the name in RECAP_SMTP_URL",
    Stage.CONTENT: "ask who runs the server what it does not like about the mail",
}


def judged(code: int, said: bytes | str, *, stage: Stage, key: str) -> Outcome:
    """The outcome of a mail that was refused for its address.

    Raises:
        DeliveryError: it was refused for another reason; see `refused`.
    """
    words = _line(said)
    if stage in (Stage.RECIPIENT, Stage.CONTENT) and _is_of_the_address(code, words, stage):
        return Outcome(DeliveryState.REJECTED, error=f"{code} {words}")
    raise refused(code, words, stage=stage, key=key)


def refused(code: int, said: bytes | str, *, stage: Stage, key: str) -> DeliveryError:
    """The error for a refusal that is not of one address: later, never, or nobody knows."""
    problem = f"the mail server refused {stage.value} of batch {key}: {code} {_line(said)}"
    if 400 <= code < 500:
        put_off = stage in (Stage.RECIPIENT, Stage.CONTENT) and code != CLOSING
        of_one = put_off and stage is Stage.RECIPIENT and _delays_one(code, problem)
        kind = RecipientDelayedError if of_one else NotAcceptedError
        return kind(
            problem,
            hint="nothing to do: the same mail is tried again",
            retry_after=GREYLISTED if put_off else None,
        )
    if stage is Stage.CONTENT and not 500 <= code < 600:
        return OutcomeUnknownError(
            problem, hint="look into the server's log before it is sent again"
        )
    return ProviderRefusedError(problem, hint=_HINTS[stage])


def _line(said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return redact(" ".join(words.split()))[:200]


def _delays_one(code: int, words: str) -> bool:
    """A recipient that is put off for its own sake, not because the server has trouble."""
    enhanced = _DELAYED.search(words)
    return enhanced[1] not in _OF_THE_SERVER if enhanced else code != _NO_ROOM


def _is_of_the_address(code: int, words: str, stage: Stage) -> bool:
    if not 500 <= code < 600:
        return False
    if enhanced := _ENHANCED.search(words):
        return _OF_AN_ADDRESS.fullmatch(enhanced[0]) is not None
    return stage is Stage.RECIPIENT and code in _MAILBOX
