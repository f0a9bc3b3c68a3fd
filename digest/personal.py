"""Make one mail a subscriber from the mail of an issue, as fast as joining strings.

The mail is cut once at its placeholders and its movable blocks. What readers share is kept once
and joined in the order of each; only names, tokens and addresses are written anew.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from html import escape
from itertools import accumulate
from types import MappingProxyType

from digest.blocks import printable
from digest.columns import width_of
from digest.headers import READER_TAG, SUBSCRIBER, reader_tag
from digest.model import Email, Recipient, Subscriber
from digest.moulds import (
    HTML_NAME,
    ID,
    IN_HEADERS,
    TEXT_NAME,
    TO,
    CutEmail,
    Mould,
    cut_at,
)
from digest.tokens import ReaderTokens, signing_key

NAME_COLUMNS = 40
"""Of a name: a greeting of up to 32 further columns then fits a line of the text part."""

_NAME_READ = 200
_VARIANTS = 512
"""Orders of themes kept ready; they share their texts, so each is a few kilobytes."""

_HTML, _TEXT = range(-2, 0)
_READER = HTML_NAME + 1
"""The tag of a reader, behind the values that a mail's own texts hold."""
_IN_JSON = {
    **IN_HEADERS, "@@TO@@": TO, "@@HTML@@": _HTML, "@@TEXT@@": _TEXT, "@@READER@@": _READER
}  # fmt: skip
_encoded = json.JSONEncoder(ensure_ascii=False).encode


def personalise(
    email: Email, subscribers: Iterable[Subscriber | Recipient], *, secret: str = ""
) -> Iterator[Email]:
    """One mail a subscriber, in their order; chosen themes come first in each.

    Args:
        email: what `render_issue` made.
        subscribers: any number; read one by one. A recipient is printed as it was frozen, whatever
            the secret is by now.
        secret: the installation's secret key; of several the newest, which is the first. Without
            one a stranger can compute the addresses to leave by; whoever sends for real gives it.

    Raises:
        TemplateError: the mail holds a placeholder that nothing fills in.
    """
    cut = CutEmail(email)
    values_of = _Values(secret, cut.places)
    shared, tags = dict(email.headers), email.tags
    tagged = _is_tag(READER_TAG, tags.get(READER_TAG, ""))
    personal = [(name, Mould(tokens, "")) for name, tokens in cut.headers.items()]

    @lru_cache(maxsize=_VARIANTS)
    def variant(chosen: frozenset[str], named: bool) -> tuple[Mould[str], Mould[str]]:
        bodies = cut.html, cut.text
        html, text = (Mould(body.in_order(chosen, named), "") for body in bodies)
        return html, text

    for subscriber in subscribers:
        values = values_of(subscriber)
        html, text = variant(cut.labels.intersection(subscriber.themes), values[TEXT_NAME] != "")
        headers = shared.copy()
        for name, mould in personal:
            headers[name] = mould.filled(values)
        if tagged:
            tags = MappingProxyType({**email.tags, READER_TAG: reader_tag(values[ID])})
        yield Email(
            sender=email.sender,
            to=subscriber.email,
            subject=email.subject,
            preheader=email.preheader,
            html=html.filled(values),
            text=text.filled(values),
            headers=MappingProxyType(headers),
            tags=tags,
        )


def json_mails(
    email: Email,
    subscribers: Iterable[Subscriber | Recipient],
    *,
    document: Callable[[Email], object],
    secret: str = "",
) -> Iterator[bytes]:
    """The same mails as JSON in UTF-8, each ready for a provider's API.

    Args:
        email, subscribers, secret: as `personalise` takes them.
        document: the JSON object that stands for a mail, such as `digest.providers.resend.params`;
            asked once, of a mail whose texts are still to come.

    Raises:
        TemplateError: the mail holds a placeholder that nothing fills in.
    """
    cut = CutEmail(email)
    values_of = _Values(secret, cut.places)
    tags = {
        name: "@@READER@@" if _is_tag(name, text) else text for name, text in email.tags.items()
    }
    hollow = replace(
        email, to="@@TO@@", html="@@HTML@@", text="@@TEXT@@", tags=tags, blocks=(), greeting=None
    )
    shell = cut_at(_encoded(document(hollow)), _IN_JSON, "the mail")

    @cache  # one copy of each text, whatever the order it stands in
    def inside(shared: str) -> bytes:
        return _encoded(shared)[1:-1].encode()

    @lru_cache(maxsize=_VARIANTS)
    def variant(chosen: frozenset[str], named: bool) -> Mould[bytes]:
        whole = {_HTML: cut.html, _TEXT: cut.text}
        bodies = {place: body.in_order(chosen, named) for place, body in whole.items()}
        pieces: list[bytes | int] = []
        for token in shell:
            if isinstance(token, str):
                pieces.append(token.encode())
            else:
                body = bodies.get(token, [token])
                pieces += (inside(part) if isinstance(part, str) else part for part in body)
        return Mould(pieces, b"")

    for subscriber in subscribers:
        values = values_of(subscriber)
        mould = variant(cut.labels.intersection(subscriber.themes), values[TEXT_NAME] != "")
        texts = (*values, reader_tag(values[ID]))
        yield mould.filled([_encoded(text)[1:-1].encode() for text in texts])


def _is_tag(name: str, text: str) -> bool:
    """A tag that names the reader; mails frozen by earlier versions name none."""
    return (name, text) == (READER_TAG, SUBSCRIBER)


def frozen_recipients(
    subscribers: Iterable[Subscriber], *, secret: str = ""
) -> Iterator[Recipient]:
    """What `personalise` prints of each subscriber now, to be printed the same at any later time.

    Args:
        secret: as `personalise` takes it.
    """
    values_of = _Values(secret, (TEXT_NAME,))
    for one in subscribers:
        email, leave, choose, mark, name, _ = values_of(one)
        yield Recipient(one.id, email, name, one.themes, leave, choose, mark)


def spoken_name(name: str) -> str:
    """A name as it may be printed: one line of at most 40 columns; "" if nobody could say it."""
    text = printable(name[:_NAME_READ])
    if not any(map(str.isalnum, text)):
        return ""
    if width_of(text) <= NAME_COLUMNS:
        return text
    fitting = sum(width < NAME_COLUMNS for width in accumulate(map(width_of, text)))
    return text[:fitting].rstrip(" ,;-\u200d") + "…"


@lru_cache(maxsize=4096)
def _both_names(name: str) -> tuple[str, str]:
    """A name for the text part and for the HTML; first names repeat."""
    spoken = spoken_name(name)
    return spoken, escape(spoken)


class _Values:
    """Everything of a subscriber that a mail prints; names are "" where this mail greets nobody."""

    def __init__(self, secret: str, places: Collection[int]) -> None:
        key = signing_key(secret)
        self._tokens = ReaderTokens(key)
        self._greets = not {TEXT_NAME, HTML_NAME}.isdisjoint(places)
        # Two installations may write in one sender's name; their Message-IDs differ all the same.
        self._here = hmac.digest(key.encode(), b"message", "sha256").hex()[:12]

    def __call__(self, subscriber: Subscriber | Recipient) -> tuple[str, str, str, str, str, str]:
        if isinstance(subscriber, Recipient):
            one, name = subscriber, subscriber.name if self._greets else ""
            return one.email, one.leave, one.preferences, one.mark, name, escape(name)
        number = str(subscriber.id)
        leave, choose = self._tokens.of(number)
        name = subscriber.name[:_NAME_READ] if self._greets else ""
        return subscriber.email, leave, choose, f"{number}.{self._here}", *_both_names(name)
