"""Who calls: the address behind trusted proxies, and how often one may come."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from digest.consent import truncated_ip
from digest.settings import Network

_MOST_KEPT = 50_000
_HOME_BITS = 64


def caller_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address that a call came from.

    Args:
        peer: who is connected to us.
        forwarded: the headers X-Forwarded-For, in order; a caller may write anything into them, so
            each entry counts only as far as a trusted proxy wrote it.
        trusted: the networks of those proxies.
    """
    address = peer
    for entry in reversed([part.strip() for line in forwarded for part in line.split(",")]):
        if not _is_in(address, trusted) or not _is_address(entry):
            break
        address = entry
    return address


def places_of(address: str) -> tuple[str, ...]:
    """What a caller is counted by: the address (of IPv6 the /64 of one home) and its network."""
    if not _is_address(address):
        return (address,)
    parsed = ipaddress.ip_address(address)
    home = address
    if isinstance(parsed, ipaddress.IPv6Address) and not parsed.ipv4_mapped:
        home = str(ipaddress.ip_network(f"{parsed}/{_HOME_BITS}", strict=False))
    return home, truncated_ip(address)


class Throttle:
    """Counts calls by place, in memory; whoever is over the limit is refused for a while.

    Args:
        limits: calls within `window` that each of a caller's places may make, narrowest first.
    """

    def __init__(self, limits: Sequence[int], window: timedelta) -> None:
        self._limits, self._window = tuple(limits), window
        self._calls: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def lets(self, places: Sequence[str], now: datetime) -> bool:
        """Whether a call may pass; one that may is counted."""
        with self._lock:
            counted = [self._recent(place, now) for place in places]
            if any(
                len(calls) >= limit for calls, limit in zip(counted, self._limits, strict=False)
            ):
                return False
            for calls in counted:
                calls.append(now)
            while len(self._calls) > _MOST_KEPT:
                self._calls.popitem(last=False)
        return True

    def _recent(self, place: str, now: datetime) -> deque[datetime]:
        calls = self._calls.setdefault(place, deque())
        self._calls.move_to_end(place)
        while calls and calls[0] <= now - self._window:
            calls.popleft()
        return calls


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    if not _is_address(address):
        return False
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks)
