"""Who may carry and report on mail: RECAP_SMTP_URL and RESEND_WEBHOOK_SECRET, checked."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from digest.errors import ConfigError

_EXAMPLE = "smtp://user:password@mail.your-domain:587"


class Tls(StrEnum):
    """How a mail server is spoken to."""

    AT_ONCE = "at once"
    STARTTLS = "starttls"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server that takes our mail.

    Attributes:
        user: "" for a server that asks for no name.
    """

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)


def smtp_server(values: Mapping[str, str]) -> SmtpServer | None:
    """The server of RECAP_SMTP_URL, None if there is none.

    `smtp://` is STARTTLS (port 587), `smtps://` is TLS from the first byte (port 465);
    `smtp://host?tls=off` is for a server of one's own network and takes no password beyond this
    machine. A name or password is percent-encoded.

    Raises:
        ConfigError: it is no such address; the text never shows the password.
    """
    url = values.get("RECAP_SMTP_URL", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its text may show the password
        raise _bad("it cannot be read", "write `@`, `:` and `/` of a password as %40 …") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise _bad("it is no address of a mail server", "start it with smtp:// or smtps://")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.path.strip("/") or parts.fragment or options not in ({}, {"tls": "off"}):
        raise _bad("only `?tls=off` may follow the host and port", "leave out the rest")
    server = SmtpServer(
        parts.hostname,
        port or (465 if parts.scheme == "smtps" else 587),
        Tls.OFF if options else Tls.AT_ONCE if parts.scheme == "smtps" else Tls.STARTTLS,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )
    if server.tls is Tls.OFF and parts.scheme == "smtps":
        raise _bad("smtps:// is TLS and `?tls=off` is none", "write smtp://host:port?tls=off")
    if server.tls is Tls.OFF and server.user and not _is_here(server.host):
        raise _bad(f"it would send its password to {server.host} in the clear", "drop `?tls=off`")
    return server


def webhook_secrets(values: Mapping[str, str]) -> tuple[str, ...]:
    """The secrets of RESEND_WEBHOOK_SECRET: one, or two with a comma while one replaces the other.

    Raises:
        ConfigError: one of them is none; the text does not show it.
    """
    secrets = tuple(
        filter(None, map(str.strip, values.get("RESEND_WEBHOOK_SECRET", "").split(",")))
    )
    for place, secret in enumerate(secrets, 1):
        try:
            known = secret.startswith("whsec_") and len(_key(secret)) >= 16
        except (ValueError, binascii.Error):
            known = False
        if not known:
            raise ConfigError(
                f"number {place} of RESEND_WEBHOOK_SECRET is no signing secret",
                hint="copy it from the webhook's page at Resend: whsec_ and letters after it",
            )
    return secrets


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def _is_here(host: str) -> bool:
    """This machine, so that nobody in between can read along."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bad(problem: str, hint: str) -> ConfigError:
    return ConfigError(f"RECAP_SMTP_URL: {problem}", hint=f"{hint}, as in {_EXAMPLE}")
