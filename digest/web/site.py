"""What every page needs: settings, store, clock and words, and how a page is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request

from digest.blocks import printable_brand
from digest.catalogs import catalog_for
from digest.engine import Dispatcher
from digest.engine.jobs import Jobs
from digest.errors import ConfigError
from digest.localisation import Catalog
from digest.model import Brand, Subscriber
from digest.pipeline.drafting import own_templates
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
        dispatcher: has issues drained.
        broken: what is wrong with schedules.yaml, while an older one is in force.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    fresh: Callable[[], str]
    wake: Callable[[], object]
    words: Catalog
    jobs: Jobs
    dispatcher: Dispatcher
    broken: Callable[[], ConfigError | None]

    @property
    def base(self) -> str:
        """The path under which the pages are found, "" for the top of a host."""
        return urlsplit(self.settings.base_url).path

    @property
    def brand(self) -> Brand:
        """The newsletter's, fit to print in its language."""
        return printable_brand(self.settings.brand, self.words)

    def dress(self, words: Catalog) -> dict[str, object]:
        """What every template finds beside the texts of its page."""
        return {
            "brand": printable_brand(self.settings.brand, words),
            "language": words.language,
            "direction": words.direction,
        }

    def caller(self) -> str:
        """The address that the present call came from."""
        return caller_address(
            request.remote_addr or "",
            request.headers.getlist("X-Forwarded-For"),
            self.settings.trusted_proxies,
        )

    def words_for(self, reader: Subscriber) -> Catalog:
        """The words for a reader: of their language, if there are any, or the newsletter's."""
        settings = self.settings
        if reader.language in ("", self.words.language):  # and no folder is looked into
            return self.words
        return catalog_for(reader.language, settings.brand.language, own_templates(settings))

    def answer(
        self,
        page: Page,
        template: str = "page.html",
        *,
        words: Catalog | None = None,
        **values: object,
    ) -> Response:
        """A page as HTML, or what it says as JSON to a program that asks so.

        Args:
            words: what the page was worded in; by default, in the newsletter's language.
        """
        if words:
            values |= self.dress(words)
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
