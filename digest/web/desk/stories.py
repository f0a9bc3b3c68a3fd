"""The page of one story of a draft: its words, its reports and its place."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, Response, request

from digest.model import Story
from digest.model.moves import BriefPart, WordBrief, WordHeadline
from digest.web.desk import orders
from digest.web.desk.room import Room
from digest.web.desk.week import Draft, taken

LABELS: dict[BriefPart, str] = {
    "insight": "Insight, in one line",
    "what_changed": "What changed",
    "why_it_matters": "Why it matters",
    "what_to_do_next": "What to do next",
    "who_should_care": "Who should care",
    "takeaways": "Key takeaways",
    "deep_dive": "Deep dive",
    "implications": "Implications",
}


def add_stories(desk: Blueprint, room: Room) -> None:
    """Serve the page of a story and take what is written there."""

    @desk.get("/issues/<int:number>/stories/<path:wanted>")
    def story(number: int, wanted: str) -> Response:
        draft = Draft(room, number)
        found = orders.story_of(draft.issue, wanted)
        theme = next((one for one in draft.issue.themes if found in one.stories), None)
        return draft.show(
            "story.html",
            story=found,
            theme=theme,
            parts=_parts(found),
            worded=_worded(draft, found),
        )

    @desk.post("/issues/<int:number>/stories/<path:wanted>")
    def word(number: int, wanted: str) -> Response:
        form = request.form
        return taken(room, number, lambda issue: orders.worded_story(issue, wanted, form))


def _parts(story: Story) -> list[tuple[str, str, list[str]]]:
    """The name, label and sentences of each part that an editor words."""
    return [
        (part, LABELS[part], [sentence.text for sentence in getattr(story.brief, part)])
        for part in get_args(BriefPart)
    ]


def _worded(draft: Draft, story: Story) -> list[str]:
    """What of a story an editor has worded and can give back to the machine."""
    ids = {item.id for item in story.items}
    found: dict[str, bool] = {}
    for move in draft.history.moves:
        if isinstance(move, WordHeadline) and move.story in ids:
            found["headline"] = bool(move.text)
        elif isinstance(move, WordBrief) and move.story in ids:
            found[move.part] = move.lines is not None
    return [part for part, is_worded in found.items() if is_worded]
