"""Where the pages are served: RECAP_LISTEN and RECAP_TRUSTED_PROXIES, checked."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from digest.errors import ConfigError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEFAULT = "127.0.0.1:8080"

SERVED = ("issue", "leave", "preferences", "subscribe")
"""Of the pages that a mail may link to, those that `digest.web` serves."""


@dataclass(frozen=True, slots=True)
class Listen:
    """The address to listen on; `host` is an IP address."""

    host: str = "127.0.0.1"
    port: int = 8080

    @property
    def is_local(self) -> bool:
        """Nobody beyond this machine can reach it."""
        return ipaddress.ip_address(self.host).is_loopback

    @property
    def url(self) -> str:
        """The address as a browser on this machine asks for it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def listen_address(values: Mapping[str, str], base_url: str) -> Listen:
    """The address of RECAP_LISTEN.

    Args:
        base_url: where readers find the pages; "" if none are served.

    Raises:
        ConfigError: it is no address with a port, or others could reach it while the pages are
            not said to be behind https: links that act for a reader must not be read on the way.
    """
    text = values.get("RECAP_LISTEN", "") or DEFAULT
    listen = read_listen("RECAP_LISTEN", text)
    if base_url and not listen.is_local and urlsplit(base_url).scheme != "https":
        raise ConfigError(
            f"RECAP_LISTEN is `{text}`, which others can reach, and RECAP_BASE_URL is not https",
            hint=f"put a proxy with https in front and its address into RECAP_BASE_URL, or listen"
            f" on {DEFAULT}",
        )
    return listen


def read_listen(name: str, text: str) -> Listen:
    """The address that a text names.

    Args:
        name: of where it was written, for the error.

    Raises:
        ConfigError: it is no IP address with a port.
    """
    found = re.fullmatch(r"(localhost|[\d.]+|\[[\da-fA-F:.]+\]):(\d{1,5})", text)
    try:
        if not found or int(found[2]) > 65535:
            raise ValueError(text)
        listen = Listen(found[1].strip("[]").replace("localhost", "127.0.0.1"), int(found[2]))
        ipaddress.ip_address(listen.host)
    except ValueError:
        raise ConfigError(
            f"{name} `{text}` is no address to listen on",
            hint=f"write an IP address and a port, such as {DEFAULT} or [::1]:8080",
        ) from None
    return listen


def is_local_url(url: str) -> bool:
    """Whether an address is of this machine alone."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def trusted_proxies(values: Mapping[str, str]) -> tuple[Network, ...]:
    """The networks of RECAP_TRUSTED_PROXIES, whose word on where a call came from is taken.

    Raises:
        ConfigError: one of them is no address or network.
    """
    networks = []
    for part in filter(None, map(str.strip, values.get("RECAP_TRUSTED_PROXIES", "").split(","))):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError:
            raise ConfigError(
                f"RECAP_TRUSTED_PROXIES names `{part}`, which is no address or network",
                hint="write addresses or networks with commas, such as 127.0.0.1, 10.0.0.0/8",
            ) from None
    return tuple(networks)
