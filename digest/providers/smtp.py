"""Send mail by mail through a mail server: SMTP over kept connections, at most once.

A server knows no keys: whoever asks again after a lost answer may send a copy. So a batch is one
mail, a lost answer is `OutcomeUnknownError`, and nothing here asks again once a mail's content has
left. Who answers for a mail when: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.1
"""

from __future__ import annotations

import re
import smtplib
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parseaddr
from queue import Empty, SimpleQueue

from digest.delivery import Limits, Outcome
from digest.errors import BatchRefusedError, ConfigError, NotAcceptedError, OutcomeUnknownError
from digest.instruments import provider_call
from digest.model import DeliveryState, Email
from digest.providers.eml import eml
from digest.providers.smtp_answers import CLOSING, Stage, judged, refused
from digest.providers.smtp_connection import TIMEOUT, connect
from digest.settings import SmtpServer

TO_BEGIN = 25.0
"""Seconds after which a mail whose content has not left is put off: its sender's lease ends."""

SENDING, ANSWERING = 10.0, 35.0
"""Seconds for the content to leave, and to wait for the reply that decides; servers scan it."""

_BEYOND_ASCII = "its address has letters beyond ASCII, which needs SMTPUTF8"
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_LATER = "nothing to do: the same mail is tried again"


class SmtpProvider:
    """A mail server; any number of threads, each with a connection of its own while it sends.

    Args:
        server: None is a `ConfigError`.
        clock: seconds that only ever grow.
    """

    name = "smtp"
    honours_keys = False
    limits = Limits(mails=1, lanes=4)

    def __init__(
        self, server: SmtpServer | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if server is None:
            raise ConfigError(
                "provider `smtp` needs the environment variable RECAP_SMTP_URL, which is empty",
                hint="put RECAP_SMTP_URL=smtp://user:password@host:587 into .env",
            )
        self._server, self._clock = server, clock
        self._idle: SimpleQueue[smtplib.SMTP] = SimpleQueue()
        weakref.finalize(self, _say_goodbye, self._idle)

    def size(self, mail: Email) -> int:
        """About the bytes of its message. See `Provider.size`."""
        return len(mail.html.encode()) + len(mail.text.encode())

    def send(self, key: str, emails: Sequence[Email], *, at: datetime) -> tuple[Outcome, ...]:
        """Hand over the batch's one mail. See `Provider.send`."""
        if len(emails) != 1:
            raise BatchRefusedError(
                f"batch {key} holds {len(emails)} mails and a mail server takes one at a time",
                hint="claim batches of one mail",
            )
        (mail,) = emails
        if not mail.to.isascii():
            return (Outcome(DeliveryState.REJECTED, error=_BEYOND_ASCII),)
        with provider_call("smtp") as call:
            outcome = self._hand_over(key, mail, at)
            call.outcome = outcome.state.value
        return (outcome,)

    def _hand_over(self, key: str, mail: Email, at: datetime) -> Outcome:
        message = eml(mail, key=key, at=at)
        content = message.as_bytes()
        late = self._clock() + TO_BEGIN
        connection = self._ready(key, parseaddr(mail.sender)[1], len(content))
        try:
            refusal = _named(connection, key, mail.to)
            if refusal is None:
                _asked(connection, key)
                if self._clock() > late:
                    raise NotAcceptedError(_slow(key), hint=_LATER)
                refusal = _given(connection, key, content)
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        return refusal or Outcome(DeliveryState.SENT, provider_id=str(message["Message-ID"]))

    def _ready(self, key: str, sender: str, size: int) -> smtplib.SMTP:
        """A connection whose server waits for the recipient of a mail from `sender`."""
        while True:
            kept = self._kept()
            connection = kept or connect(self._server, key)
            options = [f"size={size}"] if connection.has_extn("size") else []
            try:
                code, said = connection.mail(sender, options)
            except OSError as error:
                connection.close()
                if kept:  # closed by the server while it was idle: the next one, or a new one
                    continue
                raise NotAcceptedError(_lost(key), hint=_LATER) from error
            if code == 250:
                return connection
            connection.close()
            if not (kept and code == CLOSING):
                judged(code, said, stage=Stage.SENDER, key=key)

    def _kept(self) -> smtplib.SMTP | None:
        try:
            return self._idle.get_nowait()
        except Empty:
            return None


def _named(connection: smtplib.SMTP, key: str, to: str) -> Outcome | None:
    """Name the recipient; the outcome if this address is refused."""
    try:
        code, said = connection.rcpt(to)
    except OSError as error:
        raise NotAcceptedError(_lost(key), hint=_LATER) from error
    if code in (250, 251):
        return None
    outcome = judged(code, said, stage=Stage.RECIPIENT, key=key)
    with suppress(OSError):  # a connection that is gone shows at its next mail
        connection.rset()
    return outcome


def _asked(connection: smtplib.SMTP, key: str) -> None:
    """Ask to give the content; until the server agrees, nothing can have been taken."""
    try:
        code, said = connection.docmd("DATA")
    except OSError as error:
        raise NotAcceptedError(_lost(key), hint=_LATER) from error
    if code != 354:
        raise refused(code, said, stage=Stage.CONTENT, key=key)


def _given(connection: smtplib.SMTP, key: str, content: bytes) -> Outcome | None:
    """Give the content; the outcome if the address is refused only now."""
    try:
        _set_timeout(connection, SENDING)
        connection.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
        _set_timeout(connection, ANSWERING)
        code, said = connection.getreply()
        _set_timeout(connection, TIMEOUT)
    except OSError as error:
        raise OutcomeUnknownError(
            f"the mail server was lost after it was given the mail of batch {key}",
            hint="look into the server's log, or ask the reader, before it is sent again",
        ) from error
    return None if code == 250 else judged(code, said, stage=Stage.CONTENT, key=key)


def _set_timeout(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _lost(key: str) -> str:
    return f"the mail server was lost before it was given the mail of batch {key}"


def _slow(key: str) -> str:
    return f"the mail server took over {TO_BEGIN:.0f} s before it wanted the mail of batch {key}"


def _say_goodbye(idle: SimpleQueue[smtplib.SMTP]) -> None:
    with suppress(Empty):
        while True:
            connection = idle.get_nowait()
            with suppress(OSError):
                _set_timeout(connection, 1.0)
                connection.quit()
