"""Judge what has to hold on this machine: database, disk, outbox, schedule, the words of law."""

from __future__ import annotations

from email.utils import parseaddr

from digest.diagnosis.facts import Facts, Unseen, Verdict, error, ok, unknown, warning

LOW, FULL = 500_000_000, 100_000_000
"""Bytes left on the disk under which there is a warning, and an error."""


def check_database(facts: Facts) -> Verdict:
    """It is there, of this version, and can be written."""
    ledger = facts.ledger
    if ledger.refusal:
        return error(ledger.refusal, ledger.remedy or "see docs/reference/errors.md")
    return ok(f"database {ledger.place} is of this version and can be written")


def check_durability(facts: Facts) -> Verdict | None:
    """What is committed outlives a power cut: a lost commit could send mail twice."""
    ledger = facts.ledger
    if ledger.refusal:
        return None
    if ledger.unsafe:
        return error(
            f"a power cut could lose who got what: {', '.join(ledger.unsafe)}",
            "switch these on in the database's own settings",
        )
    if ledger.slow:
        return warning(
            f"{', '.join(ledger.slow)}: readers of the database wait for its writer",
            "put the database on a local disk and run `recap upgrade`",
        )
    return ok("what is committed outlives a power cut")


def check_disk(facts: Facts) -> Verdict:
    """There is room for the ledger to grow."""
    if isinstance(facts.free, Unseen):
        return unknown(f"the disk of {facts.folder}", facts.free, "check that the folder exists")
    left = f"{facts.free // 1_000_000:,} MB are left on the disk of {facts.folder}"
    if facts.free < FULL:
        return error(left, "free some space before anything is sent")
    return warning(left, "free some space") if facts.free < LOW else ok(left)


def check_outbox(facts: Facts) -> Verdict | None:
    """The folder of mails can be written."""
    if facts.outbox is None:
        return None
    if facts.outbox:
        return error(
            f"the outbox cannot be written: {facts.outbox}", "make the folder writable for you"
        )
    return ok("the outbox can be written")


def check_postal_address(facts: Facts) -> Verdict:
    """Who writes: the law asks for it in a mail that is sent."""
    if facts.postal_address.strip():
        return ok("the footer has a postal address")
    grade = error if facts.sends else warning
    return grade(
        "`newsletter.address` is empty, and CAN-SPAM and other laws want a postal address",
        "set it in schedules.yaml",
    )


def check_reply_to(facts: Facts) -> Verdict:
    """Answers of readers reach somebody."""
    if not facts.reply_to:
        return ok(f"answers go to the sender, {facts.sender}")
    if "@" not in parseaddr(facts.reply_to)[1]:
        return error(
            f"`newsletter.reply_to` is `{facts.reply_to}`, which is no address",
            "write an address that somebody reads, or leave it empty",
        )
    return ok(f"answers go to {facts.reply_to}")


def check_schedule(facts: Facts) -> Verdict:
    """The next issue has a day."""
    if not facts.next_issues:
        return warning(
            "no issue leaves by itself: no schedule has `send`",
            "add it to one in schedules.yaml, or send each issue by hand",
        )
    moment, id = min((moment, id) for id, moment in facts.next_issues.items())
    return ok(f"the next issue is due {moment:%a %Y-%m-%d %H:%M %Z} ({id}), if `recap run` runs")
