"""The desk's style and its one script, under names that change with them: browsers keep them."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Blueprint, Response, current_app, make_response

from digest.web.desk.gate import stranger
from digest.web.desk.room import Room

_YEAR = 365 * 24 * 3600


def add_assets(desk: Blueprint, room: Room) -> None:
    """Serve them, and tell templates their addresses: `asset("desk.css")`."""

    @cache
    def text_of(template: str) -> str:
        return current_app.jinja_env.get_template(template).render()

    def answered(template: str, mimetype: str) -> Response:
        response = make_response(text_of(template))
        response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
        response.headers["Cache-Control"] = f"private, max-age={_YEAR}, immutable"
        return response

    @desk.get("/desk.css")
    @stranger
    def style() -> Response:
        return answered("desk.css", "text/css")

    @desk.get("/desk.js")
    @stranger
    def script() -> Response:
        return answered("desk.js", "text/javascript")

    def asset(template: str) -> str:
        version = hashlib.sha256(text_of(template).encode()).hexdigest()[:16]
        return f"{room.site.base}/desk/{template}?v={version}"

    desk.context_processor(lambda: {"asset": asset})
