"""A stand-in for a chat-completions server: refuses what real ones refuse, answers as it is told.

The shapes of requests, answers and errors follow the public reference of the chat completions API.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-5f3a9c1e7b2d4860"
MODEL = "wordsmith-1"
PATH = "/v1/chat/completions"
FIELDS = {
    "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "response_format",
}  # fmt: skip
PARTS = (
    "insight", "what_changed", "why_it_matters", "what_to_do_next", "who_should_care",
    "takeaways", "deep_dive",
)  # fmt: skip

Reports = list[dict[str, str]]


@dataclass
class StandIn:
    """What the server saw and how it is to answer.

    Attributes:
        requests: bodies of every call that came with a key and a known address, in order.
        faults: what to do before the normal answer, first first: a status with a document and
            headers, "hang up", "hang up in the middle", "be silent" or "drip".
        word: makes the text of an answer from the reports that were shown.
        formats: the types of response_format that it knows.
        refused: request fields that it does not take.
        usage: what it says an answer cost; None says nothing.
        finish_reason: of each answer; `refusal` likewise.
    """

    requests: list[Any] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)
    word: Callable[[Reports], str] = lambda reports: told(reports)
    formats: set[str] = field(default_factory=lambda: {"text", "json_object", "json_schema"})
    refused: set[str] = field(default_factory=set)
    usage: Any = field(default_factory=lambda: {"total_tokens": 1500})
    finish_reason: str = "stop"
    refusal: str | None = None
    url: str = ""
    calls: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> list[str]:
        """The ids of the lead reports that were asked about, sorted: calls run side by side."""
        return sorted(reports_in(request)[0]["id"] for request in self.requests)

    def answer(self, path: str, key: str, body: bytes) -> tuple[int, Any]:
        """The status and document for one call."""
        if path != PATH:
            return _error(404, "Invalid URL", "invalid_request_error")
        if key != f"Bearer {KEY}":
            return _error(401, f"Incorrect API key provided: {key[7:]}", "invalid_api_key")
        try:
            request = json.loads(body)
        except ValueError:
            return _error(400, "We could not parse the JSON body of your request.", "bad_json")
        problem = self._problem(request)
        if problem:
            return problem
        with self.lock:
            self.requests.append(request)
        message = {"role": "assistant", "content": self.word(reports_in(request))}
        if self.refusal:
            message = {"role": "assistant", "content": None, "refusal": self.refusal}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        return 200, {
            "id": f"chatcmpl-{len(self.requests)}",
            "object": "chat.completion",
            "model": MODEL,
            "choices": [choice],
            "usage": self.usage,
        }

    def _problem(self, request: Any) -> tuple[int, Any] | None:
        """Why a real server would refuse the call; None if it would not."""
        if not isinstance(request, dict) or not isinstance(request.get("messages"), list):
            return _error(400, "Missing required parameter: 'messages'.", "missing", "messages")
        if request.get("model") != MODEL:
            return _error(404, f"The model `{request.get('model')}` does not exist", "no_model")
        for unknown in sorted(set(request) - FIELDS):
            return _error(400, f"Unrecognized request argument supplied: {unknown}", "x", unknown)
        for name in sorted(self.refused & set(request)):
            use = "Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
            text = f"Unsupported parameter: '{name}' is not supported with this model. {use}"
            return _error(400, text, "unsupported_parameter", name)
        for message in request["messages"]:
            if message.get("role") not in ("system", "user") or not message.get("content"):
                return _error(400, "Invalid value in 'messages'.", "invalid_value", "messages")
        return self._format_problem(request)

    def _format_problem(self, request: Any) -> tuple[int, Any] | None:
        form = request.get("response_format")
        if form is None:
            return None
        if form.get("type") not in self.formats:
            text = f"Invalid value: '{form.get('type')}'. Supported: {sorted(self.formats)}."
            return _error(400, text, "invalid_value", "response_format")
        told_json = any("json" in message["content"].lower() for message in request["messages"])
        if form["type"] == "json_object" and not told_json:
            return _error(400, "'messages' must contain the word 'json'.", "x", "messages")
        if form["type"] == "json_schema":
            given = form.get("json_schema", {})
            if not re.fullmatch(r"[\w-]{1,64}", given.get("name", "")) or "schema" not in given:
                return _error(400, "Invalid 'json_schema'.", "x", "response_format")
            if given.get("strict") and not _strict(given["schema"]):
                return _error(400, "Invalid schema: not strict.", "x", "response_format")
        return None


def _strict(schema: Any) -> bool:
    """Whether strict structured output takes it: every property required, no others allowed."""
    if schema["type"] == "array":
        return _strict(schema["items"])
    if schema["type"] != "object":
        return set(schema) <= {"type", "enum", "description"}
    return (
        schema.get("additionalProperties") is False
        and schema.get("required") == list(schema["properties"])
        and all(_strict(part) for part in schema["properties"].values())
    )


def _error(status: int, message: str, code: str, param: str | None = None) -> tuple[int, Any]:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return status, {"error": {"message": message, "type": kind, "param": param, "code": code}}


def reports_in(request: Any) -> Reports:
    """The reports that a request shows between its marks."""
    text = request["messages"][-1]["content"]
    found: Reports = json.loads(text.split("<reports>")[1].split("</reports>")[0])
    return found


def said(text: str, *items: str) -> dict[str, Any]:
    """One entry of a part."""
    return {"text": text, "items": list(items)}


def answer(**parts: list[dict[str, Any]]) -> str:
    """The text of an answer in the form that was asked for."""
    return json.dumps({name: parts.get(name, []) for name in PARTS})


def told(reports: Reports) -> str:
    """A good answer: what changed, in the words of the lead, cited."""
    lead = reports[0]
    return answer(what_changed=[said(f"In short: {_first(lead['text'])}", lead["id"])])


def _first(text: str) -> str:
    """The first sentence of a report, without its full stop inside numbers being taken for one."""
    return re.split(r"(?<=[.!?])\s", text)[0]


@contextmanager
def running() -> Iterator[StandIn]:
    """The stand-in on a free port of the loopback, for as long as the block lasts."""
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with state.lock:
                state.calls += 1
                fault = state.faults.pop(0) if state.faults else None
            if isinstance(fault, tuple):
                self._reply(*fault)
            elif fault in ("hang up", "be silent"):
                if fault == "be silent":
                    state.done.wait(30)
                self.close_connection = True
            else:
                key = self.headers.get("Authorization", "")
                status, document = state.answer(self.path, key, body)
                self._reply(status, document, manner=fault)

        def _reply(self, status: int, document: Any, headers: Any = (), manner: Any = None) -> None:
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            if any(name == "Date" for name, _ in headers):
                self.send_response_only(status)
            else:
                self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            if manner == "hang up in the middle":
                self.wfile.write(data[: len(data) // 2])
                self.close_connection = True
            elif manner == "drip":
                self._drip(data)
            else:
                self.wfile.write(data)

        def _drip(self, data: bytes) -> None:
            """A byte now and then, until the other side has gone."""
            for place in range(len(data)):
                if state.done.wait(0.05):
                    break
                try:
                    self.wfile.write(data[place : place + 1])
                except OSError:
                    break
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        state.done.set()
        server.shutdown()
        server.server_close()
