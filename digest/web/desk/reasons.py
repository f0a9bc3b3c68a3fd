"""The reasons: why a week and a story are as they are, the map, and what was left out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, request

from digest.errors import InputError
from digest.pipeline import explaining
from digest.pipeline.reasons import explain_week, left_out_page, left_out_rules
from digest.web.desk.room import Room
from digest.web.desk.week import Draft

KEPT = 64
"""Weeks and stories that stay explained: to explain one takes half a second."""


def add_reasons(desk: Blueprint, room: Room) -> None:
    """Serve the reasons of an issue."""
    pins, focus = room.settings.rules.themes, room.settings.rules.focus

    @lru_cache(maxsize=KEPT)
    def explained(number: int, revision: int, story: str = "") -> dict[str, Any]:
        if story:
            return explaining.explain(room.store, number, story, pins=pins, focus=focus)
        return explain_week(room.store, number, pins=pins, focus=focus)

    def week_of(number: int) -> dict[str, Any]:
        return explained(number, room.store.content.issue_row(number).revision)

    @desk.get("/issues/<int:number>/why")
    def why(number: int) -> Response:
        week = week_of(number)
        letters = {theme["label"]: theme["letter"] for theme in week["themes"]}
        return room.show("why.html", week=week, letters=letters)

    @desk.get("/issues/<int:number>/why/<path:story>")
    def why_story(number: int, story: str) -> Response:
        draft = Draft(room, number)
        told = explained(number, draft.issue.revision, story)
        return draft.show("why_story.html", number=number, told=told, wanted=story)

    @desk.get("/issues/<int:number>/map")
    def week_map(number: int) -> Response:
        return room.show("map.html", week=week_of(number))

    @desk.get("/issues/<int:number>/left-out")
    def left_out(number: int) -> Response:
        draft, rule = Draft(room, number), request.args.get("rule", "")
        shown = left_out_page(draft.issue, rule, _page()) if rule else None
        rules = left_out_rules(draft.issue)
        return draft.show("left_out.html", number=number, rules=rules, shown=shown)


def _page() -> int:
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise InputError(f"`{text[:20]}` is no page", hint="go back, and choose one that is listed")
    return int(text)
