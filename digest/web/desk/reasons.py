"""The reasons: why a week and a story are as they are, the map, and what was left out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, request

from digest.errors import InputError
from digest.pipeline import explaining
from digest.pipeline.reasons import explain_week, left_out_page, left_out_rules
from digest.web.desk.room import Room

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

    @desk.get("/issues/<int(max=9007199254740991):number>/why")
    def why(number: int) -> Response:
        week = week_of(number)
        letters = {theme["label"]: theme["letter"] for theme in week["themes"]}
        return room.show("why.html", week=week, letters=letters)

    @desk.get("/issues/<int(max=9007199254740991):number>/why/<story>")
    def why_story(number: int, story: str) -> Response:
        revision = room.store.content.issue_row(number).revision
        return room.show("why_story.html", number=number, told=explained(number, revision, story))

    @desk.get("/issues/<int(max=9007199254740991):number>/map")
    def week_map(number: int) -> Response:
        return room.show("map.html", week=week_of(number))

    @desk.get("/issues/<int(max=9007199254740991):number>/left-out")
    def left_out(number: int) -> Response:
        issue = room.store.content.issue(number)
        rule = request.args.get("rule", "")
        shown = left_out_page(issue, rule, _page()) if rule else None
        return room.show("left_out.html", number=number, rules=left_out_rules(issue), shown=shown)


def _page() -> int:
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise InputError(f"`{text[:20]}` is no page", hint="go back, and choose one that is listed")
    return int(text)
