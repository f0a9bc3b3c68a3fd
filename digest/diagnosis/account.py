"""Judge the provider's key or login, what it may do, and the clock by the provider's answer."""

from __future__ import annotations

import re

from digest.diagnosis.facts import (
    Access,
    Answer,
    Facts,
    Unseen,
    Verdict,
    error,
    ok,
    unknown,
    warning,
)

OFF, WRONG = 5.0, 60.0
"""Seconds that the clock may be off before it is a warning, and an error."""

_KEY = re.compile(r"re_\w{8,}", re.ASCII)
_ONLINE = "run `recap doctor` again where this machine reaches the provider"
_NEW_KEY = "make a key with `Sending access` at resend.com/api-keys and put it into .env"


def check_key(facts: Facts) -> Verdict:
    """The key or server is there and looks like one."""
    if facts.provider == "outbox":
        return ok("the outbox needs no key: mails stay in the folder `outbox` and reach nobody")
    if facts.provider == "smtp":
        fix = "put RECAP_SMTP_URL=smtp://user:password@host:587 into .env"
        if not facts.server:
            return error("RECAP_SMTP_URL is empty, so no mail can leave", fix)
        return ok(f"RECAP_SMTP_URL names the mail server {facts.server}")
    if not facts.key:
        return error("RESEND_API_KEY is empty, so no mail can leave", _NEW_KEY)
    if not _KEY.fullmatch(facts.key):
        return error("RESEND_API_KEY does not look like a key: re_ and letters", _NEW_KEY)
    return ok("RESEND_API_KEY has the form of a key")


def check_access(facts: Facts) -> Verdict | None:
    """The provider takes the key, which may send and nothing else."""
    answer, who = facts.answer, "mail server" if facts.provider == "smtp" else "key"
    if answer is None:
        return None
    if isinstance(answer, Unseen):
        return unknown(f"whether the {who} lets us send", answer, _ONLINE)
    if answer.access is Access.REFUSED:
        fix = "check name, password and port in RECAP_SMTP_URL" if who != "key" else _NEW_KEY
        return error(f"the {who} refuses us: {answer.detail}", fix)
    if answer.access is Access.FULL:
        return warning(
            "the key may do anything with the account; whoever steals it could read every mail",
            _NEW_KEY,
        )
    return ok(f"the {who} lets us send" + (", and nothing else" if who == "key" else ""))


def check_clock(facts: Facts) -> Verdict | None:
    """Reports are believed within five minutes of their time, so the clock has to be right."""
    if facts.provider != "resend" or facts.answer is None:
        return None
    fix = "switch time synchronisation on, such as `timedatectl set-ntp true`"
    if isinstance(facts.answer, Answer) and facts.answer.ahead is not None:
        ahead = facts.answer.ahead
        way = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Resend's"
        if abs(ahead) > WRONG:
            return error(f"this clock is {way}; at 300 s every webhook is refused", fix)
        if abs(ahead) > OFF:
            return warning(f"this clock is {way}", fix)
        return ok(f"this clock is within {OFF:.0f} s of Resend's")
    why = facts.answer if isinstance(facts.answer, Unseen) else Unseen("Resend told no time")
    return unknown("whether this machine's clock is right", why, _ONLINE)
