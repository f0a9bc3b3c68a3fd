"""Whether the mail is small enough to arrive whole."""

from __future__ import annotations

import quopri
from collections.abc import Iterator

from digest.lint.findings import Finding, Letter, error, warning

GMAIL_CLIPS_AT = 102_400
DELIVERED_ERROR = 100_000
DELIVERED_WARNING = 95_000
HTML_WARNING = 80_000
GMAIL_DROPS_STYLE_AT = 16_384
STYLE_WARNING = 6_000


def check_size(letter: Letter) -> Iterator[Finding]:
    """The HTML as it is and as it is delivered, and its style sheets."""
    html = letter.email.html
    raw, delivered = len(html.encode()), delivered_size(html)
    fix = "move stories to “Also this week” or leave some out (`issue.max_stories`)"
    message = f"the HTML is {delivered:,} bytes as delivered; Gmail cuts at {GMAIL_CLIPS_AT:,}"
    if delivered > DELIVERED_ERROR:
        yield error("size-delivered", "HTML", message, fix)
    elif delivered > DELIVERED_WARNING:
        yield warning("size-delivered-margin", "HTML", message, fix)
    if raw > HTML_WARNING:
        message = f"the HTML has {raw:,} bytes, more than {HTML_WARNING:,}"
        yield warning("size-html", "HTML", message, fix)
    style = sum(len(node.text or "") for node in letter.document.iter("style"))
    message = f"<style> has {style:,} characters; Gmail drops all past {GMAIL_DROPS_STYLE_AT:,}"
    fix = f"keep it under {STYLE_WARNING:,}: shorten the templates"
    if style > GMAIL_DROPS_STYLE_AT:
        yield error("size-style", "HTML", message, fix)
    elif style > STYLE_WARNING:
        yield warning("size-style-margin", "HTML", message, fix)


def delivered_size(html: str) -> int:
    """Bytes of the HTML part on its way: quoted-printable, each line ended by CR and LF."""
    encoded = quopri.encodestring(html.encode())
    return len(encoded) + encoded.count(b"\n")
