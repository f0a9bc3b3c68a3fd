"""What every page needs: settings, store, clock and words, and how a page is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request

from digest.localisation import Catalog
from digest.pipeline.jobs import Jobs
from digest.settings import Settings
from digest.store import Store
from digest.web.pages import Page
from digest.web.visitors import caller_address


@dataclass(frozen=True, slots=True)
class Site:
    """One installation's pages.

    Attributes:
        clock: the current moment, UTC.
        fresh: 128 random bits or more, as text.
        wake: told that there is work: a report to apply, a mail to send.
        words: of the newsletter's language.
        jobs: what goes on behind the pages.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    fresh: Callable[[], str]
    wake: Callable[[], object]
    words: Catalog
    jobs: Jobs

    @property
    def base(self) -> str:
        """The path under which the pages are found, "" for the top of a host."""
        return urlsplit(self.settings.base_url).path

    def caller(self) -> str:
        """The address that the present call came from."""
        return caller_address(
            request.remote_addr or "",
            request.headers.getlist("X-Forwarded-For"),
            self.settings.trusted_proxies,
        )

    def answer(self, page: Page, template: str = "page.html", **values: object) -> Response:
        """A page as HTML, or what it says as JSON to a program that asks so."""
        if wants_json():
            document = {"message": page.heading, "details": list(page.paragraphs), **page.data}
            response = make_response(document, page.status)
        else:
            response = make_response(render_template(template, page=page, **values), page.status)
        response.headers["Cache-Control"] = "no-store"
        return response


def wants_json() -> bool:
    """The present call is a program's: it sends JSON, or asks for it first."""
    asked = request.accept_mimetypes
    return request.is_json or asked.best_match(["text/html", "application/json"]) == (
        "application/json"
    )
