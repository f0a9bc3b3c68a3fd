"""Ask the DNS, and tell a record that is missing from one that nobody could look for."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import dns.exception
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from digest.diagnosis import Texts, Unseen

SECONDS = 3.0
"""For one question, repeats included."""


class Resolver(Protocol):
    """Asks for the records of a name."""

    def ask(self, name: str, kind: str) -> Texts:
        """The records as text, sorted; none if there are none, `Unseen` if nobody can tell.

        Args:
            kind: "A", "AAAA", "MX", "NS" or "TXT", the strings of each joined.
        """
        ...


class DnsResolver:
    """The resolver of this machine; after one question without an answer no other is asked.

    Args:
        resolver: dnspython's, by default set up as the machine is.
    """

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver
        self._silent: Unseen | None = None
        self._exists = cache(self._top_exists)

    def ask(self, name: str, kind: str) -> Texts:
        """The records of a name. See `Resolver.ask`."""
        if self._silent:
            return self._silent
        try:
            self._resolver = self._resolver or dns.resolver.Resolver()
            answer = self._resolver.resolve(name, kind, lifetime=SECONDS, search=False)
        except dns.resolver.NXDOMAIN:
            return self._absent(name)
        except dns.resolver.NoAnswer:
            return ()
        except dns.exception.Timeout:
            self._silent = Unseen(f"the DNS did not answer within {SECONDS:.0f} s")
            return self._silent
        except dns.resolver.NoNameservers:
            return Unseen(f"the DNS failed when asked for {name}")
        except (dns.exception.DNSException, OSError) as error:
            return Unseen(f"the DNS cannot be asked for {name} ({type(error).__name__})")
        return tuple(sorted(_text(record) for record in answer))

    def _absent(self, name: str) -> Texts:
        """A resolver without the internet may deny every name: it is believed if it knows TLDs."""
        top = name.rstrip(".").rpartition(".")[2]
        if top == name.rstrip(".") or self._exists(top):
            return ()
        return Unseen(f"the DNS of this machine knows no name in .{top}")

    def _top_exists(self, top: str) -> bool:
        found = self.ask(f"{top}.", "NS")
        return isinstance(found, tuple) and bool(found)


def _text(record: dns.rdata.Rdata) -> str:
    if isinstance(record, TXT):
        return b"".join(record.strings).decode(errors="replace")
    if isinstance(record, MX):
        return f"{record.preference} {record.exchange}"
    return record.to_text()
