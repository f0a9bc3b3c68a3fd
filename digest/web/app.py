"""Makes the web application: what every answer has, and what is shown when there is no page."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import jinja2
from flask import Flask, Response, abort, make_response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from digest.catalogs import catalog
from digest.engine import Dispatcher
from digest.engine.jobs import Jobs
from digest.errors import ConfigError, DigestError
from digest.pipeline.drafting import own_templates
from digest.pipeline.draining import dispatcher_of
from digest.pipeline.heartbeat import Heartbeat
from digest.settings import Settings
from digest.shipped import shipped
from digest.store import Store
from digest.web import hooks, operating, pages, public, reading, subscribing
from digest.web.desk.blueprint import desk_of
from digest.web.documents import POLICY
from digest.web.site import Site

MOST_BYTES = 16 * 1024
"""Of a form; where a call may bring more, its page says so."""

MOST_NUMBER = 2**53 - 1
"""Of an address: a database takes no longer ones, and JSON no longer ones exactly."""

STYLE, ICON = "/style.css", "/icon.svg"
_SITE = "digest"

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}

log = logging.getLogger("digest")


class _Number(IntegerConverter):
    """Whole numbers of an address: larger ones than any of ours lead nowhere."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": MOST_NUMBER, **options})


class _App(Flask):
    def log_exception(self, exc_info: Any) -> None:
        """To our log, which is redacted, and without the path, which may hold a token."""
        log.error("a page failed", exc_info=exc_info)


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime] = _now,
    fresh: Callable[[], str] = secrets.token_hex,
    wake: Callable[[], object] = bool,
    desk: bool = False,
    jobs: Jobs | None = None,
    broken: Callable[[], ConfigError | None] = lambda: None,
    heart: Heartbeat | None = None,
    dispatcher: Dispatcher | None = None,
) -> Flask:
    """The application for one installation; it keeps nothing between calls but counts of callers.

    Args:
        fresh: 128 random bits or more, as text.
        wake: told that there is work: a report to apply, a mail to send.
        desk: serve the desk too; who may come in is checked there.
        jobs: what goes on behind the pages; whoever gives it ends it after the server.
        broken: what is wrong with schedules.yaml, while an older one is in force.
        heart: of the thread that runs the schedules, if this process has one.
        dispatcher: has issues drained; by default, in threads of `jobs`.
    """
    words = catalog(settings.brand.language, own_templates(settings))
    jobs = jobs or Jobs()
    dispatcher = dispatcher or dispatcher_of(settings, store, jobs)
    site = Site(settings, store, clock, fresh, wake, words, jobs, dispatcher, broken)
    app = _App("digest.web", static_folder=None, template_folder=None)
    app.extensions[_SITE] = site
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.url_map.converters["int"] = _Number
    app.url_map.merge_slashes = False  # a call that acts must not be sent elsewhere
    _dress(app, site)
    app.register_blueprint(public.pages_of(site))
    app.register_blueprint(hooks.calls_of(site))
    app.register_blueprint(operating.probes_of(settings, store, clock=clock, heart=heart))
    if desk:
        app.register_blueprint(desk_of(site))
    app.register_blueprint(reading.archive_of(site, partial(subscribing.fresh_form, site)))
    _fail_kindly(app, site)
    app.before_request(_refuse_odd_addresses)
    app.after_request(_secured)
    operating.measure(app)
    return app


def site_of(app: Flask) -> Site:
    """What the pages of an application are made from."""
    site: Site = app.extensions[_SITE]
    return site


def _dress(app: Flask, site: Site) -> None:
    """Templates: the project's own before the shipped ones, and the files that all pages share."""
    own = own_templates(site.settings)
    folders = [str(folder) for folder in (own, shipped("templates")) if folder]
    loader = jinja2.FileSystemLoader([f"{folder}/web" for folder in folders] + folders)
    app.jinja_loader = loader
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        **site.dress(site.words),
        base=site.base,
        style=STYLE,
        icon=ICON,
    )

    def file(path: str, kind: str) -> Response:
        response = make_response(render_template(path.strip("/")))
        response.headers["Content-Type"] = f"{kind}; charset=utf-8"
        response.headers["Cache-Control"] = "max-age=3600"
        return response

    app.add_url_rule(STYLE, "style", lambda: file(STYLE, "text/css"))
    app.add_url_rule(ICON, "icon", lambda: file(ICON, "image/svg+xml"))


def _fail_kindly(app: Flask, site: Site) -> None:
    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        response = site.answer(pages.failure(site.words, error.code or 500))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(DigestError)
    def ours(error: DigestError) -> Response:
        log.error("a page was not served: %s", error.problem)
        response = site.answer(pages.failure(site.words, 503))
        response.headers["Retry-After"] = "60"
        return response


def _refuse_odd_addresses() -> None:
    """No page is called so; a database that is asked for a NUL fails."""
    if "\0" in request.path:
        abort(404)
    if request.blueprint == "desk" and any("\0" in text for text in _asked()):
        abort(400)


def _asked() -> Iterator[str]:
    return (text for _, text in request.args.items(multi=True))


def _secured(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
