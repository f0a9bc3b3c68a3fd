"""Put the HTML of an issue's mail into the frame of a web page, without what is a reader's own.

The mail's document stays as it is, byte for byte, but for three insertions (end of the head, start
and end of the body) and for what only a subscriber gets: the greeting, and the lines of the footer
that say why the mail came and how to leave.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from digest.errors import TemplateError
from digest.links import PREFERENCES, UNSUBSCRIBE
from digest.model import Email

# In a mail of one's own templates without marks, the links alone are taken out.
_OWN_LINK = re.compile(
    rf"<a\b[^<>]*(?:{UNSUBSCRIBE}|{PREFERENCES})[^<>]*>.*?</a>", re.DOTALL | re.IGNORECASE
)
_BODY = re.compile("<body[^<>]*>")
_STYLE = re.compile("<style[^<>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r'<img\b[^<>]*\bsrc="(https?://[^"<>]+)"', re.IGNORECASE)
_PLACEHOLDER = re.compile("@@[A-Z_]+@@")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a web page has around the mail, as HTML: in the head, before the mail and after it."""

    head: str
    top: str
    bottom: str


@dataclass(frozen=True, slots=True)
class Public:
    """The HTML of a mail as anybody may see it: from the doctype to the end of the head, its body.

    Attributes:
        tag: the length of the tag that the body opens with.
        styles: hashes of the `<style>` elements, as a Content-Security-Policy names them.
        hosts: where its pictures come from, such as `https://cdn.example`.
    """

    head: str
    body: str
    tag: int
    styles: tuple[str, ...]
    hosts: tuple[str, ...]


def public_part(email: Email) -> Public:
    """The mail without what is a reader's own.

    Args:
        email: of an issue, not personal yet.

    Raises:
        TemplateError: it is no document with head and body, or a placeholder is left in it.
    """
    html = email.html
    for start, end in sorted(_personal(email), reverse=True):
        html = html[:start] + html[end:]
    html = _OWN_LINK.sub("", html)
    head_end, body, body_end = html.find("</head>"), _BODY.search(html), html.rfind("</body>")
    if head_end < 0 or body is None or body_end < body.end() or _PLACEHOLDER.search(html):
        raise TemplateError(
            "the mail cannot be shown as a page: it lacks a head or a body, or a placeholder of"
            " its reader stands outside of a link",
            hint="keep the parts of `email/issue.mjml.j2` as the shipped templates have them",
        )
    hosts = (urlsplit(url) for url in _IMAGE.findall(html))
    return Public(
        head=html[:head_end],
        body=html[body.start() : body_end],
        tag=body.end() - body.start(),
        styles=tuple(dict.fromkeys(map(_hash, _STYLE.findall(html)))),
        hosts=tuple(dict.fromkeys(f"{url.scheme}://{url.netloc}" for url in hosts)),
    )


def framed(public: Public, frame: Frame) -> str:
    """The whole page."""
    tag, mail = public.body[: public.tag], public.body[public.tag :]
    return (
        f"{public.head}{frame.head}</head>\n{tag}{frame.top}{mail}{frame.bottom}</body>\n</html>\n"
    )


def _personal(email: Email) -> list[tuple[int, int]]:
    """Where the reader's own parts stand."""
    return [block.html for block in (email.greeting, email.footer) if block]


def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
