"""A stand-in for Resend on this machine: refuses what Resend refuses, remembers keys, counts mail.

In this process: `with running() as server:`. In one of its own, for kill tests and benchmarks:
`with started() as server:`, or `python -m tests.standins.resend`, which prints its address. Both
end with an error if a client broke the contract (see `contract`): every test that uses one checks.
The shapes follow Resend's public API reference; the rules are those that its documentation names.
"""

from __future__ import annotations

from tests.standins.resend.account import StandIn
from tests.standins.resend.contract import KEY, SENDING_KEY
from tests.standins.resend.remote import Remote, started
from tests.standins.resend.server import running
from tests.standins.resend.webhooks import OTHER_SECRET, SECRET, Hook, post, signed

__all__ = [
    "KEY",
    "OTHER_SECRET",
    "SECRET",
    "SENDING_KEY",
    "Hook",
    "Remote",
    "StandIn",
    "post",
    "running",
    "signed",
    "started",
]
