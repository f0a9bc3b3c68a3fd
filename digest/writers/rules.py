"""What a writer's sentence must be before anybody asks whether its reports bear it out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from digest.clean import shorten
from digest.model import Brief, Sentence, Story
from digest.writers.prompt import PARTS

_CALL = re.compile(
    r"\b(?:click|tap) (?:here|on|the)\b|\bsubscribe\b|\bsign up\b|\bfollow us\b|@@"
    r"|\b(?:visit|go to|see) (?:the |this |our |their )?(?:link|website|site|page)\b",
    re.IGNORECASE,
)
# Also of an ending that no list has; a name such as “Booking.com” is none while it has no path.
_ADDRESS = re.compile(r"\b[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}\b|(?i:\w\.[a-z]{2,}/\w)")
_ENDED = re.compile(r"[.!?。！？][\"”’»')\]]*$")
_SHOWN = 60


def allowed(brief: Brief, story: Story) -> tuple[Brief, tuple[str, ...]]:
    """The brief without the sentences that may not be printed, whatever they say.

    Length, markup and the truth are the grounding gate's to judge.

    Args:
        brief: as a writer gave it; its parts other than `PARTS` are kept as they are.
        story: whose items the sentences may cite.

    Returns:
        The brief, and a reason for each sentence that is gone.
    """
    kept: dict[str, Any] = {}
    reasons: list[str] = []
    said: set[str] = set()
    ids = {item.id for item in story.items}
    for part, most in PARTS.items():
        good: list[Sentence] = []
        for sentence in getattr(brief, part):
            text = sentence.text.casefold()
            fault = "it is said twice" if text in said else _fault(sentence, part, ids)
            if not fault and len(good) == most:
                fault = f"it is more than {most} in this part"
            if fault:
                shown = shorten(sentence.text, _SHOWN)
                reasons.append(f"{part.replace('_', ' ')}: “{shown}”: {fault}")
            else:
                good.append(sentence)
                said.add(text)
        kept[part] = tuple(good)
    return replace(brief, **kept), tuple(reasons)


def _fault(sentence: Sentence, part: str, ids: set[str]) -> str:
    """Why the sentence may not be printed; "" if it may."""
    if not sentence.text:
        return "it is empty"
    if not sentence.items or not ids.issuperset(sentence.items):
        return "it cites what is no report of the story"
    if part not in ("insight", "who_should_care") and not _ENDED.search(sentence.text):
        return "it does not end as a sentence"
    if _ADDRESS.search(sentence.text):
        return "it carries an address"
    return "it calls on the reader to do something" if _CALL.search(sentence.text) else ""
