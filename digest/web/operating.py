"""What machines that watch this one ask: whether it lives, whether it can work, its metrics."""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, request

from digest.instruments import PAGES
from digest.pipeline.heartbeat import Heartbeat
from digest.pipeline.metrics import Exposition
from digest.pipeline.readiness import Readiness
from digest.settings import Settings
from digest.store import Store

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""Headers that only somebody between us and the caller writes."""

_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_WELL, _UNWELL = 200, 503


def probes_of(
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime],
    heart: Heartbeat | None = None,
) -> Blueprint:
    """The three pages for one installation.

    Args:
        clock: the current moment, UTC.
        heart: of the thread that runs the schedules; None in a process that runs none.
    """
    probes = Blueprint("probes", __name__)
    readiness = Readiness(settings, store, heart)
    exposition = Exposition(settings, store, clock, heart)

    @probes.get("/healthz")
    def healthz() -> Response:
        return _plain("alive")

    @probes.get("/readyz")
    def readyz() -> Response:
        reasons = readiness.reasons()
        return _plain("\n".join(reasons) or "ready", _UNWELL if reasons else _WELL)

    @probes.get("/metrics")
    def metrics() -> Response:
        if not _may_read(settings.metrics_token):
            told = "for who has RECAP_METRICS_TOKEN; without one, for this machine without a proxy"
            answer = _plain(told, 401)
            answer.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
            return answer
        text, kind = exposition.text(request.headers.get("Accept", ""))
        return _uncached(Response(text, content_type=kind))

    return probes


def probing_app(settings: Settings, store: Store, *, heart: Heartbeat | None = None) -> Flask:
    """An application of these pages alone, for a process that serves no others."""
    app = Flask("digest.web.operating", static_folder=None, template_folder=None)
    app.register_blueprint(probes_of(settings, store, clock=store.ledger.clock(), heart=heart))
    measure(app)
    return app


def measure(app: Flask) -> None:
    """Time every request, by the rule of its path: the path may hold a token."""

    def begin() -> None:
        g.begun = time.perf_counter()

    def end(response: Response) -> Response:
        rule = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        took = time.perf_counter() - g.begun
        PAGES.labels(method, rule, str(response.status_code)).observe(took)
        return response

    before: Any = app.before_request_funcs.setdefault(None, [])
    before.insert(0, begin)  # before any that may refuse the call
    app.after_request(end)


def _may_read(token: str) -> bool:
    """By the token, if there is one; else only a program of this machine that asks us itself."""
    if token:
        given = request.headers.get("Authorization", "").partition(" ")
        return given[0].lower() == "bearer" and hmac.compare_digest(
            given[2].encode(), token.encode()
        )
    if any(name in request.headers for name in FORWARDED):
        return False
    return _is_here(request.remote_addr or "") and _is_here(_host(request.headers.get("Host", "")))


def _host(header: str) -> str:
    """The host that was asked for: a page elsewhere may lead a browser of this machine here."""
    try:
        host = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
    return "127.0.0.1" if host == "localhost" else host


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _plain(text: str, status: int = _WELL) -> Response:
    return _uncached(Response(f"{text}\n", status, content_type="text/plain; charset=utf-8"))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
