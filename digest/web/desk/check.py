"""The check of an issue: what the lint finds, and what the web says of its links if asked."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, Response

from digest.engine import Stop
from digest.errors import StateError
from digest.lint import LinkAnswer, link_addresses
from digest.model import Email
from digest.pipeline import links, proofing
from digest.web.desk import paths
from digest.web.desk.room import Room

ASKED = "links asked for"
"""What the audit log calls it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the web said of the links of an issue.

    Attributes:
        done: how many of `total` have answered by now; all, once it is over.
    """

    total: int = 0
    done: int = 0
    at: datetime | None = None
    answers: Mapping[str, LinkAnswer] = field(default_factory=dict)


class _Answers:
    """The latest answers of each issue, while this process runs."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._asked: dict[int, _Asked] = {}

    def of(self, number: int) -> _Asked:
        """What was said of the links of an issue last."""
        with self._lock:
            return self._asked.get(number, _Asked())

    def ask(self, number: int, mail: Email) -> bool:
        """Ask behind the page; False if that is under way."""
        room, urls, now = self._room, link_addresses(mail), self._room.now()

        def work(stop: Stop) -> None:
            def one_more(_: str) -> None:
                if stop():  # what is raised here ends the round
                    raise StateError("the server was stopped meanwhile", hint="ask again")
                with self._lock:
                    asked = self._asked[number]
                    self._asked[number] = _Asked(asked.total, asked.done + 1)

            with self._lock:
                self._asked[number] = _Asked(len(urls))
            answers = links.ask(room.store, room.settings, urls, now=now, on_done=one_more)
            with self._lock:
                self._asked[number] = _Asked(len(urls), len(urls), now, answers)

        return room.site.jobs.begin(_job(number), work)


def add_check(desk: Blueprint, room: Room) -> None:
    """Serve the check, and the button that asks the web."""
    answers = _Answers(room)

    @desk.get(f"{paths.NUMBER}/check")
    def check(number: int) -> Response:
        proof = proofing.proof(room.store, room.settings, number)
        asked = answers.of(number)
        found = proofing.findings(room.store, room.settings, proof, answers=asked.answers)
        return room.show(
            "check.html",
            issue=proof.issue,
            page=paths.of_issue(room.site.base, number),
            findings=[(one, paths.of_finding(proof.issue, one)) for one in found],
            links=len(link_addresses(proof.mail)),
            asked=asked,
            asking=room.site.jobs.is_running(_job(number)),
            problem=room.site.jobs.problem(_job(number)),
        )

    @desk.post(f"{paths.NUMBER}/check/links")
    def ask_links(number: int) -> Response:
        proof = proofing.proof(room.store, room.settings, number)
        begun = answers.ask(number, proof.mail)
        if begun:
            room.note(ASKED, issue=number)
        said = "" if begun else "The web is being asked already."
        return room.done(said, "check", number=number)


def _job(number: int) -> str:
    return f"links of issue {number}"
