"""Judge the pages that mails link to, the reports that come in there, and the secrets."""

from __future__ import annotations

from digest.diagnosis.facts import Facts, Unseen, Verdict, error, ok, unknown, warning

SECRET_LENGTH = 32
"""Letters that a key has to have; `recap init` makes 43."""

_RUNNING = "start `recap run`, and check the proxy in front of it (docs/howto/serve-the-pages.md)"
_ONLINE = "run `recap doctor` again where this machine reaches the web"


def check_base_url(facts: Facts) -> Verdict:
    """Readers can reach the pages, and nobody reads along."""
    pages, grade = facts.pages, error if facts.sends else warning
    if pages is None:
        return warning(
            "RECAP_BASE_URL is empty: readers leave by writing a mail and not by one click, nobody"
            " can subscribe by themselves, and no report of a bounce comes in",
            "set it to an https address that leads to `recap run`; Gmail and Yahoo ask bulk senders"
            " for one click",
        )
    if not pages.url.startswith("https://"):
        return grade(
            f"RECAP_BASE_URL is {pages.url}, which is not https: links that act for a reader could"
            " be read on the way",
            "put a proxy with https in front and its address into RECAP_BASE_URL",
        )
    if isinstance(pages.forbidden, Unseen):
        return unknown(f"whether {pages.url} is in the DNS", pages.forbidden, _ONLINE)
    if not pages.found:
        return grade(
            f"the host of {pages.url} has no address in the DNS",
            "add an A or AAAA record that leads to this machine",
        )
    if pages.forbidden:
        return grade(
            f"the host of {pages.url} is {pages.forbidden[0]}: no reader can reach it",
            "use a name that leads to an address of the open web",
        )
    return ok(f"{pages.url} is https and has an address of the open web")


def check_leave_page(facts: Facts) -> Verdict | None:
    """This program answers at the address of the leave page."""
    if facts.pages is None:
        return None
    at, served = f"{facts.pages.url}/leave/", facts.pages.leave
    if isinstance(served, Unseen):
        return unknown(f"whether the leave page answers at {at}", served, _RUNNING)
    if served.ours:
        return ok(f"the leave page answers at {at}")
    grade = error if facts.sends else warning
    if 300 <= served.status < 400:
        return grade(
            f"{at} leads elsewhere ({served.status}), and the one-click call follows nothing",
            "put the address it leads to into RECAP_BASE_URL",
        )
    if served.status >= 500:
        return grade(f"a proxy answers {served.status} at {at}: the pages are not served", _RUNNING)
    return grade(f"something else answers {served.status} at {at}", _RUNNING)


def check_webhook_secret(facts: Facts) -> Verdict | None:
    """Reports of bounces and complaints are believed."""
    if facts.provider != "resend" or facts.pages is None:
        return None
    if not facts.webhook_secrets:
        return warning(
            "RESEND_WEBHOOK_SECRET is empty: no bounce or complaint is heard of, and no issue"
            " pauses by itself",
            f"add a webhook for {facts.pages.url}/hooks/resend at resend.com/webhooks and put its"
            " signing secret into .env",
        )
    return ok("reports of Resend are checked against RESEND_WEBHOOK_SECRET")


def check_secret_key(facts: Facts) -> Verdict:
    """Nobody can guess the key that signs the links."""
    fix = "put RECAP_SECRET_KEY= with 40 random characters into .env, or run `recap init`"
    if not any(facts.secret_keys):
        return error("RECAP_SECRET_KEY is empty, so anybody could make a reader's links", fix)
    if len(facts.secret_keys[0]) < SECRET_LENGTH:
        return error(
            f"RECAP_SECRET_KEY has {len(facts.secret_keys[0])} characters, which can be guessed",
            f"put one of at least {SECRET_LENGTH} before it, with a comma between",
        )
    return ok("RECAP_SECRET_KEY is long enough")


def check_env_file(facts: Facts) -> Verdict:
    """Secrets are their owner's alone; settings are not even read from an open file."""
    if facts.env_file:
        return ok("only you may read .env")
    return ok("there is no .env: secrets come from the environment")
