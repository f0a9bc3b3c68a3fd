"""A stand-in for Resend's batch endpoint: refuses what Resend refuses, remembers keys, counts mail.

The shapes follow the public API reference of Resend; the rules are those its documentation names.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "re_test_key"
FIELDS = {"from", "to", "subject", "html", "text", "headers", "reply_to", "tags", "cc", "bcc"}


class StandIn:
    """What the server saw and how it is to answer.

    Attributes:
        delivered: mails accepted, counted by (subject, address).
        requests: bodies of every batch call, in order.
        faults: answers to give before the normal one, first first: a status with a body, or
            "hang up" (close without an answer) or "accept, then 500".
        poison: addresses that a permissive batch refuses.
    """

    def __init__(self) -> None:
        self.delivered: Counter[tuple[str, str]] = Counter()
        self.requests: list[Any] = []
        self.keys: dict[str, tuple[str, dict[str, Any]]] = {}
        self.faults: list[Any] = []
        self.poison: set[str] = set()
        self.connections = 0
        self.url = ""
        self._lock = threading.Lock()

    def answer(self, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        """The status and document for one call of POST /emails/batch."""
        with self._lock:
            if headers.get("Authorization") != f"Bearer {KEY}":
                return _error(403, "invalid_api_key", "API key is invalid")
            mails = json.loads(body)
            self.requests.append(mails)
            problem = _problem(mails, headers)
            if problem:
                return _error(422, "validation_error", problem)
            key = headers.get("Idempotency-Key", "")
            digest = hashlib.sha256(body).hexdigest()
            if key in self.keys:
                before, reply = self.keys[key]
                if before != digest:
                    return _error(409, "invalid_idempotent_request", "key used for another body")
                return 200, reply
            reply = self._accept(mails, headers.get("x-batch-validation", "strict"))
            if key:
                self.keys[key] = (digest, reply)
            return 200, reply

    def _accept(self, mails: list[Any], mode: str) -> dict[str, Any]:
        bad = [n for n, mail in enumerate(mails) if mail["to"][0] in self.poison]
        data = []
        for place, mail in enumerate(mails):
            if place not in bad:
                self.delivered[mail["subject"], mail["to"][0]] += 1
                mark = hashlib.sha256(json.dumps(mail).encode()).hexdigest()
                data.append({"id": f"{mark[:8]}-{mark[8:12]}-{place:04d}"})
        reply: dict[str, Any] = {"data": data}
        if mode == "permissive":
            reply["errors"] = [{"index": n, "message": "Invalid `to` field."} for n in bad]
        return reply


def _error(status: int, name: str, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"statusCode": status, "name": name, "message": message}


def _problem(mails: Any, headers: Any) -> str:
    """Why Resend would refuse the call; "" if it would not."""
    if not isinstance(mails, list) or not 1 <= len(mails) <= 100:
        return "a batch holds 1 to 100 mails"
    if not 1 <= len(headers.get("Idempotency-Key", "x")) <= 256:
        return "an idempotency key has 1 to 256 characters"
    for mail in mails:
        extra = set(mail) - FIELDS
        if extra:
            return f"unknown or unsupported in a batch: {sorted(extra)}"
        if not {"from", "to", "subject"} <= set(mail) or not {"html", "text"} & set(mail):
            return "missing from, to, subject or body"
        if not isinstance(mail["to"], list) or not all("@" in one for one in mail["to"]):
            return "to holds no address"
        if any(re.search(r"[\r\n]", f"{k}{v}") for k, v in mail.get("headers", {}).items()):
            return "a header holds a line break"
        if any(
            re.search(r"[^A-Za-z0-9_-]", f"{t['name']}{t['value']}") for t in mail.get("tags", ())
        ):
            return "a tag holds more than ASCII letters, digits, underscores and dashes"
    return ""


@contextmanager
def running() -> Iterator[StandIn]:
    """The stand-in on a free port of the loopback, for as long as the block lasts."""
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = state.faults.pop(0) if state.faults else None
            if fault == "hang up":
                self.close_connection = True
                return
            if isinstance(fault, tuple):
                self._reply(*fault)
                return
            status, document = state.answer(self.headers, body)
            if fault == "accept, then 500":
                status, document = _error(500, "application_error", "Something went wrong.")
            self._reply(status, document)

        def _reply(self, status: int, document: Any, headers: Any = ()) -> None:
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            kind = "text/html" if isinstance(document, bytes) else "application/json"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
