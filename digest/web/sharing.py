"""Addresses to pass a page on by: plain links, which tell nobody that the page was read."""

from __future__ import annotations

from urllib.parse import quote

from digest.blocks import Link


def share_links(title: str, url: str, *, mail: str) -> tuple[Link, ...]:
    """By mail, LinkedIn, Mastodon and X.

    Args:
        mail: the word for a mail.
    """
    text, there = quote(title, safe=""), quote(url, safe="")
    return (
        Link(mail, f"mailto:?subject={text}&body={there}"),
        Link("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?url={there}"),
        Link("Mastodon", f"https://share.joinmastodon.org/#text={text}%20{there}"),
        Link("X", f"https://x.com/intent/post?text={text}&url={there}"),
    )
