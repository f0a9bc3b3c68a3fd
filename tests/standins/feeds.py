"""A web server on this machine that serves feeds well and badly."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.builders_feeds import rss


@dataclass
class Seen:
    """What the server saw: each request's path and headers, and how many ran at once."""

    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        seen: Seen = self.server.seen  # type: ignore[attr-defined]
        with seen.lock:
            seen.requests.append((self.path, dict(self.headers)))
            seen.now += 1
            seen.most = max(seen.most, seen.now)
        try:
            getattr(self, self.path.strip("/").split("/")[0].replace("-", "_"))()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with seen.lock:
                seen.now -= 1

    def _answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        headers.setdefault("Content-Type", "application/rss+xml")
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def ok(self) -> None:
        time.sleep(0.02)
        self._answer(rss())

    def page(self) -> None:
        self._answer(b"<html><body>x</body></html>", Content_Type="text/html")

    def empty(self) -> None:
        self._answer(b"")

    def missing(self) -> None:
        self._answer(b"no", 404)

    def odd(self) -> None:
        self._answer(b"no", 799)

    def challenge(self) -> None:
        self._answer(b"no", 403, cf_mitigated="challenge")

    def zipped(self) -> None:
        self._answer(gzip.compress(rss()), Content_Encoding="gzip")

    def bomb(self) -> None:
        self._answer(gzip.compress(bytes(3_000_000)), Content_Encoding="gzip")

    def bad_zip(self) -> None:
        self._answer(b"not zipped at all", Content_Encoding="gzip")

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        for _ in range(1_000):
            self.wfile.write(bytes(10_000))

    def broken(self) -> None:
        self._answer(b"<rss>", **{"Content-Length": "1000"})
        self.close_connection = True

    def hang_up(self) -> None:
        self.close_connection = True

    def nonsense(self) -> None:
        self.wfile.write(b"nonsense\r\n\r\n")
        self.close_connection = True

    def silent(self) -> None:
        time.sleep(1.5)
        self.close_connection = True

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        for _ in range(30):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)

    def moved(self) -> None:
        self._answer(b"", 301, Location="/ok")

    def loop(self) -> None:
        self._answer(b"", 302, Location="/loop")

    def elsewhere(self) -> None:
        self._answer(b"", 302, Location="file:///etc/passwd")


@contextmanager
def feed_server() -> Iterator[tuple[str, Seen]]:
    """Serve until the block ends; gives the server's address and what it saw."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.seen = Seen()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.seen  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
