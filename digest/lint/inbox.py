"""What an inbox shows of the mail: subject and preheader, their length and their form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.lint.findings import Finding, Letter, error, warning

SUBJECT_LIMIT = 70
PREHEADER = (40, 140)
_SHOWN = 60
_REPEATED = re.compile(r"[!?]\s*!|\?\s*\?\s*\?|!\s*\?|[$€£]\s*[$€£]\s*[$€£]|\*\*\*")
# What SpamAssassin 4.0.1 gives points for, by the names of its rules: GUARANTEED_100_PERCENT,
# FREE_QUOTE_INSTANT, SUBJ_AS_SEEN, SUBJ_BUY, MONEY_BACK, BAD_CREDIT, TVD_SUBJ_WIPE_DEBT, DIET_1,
# JOIN_MILLIONS, DEAR_FRIEND, __URG_BIZ, ACT_NOW_CAPS, ONE_TIME, ENGLISH_UCE_SUBJECT.
_SPAM = re.compile(
    r"100 ?% (?:free|guaranteed)\b|\bfree (?:instant |online |no[- ]obligation )+quote\b"
    r"|\bas seen on\b|^buy\b|\bmoney[- ]back guarantee\b"
    r"|\b(?:bad|poor|repair your) credit\b|\b(?:wipe out|get (?:rid|out) of) (?:\w+ )?debts?\b"
    r"|\blose .{0,20}(?:pounds|weight)\b|\bjoin (?:millions|thousands)\b|^dear friend\b"
    r"|\burgent (?:assistance|business|proposal|reply|request|response)\b|\bact now\b"
    r"|\bone[- ]time (?:offer|promotion)\b|^\W*adv(?:ert)?\b",
    re.IGNORECASE,
)


def check_inbox(letter: Letter) -> Iterator[Finding]:
    """The subject, the preheader, and whether both look like spam."""
    subject, preheader = letter.email.subject.strip(), letter.email.preheader.strip()
    yield from _subject(subject)
    yield from _preheader(preheader, subject)
    for place, text in (("subject", subject), ("preheader", preheader)):
        yield from _spam_like(place, text)


def _subject(subject: str) -> Iterator[Finding]:
    if not subject:
        fix = "write one of up to 50 characters"
        yield error("subject-empty", "subject", "the subject is empty", fix)
    if len(subject) > SUBJECT_LIMIT:
        message = f"the subject has {len(subject)} characters; inboxes show about 50"
        yield warning("subject-length", "subject", message, "shorten it")


def _preheader(preheader: str, subject: str) -> Iterator[Finding]:
    least, most = PREHEADER
    if not preheader:
        fix = f"write {least} to {most} characters that add to the subject"
        yield error("preheader-empty", "preheader", "the preheader is empty", fix)
        return
    if not least <= len(preheader) <= most:
        message = f"the preheader has {len(preheader)} characters"
        fix = f"make it {least} to {most} characters long"
        yield warning("preheader-length", "preheader", message, fix)
    heading = _words(subject)
    if heading and _words(preheader)[: len(heading)] == heading:
        message = "the preheader repeats the subject"
        yield warning("preheader-repeats", "preheader", message, "say something further")


def _spam_like(place: str, text: str) -> Iterator[Finding]:
    if _shouts(text):
        message = f"the {place} is in capitals: {text[:_SHOWN]}"
        fix = "write it as a sentence; filters take this for spam"
        yield warning("spam-capitals", place, message, fix)
    if _REPEATED.search(text):
        message = f"the {place} repeats marks as spam does: {text[:_SHOWN]}"
        yield warning("spam-marks", place, message, "use one mark, or none")
    if found := _SPAM.search(text):
        message = f"the {place} says “{found.group().strip()}”, which filters count as spam"
        yield warning("spam-words", place, message, "say it in other words")


def _shouts(text: str) -> bool:
    """Several words, all in capitals: one alone may be a name."""
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) > 5 and " " in text and text == text.upper() != text.lower()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
