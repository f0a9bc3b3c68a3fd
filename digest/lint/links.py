"""Whether the links of the mail can be opened and look honest, and what the web said of them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from digest.lint.findings import Finding, Letter, error, warning
from digest.wording import plural

MOST_LINKS = 100
GONE = frozenset((404, 410))
# The best known of the list in SpamAssassin's 25_url_shortener.cf.
_SHORTENERS = frozenset(
    "bit.ly cutt.ly dlvr.it fb.me goo.gl is.gd lnkd.in ow.ly shorturl.at t.co t.ly tiny.cc"
    " tinyurl.com trib.al".split()
)
_LONGEST = 120


def check_links(letter: Letter) -> Iterator[Finding]:
    """The form of every link; those of one fault that is no error share a finding."""
    good: dict[str, str] = {}
    for target, text in letter.links:
        place = _place(text)
        if not _is_mail(target):
            if problem := _malformed(target):
                message = f"`{target[:_LONGEST]}` {problem}"
                yield error("link-malformed", place, message, "give a full http(s) address")
            else:
                good.setdefault(target, place)
    yield from _plain_http(good)
    yield from _indirect(good, letter)
    if len(letter.links) > MOST_LINKS:
        message = f"the mail has {len(letter.links)} links, more than {MOST_LINKS}"
        yield warning("link-count", "HTML", message, "print fewer stories or other reports")


def check_answers(letter: Letter) -> Iterator[Finding]:
    """What the web said: a page that is gone is an error, one that nobody could check is not."""
    places = {target: _place(text) for target, text in reversed(letter.links)}
    answers = {target: letter.answers[target] for target in letter.answers if target in places}
    if answers and all(answer.error and not answer.status for answer in answers.values()):
        reason = next(iter(answers.values())).error
        message = f"none of {plural(len(answers), 'link')} was reached: {reason}"
        yield warning("link-unchecked", "links", message, "check again when you are online")
        return
    unchecked: dict[str, list[str]] = {}
    for target, answer in answers.items():
        if answer.status in GONE or answer.unknown_host:
            message = f"{target[:_LONGEST]}: {answer.error}"
            fix = "correct the address, lead with another report, or remove the story"
            yield error("link-dead", places[target], message, fix)
        elif answer.error:
            unchecked.setdefault(answer.error, []).append(target)
        elif _ends_at_a_front_page(target, answer.url):
            message = f"{target[:_LONGEST]} leads to the front page {answer.url[:_LONGEST]}"
            fix = "open it; the article may be gone"
            yield warning("link-front-page", places[target], message, fix)
    for reason, targets in unchecked.items():
        message = f"{targets[0][:_LONGEST]}{_more(targets)} could not be checked: {reason}"
        yield warning("link-unchecked", places[targets[0]], message, "open it yourself")


def addresses(letter: Letter) -> tuple[str, ...]:
    """The addresses that are worth asking for, each once, in print order; not the way out."""
    return tuple(
        dict.fromkeys(
            target
            for target, _ in letter.links
            if not _is_mail(target) and not _malformed(target) and "@@" not in target
        )
    )


def _malformed(target: str) -> str:
    """What is wrong with an address, or ""."""
    if not target or target != target.strip() or re.search(r"[\s<>\"\\]", target):
        return "is no address" if target else "is empty"
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        return f"cannot be read: {fault}"
    if parts.scheme.lower() not in {"http", "https"}:
        return "is not http or https"
    if not host or host.startswith(".") or ".." in host:
        return "names no host"
    return "holds a user name, as forged addresses do" if "@" in parts.netloc else ""


def _plain_http(good: dict[str, str]) -> Iterator[Finding]:
    plain = [target for target in good if target.lower().startswith("http:")]
    if plain:
        message = f"{plain[0][:_LONGEST]}{_more(plain)}: http, not https"
        fix = "write https where the site answers it"
        yield warning("link-http", good[plain[0]], message, fix)


def _indirect(good: dict[str, str], letter: Letter) -> Iterator[Finding]:
    """Links that hide where they lead, or lead nowhere for a reader."""
    short = [target for target in good if _host(target) in _SHORTENERS]
    if short:
        message = f"{short[0][:_LONGEST]}{_more(short)}: a shortened address"
        fix = "link to the page itself; filters distrust what hides its target"
        yield warning("link-shortened", good[short[0]], message, fix)
    private = [target for target in good if letter.goes_out and _is_private(_host(target))]
    for target in private:
        message = f"{target[:_LONGEST]} leads to a host that readers cannot reach"
        fix = "give a public address; that of the pages is RECAP_BASE_URL"
        yield error("link-private", good[target], message, fix)


def _ends_at_a_front_page(target: str, end: str) -> bool:
    """Whether the address of a page was answered by the front page of a site."""
    there, here = urlsplit(end), urlsplit(target)
    return bool(end) and not (there.path.strip("/") or there.query) and here.path.strip("/") != ""


def _is_mail(target: str) -> bool:
    """An address to write to, or a mail that its writer addresses (RFC 6068)."""
    scheme, _, rest = target.partition(":")
    return scheme.lower() == "mailto" and ("@" in rest or rest.startswith("?"))


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def _host(target: str) -> str:
    return (urlsplit(target).hostname or "").removeprefix("www.")


def _more(several: list[str]) -> str:
    return f" and {len(several) - 1} more" if len(several) > 1 else ""


def _place(text: str) -> str:
    return f"link “{text[:60]}”"
