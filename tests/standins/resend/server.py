"""The stand-in as an HTTP server on the loopback, in a thread of this process."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from tests.standins.resend import webhooks
from tests.standins.resend.account import Answer, StandIn
from tests.standins.resend.contract import check_kept

CONTROL = "/_standin/"
SETTABLE = {
    "rate", "daily", "monthly", "faults", "chances", "hang", "delay", "slow", "honours_keys",
    "keeps_mails", "poison", "domains", "secrets",
}  # fmt: skip


def control(state: StandIn, what: str, given: dict[str, Any]) -> Any:
    """What another process asks of the stand-in itself; see `remote.Remote`."""
    if what == "deliveries":
        return [[issue, to, count] for (issue, to), count in state.delivered.items()]
    if what == "accepted":
        return list(state.accepted.values())
    if what == "set":
        for name, value in given.items():
            if name not in SETTABLE:
                raise ValueError(f"the stand-in has no switch `{name}`")
            kept = set(value) if name in ("poison", "domains") and value is not None else value
            if name == "faults":
                kept = [tuple(one) if isinstance(one, list) else one for one in value]
            setattr(state, name, kept)
    elif what == "advance":
        state.advance(given["seconds"])
    elif what == "outage":
        state.outage(given["seconds"])
    elif what == "forgive":
        state.violations.clear()
    elif what == "webhooks":
        late = given.get("late", 0)
        hooks = state.events(*given["kinds"], late=late, **given.get("data", {}))
        return webhooks.post(
            given["url"], hooks, copies=given.get("copies", 1), shuffled=given.get("shuffled")
        )
    return state.summary()


def _handler(state: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # an answer leaves in one piece

        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # the client was killed in the middle of it
                self.close_connection = True
                return
            if self.path.startswith(CONTROL):
                given = msgspec.json.decode(body) if body else {}
                self._reply(Answer(200, control(state, self.path[len(CONTROL) :], given)))
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = state.answer(self.command, self.path, headers, body)
            if answer.wait:
                time.sleep(answer.wait)
            if answer.hang_up:
                self._reset()
            else:
                self._reply(answer)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle

        def _reset(self) -> None:
            """Close with a reset, as a machine that falls over does."""
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

        def _reply(self, answer: Answer) -> None:
            html = isinstance(answer.document, bytes)
            data = answer.document if html else msgspec.json.encode(answer.document)
            self.send_response_only(answer.status)
            self.send_header("Content-Type", "text/html" if html else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Date", formatdate(state.now, usegmt=True))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about."""


def listen(state: StandIn, port: int = 0) -> ThreadingHTTPServer:
    """A server for a stand-in, bound; the caller makes it serve."""
    server = _Server(("127.0.0.1", port), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_port}"
    return server


@contextmanager
def running(**switches: Any) -> Iterator[StandIn]:
    """The stand-in on a free port of the loopback, for as long as the block lasts.

    Raises:
        AssertionError: at the end, if a client broke the contract.
    """
    state = StandIn()
    control(state, "set", switches)
    server = listen(state)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    check_kept(state.violations)
