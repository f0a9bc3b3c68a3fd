"""Open a connection to a mail server: TLS that is checked, then the login."""

from __future__ import annotations

import smtplib
import ssl

from digest.errors import DeliveryError, NotAcceptedError, ProviderRefusedError
from digest.providers.smtp_answers import Stage, refused
from digest.settings import SmtpServer, Tls

TIMEOUT = 15.0
"""Seconds to connect, and to wait for each reply before the content."""


def connect(server: SmtpServer, key: str) -> smtplib.SMTP:
    """A connection that is ready for a mail.

    Args:
        key: the batch that it is for, named in errors.

    Raises:
        NotAcceptedError: nobody is there, or the server is busy.
        ProviderRefusedError: its certificate, its TLS or our login is at fault.
    """
    connection: smtplib.SMTP | None = None
    try:
        connection = _greeted(server)
        if server.tls is Tls.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, server.password)
    except OSError as error:
        if connection is not None:
            connection.close()
        raise _explained(error, server, key) from error
    return connection


def _greeted(server: SmtpServer) -> smtplib.SMTP:
    if server.tls is Tls.AT_ONCE:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)


def _explained(error: OSError, server: SmtpServer, key: str) -> DeliveryError:
    where = f"the mail server {server.host}:{server.port}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ProviderRefusedError(
            f"{where} offers no {'STARTTLS' if 'STARTTLS' in str(error) else 'login'}",
            hint="use smtps:// or another port; in your own network, `?tls=off` and no password",
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return ProviderRefusedError(
            f"{where} has a certificate that is not to be trusted: {error.verify_message}",
            hint="use the name that its certificate is for, or have the certificate renewed",
        )
    if isinstance(error, smtplib.SMTPResponseException):
        login = isinstance(error, smtplib.SMTPAuthenticationError)
        stage = Stage.LOGIN if login else Stage.GREETING
        return refused(error.smtp_code, error.smtp_error, stage=stage, key=key)
    return NotAcceptedError(
        f"{where} cannot be reached for batch {key}: {error.strerror or type(error).__name__}",
        hint="nothing to do: the same mail is tried again",
    )
