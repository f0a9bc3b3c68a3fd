"""Serves the application with waitress, until it is told to stop."""

from __future__ import annotations

import copy
import gc
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

from digest.errors import ConfigError
from digest.settings import Listen

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

THREADS = 16
"""More than the processor needs: reports that come at once share one wait for the disk."""
MOST_BYTES = 1024 * 1024
"""Of a call; what is larger is not even read. The application has narrower limits."""

MostOf = Callable[[str, str], int]
"""The same for a call of this path with this Cookie header; asked before its body is read."""

CONNECTIONS, IDLE_SECONDS = 500, 30
"""At one moment, and how long one may stay without a word: slow ones must not keep others out."""

_STOP_SECONDS = 5


@contextmanager
def serving(
    app: WSGIApplication, listen: Listen, *, most_of: MostOf | None = None
) -> Iterator[str]:
    """Answer calls in threads of its own; gives the address. At the end, calls under way end first.

    Args:
        most_of: where some calls may be larger than `MOST_BYTES`; it must not wait for anything.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    channels: dict[int, Any] = {}
    server: Any = create_server(
        app,
        map=channels,
        sockets=[_bound(listen)],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=IDLE_SECONDS // 3,
        asyncore_use_poll=True,
        ident=None,
        max_request_body_size=MOST_BYTES,
        # Who may say where a call came from is decided by `digest.web.visitors`.
        clear_untrusted_proxy_headers=False,
    )
    if most_of is not None:
        server.channel_class = _channel_class(most_of)
    # What is loaded by now stays: looking through it for cycles held up every tenth move 60 ms.
    gc.collect()
    gc.freeze()
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield replace(listen, port=server.effective_port).url
    finally:
        server.task_dispatcher.shutdown(timeout=_STOP_SECONDS)

        def close() -> None:
            server.close()
            wasyncore.close_all(channels)

        server.trigger.pull_trigger(close)  # in the loop's own thread
        thread.join(_STOP_SECONDS)


def _channel_class(most_of: MostOf) -> type[HTTPChannel]:
    """Connections whose calls have limits of their own, which waitress knows for all alike only."""

    class Parser(HTTPRequestParser):
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            most = most_of(str(getattr(self, "path", "")), self.headers.get("COOKIE", ""))
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = most

    class Channel(HTTPChannel):
        parser_class = Parser

    return Channel


def _bound(listen: Listen) -> socket.socket:
    """A socket at the address; waitress would leave its own open where it cannot be had."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((listen.host, listen.port))
    except OSError as error:
        made.close()
        raise ConfigError(
            f"RECAP_LISTEN: {listen.host}:{listen.port} cannot be listened on: {error.strerror}",
            hint="end what listens there, or choose another port",
        ) from error
    return made
