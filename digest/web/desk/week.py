"""The page of a draft: its lines, themes and stories, and every move that an editor makes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, request

from digest.errors import InputError, StateError
from digest.history import History
from digest.model import Issue, Week
from digest.model.moves import Move, WordBrief, WordHeadline
from digest.moves import pinned
from digest.pipeline import drafting, editing
from digest.telling import titles_of, told
from digest.web.desk import orders
from digest.web.desk.room import Room


class Draft:
    """An issue as the pages of one call show it."""

    def __init__(self, room: Room, number: int) -> None:
        self.room = room
        self.issue = room.store.content.issue(number)
        self.history = History(room.store.drafts.steps(number))
        self.editable = drafting.may_be_edited(room.store, self.issue)

    @property
    def home(self) -> str:
        """The address of the page of the issue."""
        return self.room.at("week", number=self.issue.number)

    def notes(self) -> list[str]:
        """What the last build could not keep of the moves; empty once somebody has gone on."""
        steps = self.history.steps
        if len(steps) < 2 or steps[-1].kind != "draft" or not self.history.active:
            return []
        entries = editing.history(self.room.store, self.room.settings, self.issue.number)
        return [f"{entry.text}: {entry.note}" for entry in entries if entry.note]

    def touched(self) -> frozenset[str]:
        """The ids of the stories that an editor has worded."""
        of = {item.id: story.id for story in self.issue.stories for item in story.items}
        worded = (m for m in self.history.moves if isinstance(m, WordHeadline | WordBrief))
        return frozenset(of[move.story] for move in worded if move.story in of)

    def show(self, template: str, status: int = 200, **values: object) -> Response:
        """A page of `templates/web/desk/` about this issue."""
        return self.room.show(
            template,
            status,
            issue=self.issue,
            home=self.home,
            editable=self.editable,
            locked="" if self.editable else "readonly",
            undoable=self.history.undoable,
            redoable=self.history.redoable,
            printed=self.issue.stories,
            pinned=pinned(self.issue, self.history.moves),
            **values,
        )


def add_week(desk: Blueprint, room: Room) -> None:
    """Serve the page of an issue and take its moves."""

    @desk.get("/issues/<int:number>")
    def week(number: int) -> Response:
        return _shown(Draft(room, number))

    @desk.post("/issues/<int:number>/moves")
    def moves(number: int) -> Response:
        step = request.form.get("step", "")
        if step in _STEPS:
            return _STEPS[step](room, number)
        order = request.form.get("move", "")
        return taken(room, number, lambda issue: [orders.pressed(issue, order)])

    @desk.post("/issues/<int:number>/chosen")
    def chosen(number: int) -> Response:
        form = request.form
        do = form.get("do", "")
        ids = form.getlist("item" if do == "split" else "story")
        return taken(room, number, lambda issue: orders.with_chosen(issue, do, ids, form))

    @desk.post("/issues/<int:number>/words")
    def words(number: int) -> Response:
        return taken(room, number, lambda issue: orders.worded(issue, request.form))

    @desk.post("/issues/<int:number>/themes/<theme>")
    def rename(number: int, theme: str) -> Response:
        label = request.form.get("label", "")
        return taken(room, number, lambda issue: orders.renamed(issue, theme, label))

    @desk.post("/issues/<int:number>/themes/<theme>/join")
    def join(number: int, theme: str) -> Response:
        other = request.form.get("other", "")
        return taken(room, number, lambda issue: [orders.joined(issue, theme, other)])

    @desk.post("/issues/<int:number>/add")
    def add(number: int) -> Response:
        url, place = request.form.get("url", "").strip(), request.form.get("to", orders.SHORT)
        draft = Draft(room, number)
        try:
            editing.add_by_url(
                room.store, room.settings, number, url, theme=orders.place_of(draft.issue, place),
                revision=seen(), by=room.user.name, now=room.now(),
            )  # fmt: skip
        except (InputError, StateError) as error:
            status = 409 if isinstance(error, StateError) else 400
            return _shown(Draft(room, number), status, problem=error, url=url)
        return room.done("The report was fetched and is a story now.", "week", number=number)

    @desk.post("/issues/<int:number>/again")
    def again(number: int) -> Response:
        kept = orders.read_moves(request.form.get("kept", ""))
        return taken(room, number, lambda _: kept)


def _shown(draft: Draft, status: int = 200, *, url: str = "", **values: object) -> Response:
    notes, touched = draft.notes(), draft.touched()
    return draft.show("week.html", status, notes=notes, touched=touched, url=url, **values)


def seen() -> int:
    """The revision that the page showed on which the present form stands."""
    text = request.form.get("revision", "")
    if text.isdecimal() and len(text) < 10:
        return int(text)
    raise InputError(f"the form names no revision: `{text[:20]}`", hint="load the page again")


def taken(room: Room, number: int, read: Callable[[Issue], Sequence[Move]]) -> Response:
    """Make the moves of a form, and go back to the page it stood on.

    They are read as meant for the issue that the page showed. Where somebody else has changed it
    since, nothing is made: a page shows both changes and makes these on top of theirs if asked.
    """
    revision, store, settings = seen(), room.store, room.settings
    issue = store.content.issue(number)
    if issue.revision != revision:
        issue = editing.issue_at(store, settings, number, revision)
    moves = list(read(issue))
    said = []
    for at, move in enumerate(moves):
        try:
            edited = editing.make_move(
                store, settings, number, move,
                revision=revision + at, by=room.user.name, now=room.now(),
            )  # fmt: skip
        except editing.EditConflict as conflict:
            return conflicting(room, number, revision, conflict, moves[at:])
        said += [note.text for note in edited.notes]
    return _back(room, number, "; ".join(said))


def _back(room: Room, number: int, said: str = "") -> Response:
    """To the page that the form stood on: of a story, while it is printed, else of the issue."""
    if wanted := request.form.get("page", ""):
        issue = room.store.content.issue(number)
        if any(item.id == wanted for story in issue.stories for item in story.items):
            return room.done(said, "story", number=number, wanted=wanted)
    return room.done(said, "week", number=number)


def conflicting(
    room: Room, number: int, mine: int, conflict: editing.EditConflict, moves: Sequence[Move]
) -> Response:
    """A page with what others changed since revision `mine`, and with the moves that wait."""
    draft = Draft(room, number)
    return draft.show(
        "conflict.html",
        409,
        mine=mine,
        changes=conflict.since,
        entries=conflict.entries,
        yours=[told(move, titles_of([draft.issue])) for move in moves],
        kept=orders.kept_moves(moves),
        page=request.form.get("page", ""),
    )


def _undo(room: Room, number: int) -> Response:
    return _turned(room, number, editing.undo)


def _redo(room: Room, number: int) -> Response:
    return _turned(room, number, editing.redo)


def _turned(room: Room, number: int, turn: Callable[..., object]) -> Response:
    revision = seen()
    try:
        turn(
            room.store, room.settings, number, revision=revision, by=room.user.name, now=room.now()
        )
    except editing.EditConflict as conflict:
        return conflicting(room, number, revision, conflict, ())
    return _back(room, number)


def _rebuild(room: Room, number: int) -> Response:
    """Draft the week again with what was collected since; the moves are made again on it."""
    issue = room.store.content.issue(number)
    drafting.draft(room.store, room.settings, week=Week.parse(issue.week), now=room.now())
    fresh = Draft(room, number)
    room.note("rebuilt", issue=number, details=f"revision {fresh.issue.revision}")
    return room.done(
        f"Drafted again: revision {fresh.issue.revision}.",
        "changes",
        number=number,
        revision=fresh.issue.revision,
    )


_STEPS = {"undo": _undo, "redo": _redo, "rebuild": _rebuild}
