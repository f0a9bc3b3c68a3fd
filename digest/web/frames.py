"""A mail as a document for a frame of our own pages: it runs nothing and sends nothing."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Response, make_response


def framed(html: str, *, logo: str = "", pictures: bool = True) -> Response:
    """A mail that loads nothing but its logo, for frames on pages of this server alone.

    Args:
        logo: the address of the picture; "" for none.
        pictures: False to show none at all.
    """
    response = make_response(html)
    sources = f"data: {_source(logo)}".strip() if pictures else "'none'"
    response.headers["Content-Security-Policy"] = (
        f"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src {sources};"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "no-store"
    return response


def _source(logo: str) -> str:
    """The address of a picture as a source in a policy; "" for none."""
    parts = urlsplit(logo)
    return f"{parts.scheme}://{parts.netloc}{quote(parts.path, safe='/%')}" if logo else ""
