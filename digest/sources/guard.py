"""Which addresses may be asked: public ones over http and https, checked where they connect.

Names are not trusted: what a name leads to may change between a check and a connection. So the
address itself is checked as its socket is opened, at every hop.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from yarl import URL

if TYPE_CHECKING:
    from aiohttp import AddrInfoType

_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE | re.ASCII)
_PLAIN_IPV4 = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}", re.ASCII)
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
# Public by its number, and yet answered by the machine room that a virtual machine stands in.
_MACHINE_ROOM = frozenset((IPv4Address("168.63.129.16"),))


class ForbiddenAddress(OSError):
    """The address that a name led to is not one of the open web; the message says which kind."""


def refusal(url: URL) -> str:
    """Why this address may not be asked whatever it leads to, in words; "" if it may."""
    host = url.raw_host or ""
    if url.scheme not in ("http", "https") or not host:
        return "is not an http or https address"
    if _NUMBER.fullmatch(host) and not _PLAIN_IPV4.fullmatch(host):
        return "has a number where the name of a host belongs"
    return ""


def forbidden(address: str) -> str:
    """Which kind of address this is, if it is not one of the open web; "" if it is.

    Args:
        address: an IP address, as the system gave it; IPv6 may carry a zone.
    """
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return _kind(ip)
    inner = next((kind for one in _inner(ip) if (kind := _kind(one))), "")
    if inner:
        return f"{inner} inside an IPv6 address"
    # Where there is only IPv6, this is how all of IPv4 is reached.
    return "" if ip in _NAT64 else _kind(ip)


def open_socket(info: AddrInfoType) -> socket.socket:
    """Open the socket for a connection, unless its address is forbidden.

    Raises:
        ForbiddenAddress: it is.
    """
    family, kind, protocol, _, address = info
    if family not in (socket.AF_INET, socket.AF_INET6):
        raise ForbiddenAddress("no internet address")
    if reason := forbidden(str(address[0])):
        raise ForbiddenAddress(reason)
    return socket.socket(family, kind, protocol)


def _inner(ip: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    compatible = int(ip) >> 32 == 0 and not (ip.is_loopback or ip.is_unspecified)
    if compatible or ip in _NAT64 or ip in _NAT64_LOCAL:
        found.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]


def _kind(ip: IPv4Address | IPv6Address) -> str:
    kinds = (
        (ip.is_loopback, "this machine itself"),
        (ip.is_link_local or ip in _MACHINE_ROOM, "a link-local or metadata address"),
        (ip.is_multicast, "a multicast address"),
        (ip.is_unspecified or ip.is_reserved, "a reserved address"),
        (isinstance(ip, IPv6Address) and ip.is_site_local, "a private address"),
        (not ip.is_global, "a private address"),
    )
    return next((name for holds, name in kinds if holds), "")
