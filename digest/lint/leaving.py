"""Whether a reader can leave, and sees who writes: the links, the headers, the postal address."""

from __future__ import annotations

from collections.abc import Iterator

from digest.lint.findings import Finding, Letter, error, signs, warning


def check_leaving(letter: Letter) -> Iterator[Finding]:
    """A way out in both parts and in the headers (RFC 8058)."""
    fix = "keep the unsubscribe link of the shipped footer"
    if not any(_leaves(target) for target, _ in letter.links):
        yield error("unsubscribe", "HTML", "no link to unsubscribe", fix)
    text = letter.email.text
    if text.strip() and not any(_leaves(word) for word in text.split()):
        yield error("unsubscribe", "text part", "no address to unsubscribe", fix)
    headers = letter.email.headers
    if "List-Unsubscribe" not in headers:
        message, fix = "List-Unsubscribe is missing", "render the issue again"
        yield error("unsubscribe-header", "headers", message, fix)
    elif letter.goes_out and "List-Unsubscribe-Post" not in headers:
        message = "readers cannot leave with one click"
        fix = "set RECAP_BASE_URL to an https address; Gmail and Yahoo ask bulk senders for it"
        yield warning("unsubscribe-one-click", "headers", message, fix)


def check_postal_address(letter: Letter) -> Iterator[Finding]:
    """Who writes: the law asks for it in a mail that is sent, not in one that stays here."""
    if any(signs(node.text_content()) for node in letter.document.find_class("adr")):
        return
    say = error if letter.goes_out else warning
    fix = "set `newsletter.address` in schedules.yaml; CAN-SPAM and other laws require one"
    yield say("postal-address", "footer", "no postal address", fix)


def _leaves(target: str) -> bool:
    return "/leave/" in target or (target.startswith("mailto:") and "unsubscribe" in target)
