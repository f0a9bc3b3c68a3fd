"""Make one mail a subscriber from the mail of an issue, as fast as joining strings.

The mail is cut once at its placeholders and its movable blocks. What readers share is kept once
and joined in the order of each; only names, tokens and addresses are written anew.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import accumulate
from types import MappingProxyType

from digest.blocks import printable
from digest.columns import width_of
from digest.headers import READER_TAG, SUBSCRIBER, reader_tag
from digest.model import Email, Recipient, Subscriber
from digest.moulds import HTML_NAME, ID, TEXT_NAME, CutEmail, Mould
from digest.tokens import ReaderTokens, signing_key

NAME_COLUMNS = 40
"""Of a name: a greeting of up to 32 further columns then fits a line of the text part."""

_NAME_READ = 200
_VARIANTS = 512
"""Orders of themes kept ready; they share their texts, so each is a few kilobytes."""


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
    tagged = tags.get(READER_TAG) == SUBSCRIBER  # mails frozen by earlier versions name no reader
    personal = [(name, Mould(tokens)) for name, tokens in cut.headers.items()]

    @lru_cache(maxsize=_VARIANTS)
    def variant(chosen: frozenset[str], named: bool) -> tuple[Mould, Mould]:
        bodies = cut.html, cut.text
        html, text = (Mould(body.in_order(chosen, named)) for body in bodies)
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
