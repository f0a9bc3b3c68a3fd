"""A page as a text, whoever serves it, and what a browser may do with it."""

from __future__ import annotations

from dataclasses import dataclass

HTML, TEXT, CSS, SVG = "text/html", "text/plain", "text/css", "image/svg+xml"
_REST = "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
POLICY = f"default-src 'none'; style-src 'self'; img-src 'self'; {_REST}"
"""The Content-Security-Policy of every page that has no other."""


@dataclass(frozen=True, slots=True)
class Document:
    """One page.

    Attributes:
        path: where it is, below the base address.
        policy: its Content-Security-Policy; "" for `POLICY`.
        indexed: search engines may list it.
    """

    path: str
    text: str
    kind: str = HTML
    policy: str = ""
    indexed: bool = True


def mail_policy(styles: tuple[str, ...], hosts: tuple[str, ...]) -> str:
    """For a page that is a mail: its style elements by their hashes, pictures from its logo's host.

    Mail programs drop most style elements, so a mail carries its styles in attributes. These cannot
    be named by hash, and a style that slips in there can do no more than look wrong: nothing it
    names is fetched. Browsers that do not tell elements from attributes take the first rule.
    """
    elements = " ".join(("'self'", *styles))
    pictures = " ".join(("'self'", *hosts))
    return (
        "default-src 'none'; style-src 'self' 'unsafe-inline';"
        f" style-src-elem {elements}; style-src-attr 'unsafe-inline';"
        f" img-src {pictures}; {_REST}"
    )
