"""Judge the sender's domain: SPF, DKIM, DMARC and the way back for bounces.

SPF: https://www.rfc-editor.org/rfc/rfc7208, DKIM: rfc6376, DMARC: rfc7489. Resend's records:
https://resend.com/docs/dashboard/domains/introduction. Gmail, Yahoo and Outlook.com ask senders of
5,000 mails a day for all three; DMARC passes where SPF or DKIM passes for the domain of the sender.
"""

from __future__ import annotations

import re

from digest.diagnosis.facts import (
    Access,
    Facts,
    Texts,
    Unseen,
    Verdict,
    error,
    ok,
    unknown,
    warning,
)

_INCLUDE = "include:amazonses.com"
_FEEDBACK = ".amazonses.com"
_ONLINE = "run `recap doctor` again where this machine can ask the DNS"
_AT_RESEND = "add the record that Resend's page of the domain shows"
_PASSING = ("partially_", "temporary_")


def return_path(provider: str, domain: str) -> str:
    """Where bounces go back to, whose SPF counts; Resend's is a name of its own below ours."""
    return f"send.{domain}" if provider == "resend" else domain


def dkim_name(provider: str, domain: str) -> str:
    """The name of the provider's public key; "" if its selector is not known."""
    return f"resend._domainkey.{domain}" if provider == "resend" else ""


def dmarc_names(domain: str) -> tuple[str, ...]:
    """Where a policy may stand: at the domain itself, else at those above it, nearest first."""
    labels = domain.split(".")
    ends = [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]
    return tuple(f"_dmarc.{end}" for end in ends)


def is_policy(texts: Texts) -> bool:
    """Among these TXT records is one that says to be DMARC's."""
    return not isinstance(texts, Unseen) and any(_tags(text).get("v") == "dmarc1" for text in texts)


def check_sender(facts: Facts) -> Verdict:
    """The domain of the From line can be somebody's."""
    if not facts.is_invented:
        return ok(f"mail comes from {facts.domain}")
    grade = error if facts.sends else warning
    return grade(
        f"mail comes from {facts.domain}, which is a domain for examples and nobody's",
        "set `newsletter.sender` in schedules.yaml to an address of your own domain",
    )


def check_verified(facts: Facts) -> Verdict | None:
    """Resend has verified the domain, if the key may ask."""
    answer = facts.answer
    if facts.provider != "resend" or facts.is_invented or answer is None:
        return None
    what = f"whether {facts.domain} is verified at Resend"
    look = "see resend.com/domains"
    if isinstance(answer, Unseen):
        return unknown(what, answer, look)
    if answer.domains is None:
        may_not = "the key is refused" if answer.access is Access.REFUSED else "this key only sends"
        return unknown(what, Unseen(may_not), look)
    status = answer.domains.get(facts.domain)
    if status is None and not answer.all_domains:
        return unknown(what, Unseen("the account has more domains than one answer names"), look)
    if status is None:
        return error(
            f"Resend does not know {facts.domain}, so it refuses every mail",
            "add the domain at resend.com/domains",
        )
    if status == "verified":
        return ok(f"{facts.domain} is verified at Resend")
    grade = warning if status.startswith(_PASSING) else error
    return grade(
        f"Resend's status of {facts.domain} is `{status}`, not `verified`",
        "add the records that resend.com/domains shows, and let it verify them",
    )


def check_spf(facts: Facts) -> Verdict | None:
    """One SPF record at the return path, which lets the provider send."""
    if facts.records is None:
        return None
    at, texts = return_path(facts.provider, facts.domain), facts.records.spf
    if isinstance(texts, Unseen):
        return unknown(f"SPF of {at}", texts, _ONLINE)
    resend = facts.provider == "resend"
    record = _AT_RESEND if resend else "add a TXT record `v=spf1 mx -all` that names your server"
    found = [text for text in texts if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]
    if not found:
        # Resend lets the return path have another name, and then nothing is wrong.
        grade = warning if resend else error
        or_else = ", unless you chose another return path there" if resend else ""
        return grade(f"{at} has no SPF record", record + or_else)
    if len(found) > 1:
        return error(f"{at} has {len(found)} SPF records, which counts as none", "join them to one")
    terms = found[0].lower().split()
    if "+all" in terms or "all" in terms:
        return error(f"SPF of {at} lets anybody send (`+all`)", "end it with `~all` or `-all`")
    if resend and _INCLUDE not in terms:
        return error(f"SPF of {at} does not have `{_INCLUDE}`, Resend's carrier", _AT_RESEND)
    if resend:
        return ok(f"SPF of {at} lets Resend send")
    return ok(f"{at} has an SPF record; whether it names your server only a test mail shows")


def check_dkim(facts: Facts) -> Verdict | None:
    """The public key by which receivers check the provider's signature."""
    if facts.records is None:
        return None
    texts, name = facts.records.dkim, dkim_name(facts.provider, facts.domain)
    if texts is None:
        return unknown(
            f"DKIM of {facts.domain}",
            Unseen("the mail server chooses the selector"),
            "send a test mail to yourself and look for `dkim=pass` in Authentication-Results",
        )
    if isinstance(texts, Unseen):
        return unknown(f"DKIM at {name}", texts, _ONLINE)
    keys = [key[1] for text in texts if (key := re.search(r"(?:^|;)\s*p\s*=\s*([^;]*)", text))]
    if not keys:
        return error(f"there is no DKIM key at {name}", _AT_RESEND)
    if not any(key.strip() for key in keys):
        return error(f"the DKIM key at {name} is empty, which means revoked", _AT_RESEND)
    return ok(f"there is a DKIM key at {name}")


def check_dmarc(facts: Facts) -> Verdict | None:
    """A policy for mail that says it is ours, which ours meets."""
    if facts.records is None:
        return None
    at, texts = facts.records.dmarc_at, facts.records.dmarc
    if isinstance(texts, Unseen):
        return unknown(f"DMARC of {facts.domain}", texts, _ONLINE)
    record = f"add a TXT record at _dmarc.{facts.domain}: v=DMARC1; p=none"
    found = [tags for text in texts if (tags := _tags(text)).get("v") == "dmarc1"]
    if not found:
        return error(f"{facts.domain} has no DMARC record; large receivers refuse bulk", record)
    if len(found) > 1:
        return error(f"{at} has {len(found)} DMARC records, which counts as none", "keep one")
    tags = found[0]
    policy = tags.get("p", "")
    if policy not in ("none", "quarantine", "reject"):
        return error(f"DMARC at {at} has no valid policy (p=)", "write p=none to begin with")
    if facts.provider == "resend" and tags.get("aspf") == "s":
        return warning(
            f"DMARC at {at} asks for strict SPF (aspf=s), and Resend's return path is a name below",
            "take `aspf=s` out; till then DKIM alone has to pass",
        )
    aligned = "which Resend's DKIM meets" if facts.provider == "resend" else "if SPF or DKIM pass"
    return ok(f"DMARC at {at} has p={policy}, {aligned}")


def check_bounces(facts: Facts) -> Verdict | None:
    """Bounces find their way back."""
    if facts.records is None:
        return None
    at, texts = return_path(facts.provider, facts.domain), facts.records.bounces
    if isinstance(texts, Unseen):
        return unknown(f"MX of {at}", texts, _ONLINE)
    hosts = [text.split()[-1].rstrip(".").lower() for text in texts]
    resend = facts.provider == "resend"
    if not any(hosts):
        own = "add an MX record, or let mail come from a domain that takes mail"
        fix = f"{_AT_RESEND}, unless you chose another return path there" if resend else own
        return warning(f"{at} has no MX record, so no bounce comes back", fix)
    strangers = [host for host in hosts if not host.endswith(_FEEDBACK)] if resend else []
    if strangers:
        return error(
            f"bounces to {at} go to {strangers[0]} and not to Resend alone",
            f"{_AT_RESEND}, and no other MX there",
        )
    return ok(f"bounces go back through {hosts[0]}")


def _tags(text: str) -> dict[str, str]:
    """Tags of a DMARC record, in lower case."""
    pairs = (part.partition("=") for part in text.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
