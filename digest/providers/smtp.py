"""Send mail by mail through a mail server: SMTP over kept connections, at most once.

A server knows no keys: whoever asks again after a lost answer may send a copy. So a batch is one
mail, a lost answer is `OutcomeUnknownError`, and nothing here asks again once a mail's content has
left. Who answers for a mail when: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.1
"""

from __future__ import annotations

import smtplib
import weakref
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parseaddr
from queue import Empty, SimpleQueue

from digest.delivery import Limits, Outcome
from digest.errors import BatchRefusedError, ConfigError, NotAcceptedError, OutcomeUnknownError
from digest.model import DeliveryState, Email
from digest.providers.eml import eml
from digest.providers.smtp_answers import CLOSING, Stage, judged
from digest.providers.smtp_connection import connect
from digest.settings import SmtpServer

_BEYOND_ASCII = "its address has letters beyond ASCII, which needs SMTPUTF8"
_LATER = "nothing to do: the same mail is tried again"


class SmtpProvider:
    """A mail server; any number of threads, each with a connection of its own while it sends.

    Args:
        server: None is a `ConfigError`.
    """

    name = "smtp"
    honours_keys = False
    limits = Limits(mails=1)

    def __init__(self, server: SmtpServer | None) -> None:
        if server is None:
            raise ConfigError(
                "provider `smtp` needs the environment variable RECAP_SMTP_URL, which is empty",
                hint="put RECAP_SMTP_URL=smtp://user:password@host:587 into .env",
            )
        self._server = server
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
        message = eml(mail, key=key, at=at)
        content = message.as_bytes()
        connection = self._ready(key, parseaddr(mail.sender)[1], len(content))
        try:
            refusal = _hand_over(connection, key, mail.to, content)
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        sent = Outcome(DeliveryState.SENT, provider_id=str(message["Message-ID"]))
        return (refusal or sent,)

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


def _hand_over(connection: smtplib.SMTP, key: str, to: str, content: bytes) -> Outcome | None:
    """Name the recipient and send the content; the outcome if this address is refused."""
    said: bytes | str
    try:
        code, said = connection.rcpt(to)
    except OSError as error:
        raise NotAcceptedError(_lost(key), hint=_LATER) from error
    if code not in (250, 251):
        outcome = judged(code, said, stage=Stage.RECIPIENT, key=key)
        with suppress(OSError):  # a connection that is gone shows at its next mail
            connection.rset()
        return outcome
    try:
        code, said = connection.data(content)
    except smtplib.SMTPDataError as error:
        code, said = error.smtp_code, error.smtp_error
    except OSError as error:
        raise OutcomeUnknownError(
            f"the mail server was lost after it was given the mail of batch {key}",
            hint="look into the server's log, or ask the reader, before it is sent again",
        ) from error
    return None if code == 250 else judged(code, said, stage=Stage.CONTENT, key=key)


def _lost(key: str) -> str:
    return f"the mail server was lost before it was given the mail of batch {key}"


def _say_goodbye(idle: SimpleQueue[smtplib.SMTP]) -> None:
    with suppress(Empty):
        while True:
            connection = idle.get_nowait()
            with suppress(OSError):
                if connection.sock:
                    connection.sock.settimeout(1.0)
                connection.quit()
