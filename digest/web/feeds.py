"""Feeds of issues (Atom, RFC 4287; JSON Feed 1.1), and what search engines are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import islice
from xml.sax.saxutils import escape

from flask import render_template
from lxml import etree
from lxml.builder import ElementMaker

from digest.store.archive import PublicIssue
from digest.web.archive import ArchivePages
from digest.web.documents import TEXT, Document
from digest.web.site import Site

MOST = 20
"""Issues in a feed."""

MOST_LISTED = 50_000
"""Pages in a sitemap: the most that one file may name."""

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_PRIVATE = ("/confirm/", "/leave/", "/preferences/", "/search")


class Feeds:
    """The files for programs of one installation.

    Attributes:
        files: what makes each, by its path.
    """

    def __init__(self, site: Site, pages: ArchivePages) -> None:
        self._site, self._pages = site, pages
        self._url = site.settings.base_url.rstrip("/")
        self.files: Mapping[str, Callable[[], Document]] = {
            "/feed.xml": self.atom,
            "/feed.json": self.json,
            "/robots.txt": self.robots,
            "/sitemap.xml": self.sitemap,
        }

    def atom(self) -> Document:
        """The latest issues, each with its stories; an entry's id is the issue's address."""
        brand, make = self._site.brand, ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})
        issues = self._latest()
        newest = max((issue.published_at for issue in issues), default=_NEVER)
        feed = make.feed(
            make.id(f"{self._url}/"),
            make.title(brand.name),
            make.subtitle(brand.tagline),
            make.updated(_moment(newest)),
            make.author(make.name(brand.name)),
            make.link(rel="self", type="application/atom+xml", href=f"{self._url}/feed.xml"),
            make.link(rel="alternate", type="text/html", href=f"{self._url}/"),
            {"{http://www.w3.org/XML/1998/namespace}lang": brand.language},
        )
        for issue in issues:
            url = f"{self._url}/issues/{issue.number}"
            feed.append(
                make.entry(
                    make.id(url),
                    make.title(issue.subject),
                    make.published(_moment(issue.published_at)),
                    make.updated(_moment(issue.published_at)),
                    make.link(rel="alternate", type="text/html", href=url),
                    make.summary(issue.preheader),
                    make.content(self._content(issue), type="html"),
                )
            )
        text = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
        return Document("/feed.xml", text.decode(), "application/atom+xml", indexed=False)

    def json(self) -> Document:
        """The same as a JSON Feed."""
        brand = self._site.brand
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": brand.name,
            "description": brand.tagline,
            "home_page_url": f"{self._url}/",
            "feed_url": f"{self._url}/feed.json",
            "language": brand.language,
            "authors": [{"name": brand.name}],
            "items": [
                {
                    "id": f"{self._url}/issues/{issue.number}",
                    "url": f"{self._url}/issues/{issue.number}",
                    "title": issue.subject,
                    "summary": issue.preheader,
                    "content_html": self._content(issue),
                    "date_published": _moment(issue.published_at),
                }
                for issue in self._latest()
            ],
        }
        text = json.dumps(feed, ensure_ascii=False, indent=1) + "\n"
        return Document("/feed.json", text, "application/feed+json", indexed=False)

    def robots(self) -> Document:
        """Which pages are for persons only, and where the others are listed."""
        lines = ["User-agent: *", *(f"Disallow: {self._site.base}{path}" for path in _PRIVATE)]
        lines += ["", f"Sitemap: {self._url}/sitemap.xml", ""]
        return Document("/robots.txt", "\n".join(lines), TEXT)

    def sitemap(self) -> Document:
        """Every page that may be listed."""
        paths = islice(self._pages.paths(), MOST_LISTED)
        rows = [f"<url><loc>{escape(self._url + path)}</loc></url>" for path in paths]
        text = "\n".join(
            ['<?xml version="1.0" encoding="utf-8"?>', f'<urlset xmlns="{_SITEMAP}">', *rows,
             "</urlset>", ""]
        )  # fmt: skip
        return Document("/sitemap.xml", text, "application/xml", indexed=False)

    def _latest(self) -> tuple[PublicIssue, ...]:
        return self._site.store.archive.issues(MOST)

    def _content(self, issue: PublicIssue) -> str:
        return render_template("feed_entry.html", themes=self._pages.themes(issue), url=self._url)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
