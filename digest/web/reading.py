"""The pages of past issues, search and feeds. They change rarely: caches may keep them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request

from digest.web.archive import MOST_PAGES, ArchivePages
from digest.web.documents import CSS, Document
from digest.web.feeds import Feeds
from digest.web.site import Site

MAX_AGE = 300
"""Seconds for which a cache need not ask again."""

_NUMBER = "<int:number>"


def archive_of(site: Site, form: Callable[[], dict[str, object]]) -> Blueprint:
    """The archive of one installation.

    Args:
        form: gives what the form to subscribe with needs.
    """
    archive = Blueprint("archive", __name__)
    archive_pages = ArchivePages(site)
    _add_pages(archive, site, archive_pages, form)
    _add_files(archive, Feeds(site, archive_pages))
    return archive


def _add_pages(
    archive: Blueprint, site: Site, pages: ArchivePages, form: Callable[[], dict[str, object]]
) -> None:
    @archive.get("/")
    def home() -> Response:
        """Never kept: its form holds the moment at which it was shown."""
        return _answer(pages.home(form()), kept=False)

    @archive.get("/issues")
    @archive.get("/issues/")
    def issues() -> Response:
        return _answer(pages.issues())

    @archive.get(f"/issues/{_NUMBER}")
    def issue(number: int) -> Response:
        return _answer(pages.issue(number))

    @archive.get(f"/issues/{_NUMBER}/<slug>")
    def story(number: int, slug: str) -> Response:
        return _at_its_place(site, pages.story(number, slug))

    @archive.get("/themes/<slug>")
    def theme(slug: str) -> Response:
        return _at_its_place(site, pages.theme(slug))

    @archive.get("/search")
    def search() -> Response:
        given = request.args.get("page", "")
        page = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 1
        page = min(max(page, 1), MOST_PAGES)
        return _answer(pages.search(request.args.get("q", ""), page))


def _add_files(archive: Blueprint, feeds: Feeds) -> None:
    for path, make in feeds.files.items():
        archive.add_url_rule(
            path, path.strip("/").replace(".", "_"), lambda make=make: _answer(make())
        )

    @archive.get("/frame.css")
    def frame() -> Response:
        return _answer(Document("/frame.css", render_template("frame.css"), CSS))


def _at_its_place(site: Site, document: Document | None) -> Response:
    """A page under its own address; a headline that was worded otherwise once leads there."""
    if document is not None and document.path != request.path:
        return make_response(redirect(f"{site.base}{document.path}", 301))
    return _answer(document)


def _answer(document: Document | None, *, kept: bool = True) -> Response:
    if document is None:
        abort(404)
    response = make_response(document.text)
    response.headers["Content-Type"] = f"{document.kind}; charset=utf-8"
    if document.policy:
        response.headers["Content-Security-Policy"] = document.policy
    response.headers["X-Robots-Tag"] = "all" if document.indexed else "noindex"
    if not kept:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response.set_etag(hashlib.sha256(document.text.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response
