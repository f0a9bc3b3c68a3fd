"""A mail server on this machine (aiosmtpd) that takes mail, refuses it, or falls over as told."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "recap", "p@ss/word:1"


class Mailbox:
    """What the server took and how it is to answer; also the handler of its conversations.

    Attributes:
        taken: (sender, recipient, message) of each mail, in order.
        replies: what to say instead, by "MAIL", "RCPT" or "DATA", first first; "hang up" closes the
            connection, at DATA after the content has come; "take, then hang up" keeps the mail.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []
        self.replies: dict[str, list[str]] = {"MAIL": [], "RCPT": [], "DATA": []}
        self.connections = 0
        self.encrypted: set[bool] = set()
        self.port = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, said: list[str]
    ) -> list[str]:
        self.connections += session.host_name is None
        session.host_name = hostname
        return said

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("MAIL", server)
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("RCPT", server)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        told = self.replies["DATA"][:1]
        reply = self._reply("DATA", server)
        if reply.startswith("250") or told == ["take, then hang up"]:
            assert server.transport is not None
            self.encrypted.add(server.transport.get_extra_info("ssl_object") is not None)
            assert isinstance(envelope.content, bytes)
            for to in envelope.rcpt_tos:
                self.taken.append((str(envelope.mail_from), to, envelope.content))
        return reply

    def _reply(self, stage: str, server: SMTP) -> str:
        reply = self.replies[stage].pop(0) if self.replies[stage] else "250 OK"
        if "hang up" in reply:
            assert server.transport is not None
            server.transport.abort()
        return reply


def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Let USER in with PASSWORD, and nobody else."""
    known = isinstance(data, LoginPassword) and data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=known, handled=False)


@contextmanager
def running(
    context: ssl.SSLContext | None = None, *, at_once: bool = False, **options: Any
) -> Iterator[Mailbox]:
    """The server on a free port of the loopback.

    Args:
        context: its certificate; offered by STARTTLS, or used from the first byte if `at_once`.
    """
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        mailbox.port = free.getsockname()[1]
    tls = {"ssl_context": context} if at_once else {"tls_context": context}
    controller = _Controller(mailbox, "127.0.0.1", mailbox.port, **tls, **options)
    controller.start()
    mailbox.connections = 0
    try:
        yield mailbox
    finally:
        asyncio.run_coroutine_threadsafe(controller.drop_all(), controller.loop).result(5)
        controller.stop()


class _Controller(Controller):
    """Closes the connections that clients still keep, which the library leaves open."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.conversations: list[SMTP] = []
        super().__init__(*args, **options)

    def factory(self) -> SMTP:
        conversation = super().factory()
        self.conversations.append(conversation)
        return conversation

    async def drop_all(self) -> None:
        for conversation in self.conversations:
            for transport in (conversation.transport, conversation._original_transport):
                if transport is not None:
                    transport.abort()
        await asyncio.sleep(0.01)
