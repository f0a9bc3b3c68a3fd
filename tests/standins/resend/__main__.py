"""Serve the stand-in until it is stopped; the first line printed is its address."""

from __future__ import annotations

import sys

from tests.standins.resend.account import StandIn
from tests.standins.resend.server import listen

if __name__ == "__main__":
    state = StandIn()
    with listen(state, int(sys.argv[1]) if len(sys.argv) > 1 else 0) as server:
        print(state.url, flush=True)
        server.serve_forever()
