"""Lists of subscribers in and out: a file is looked at first, and taken in with a second press."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import Blueprint, Response, abort, request, send_file

from digest.errors import InputError, StateError
from digest.exports import FORMATS
from digest.pipeline.rosters import Report, export_list, import_list
from digest.store import Store
from digest.web.desk.gate import publisher, takes
from digest.web.desk.room import Room
from digest.web.desk.tasks import Task, Tasks

MOST_BYTES = 200 * 1024 * 1024
"""Of a list and the form around it."""

PATH = "/audience/import"
"""Where a list is sent to, below the desk's own path."""

_AT_ONCE = 64 * 1024


@dataclass(slots=True)
class Upload:
    """A list that was sent.

    Attributes:
        path: in a folder of its own, until another list takes its place or the program ends.
        dry: what would happen; `real`: what did, once it was asked for.
    """

    path: Path
    named: str
    evidence: str
    id: str
    dry: Task[Report]
    real: Task[Report] | None = None


class Lists:
    """The one list that is being taken in."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._tasks: Tasks[Report] = Tasks()
        self._forget: Callable[[], object] = bool
        self.upload: Upload | None = None

    def of(self, id: str) -> Upload:
        """The upload with this id."""
        if self.upload is None or self.upload.id != id:
            raise StateError(
                "that list is not here any more: another took its place, or the program ended",
                hint="send it again; what was taken in stays",
            )
        return self.upload

    def look_at(self) -> Upload:
        """Keep the file of the present call, and find out what it would do."""
        file = request.files.get("file")
        if file is None or not file.filename:
            raise InputError("no file was chosen", hint="choose a CSV file")
        named, evidence = request.form.get("format", ""), request.form.get("evidence", "")
        named = named if named in FORMATS else ""
        folder = Path(tempfile.mkdtemp(prefix="recap-import-"))
        forget = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        path = folder / _file_name(file.filename)
        try:
            file.save(path)
            dry = self._start("looking at the list", path, named, evidence, dry_run=True)
        except StateError:
            forget()
            raise
        except OSError as error:
            forget()
            raise InputError(
                f"the list cannot be kept here: {error.strerror}", hint="check the space in /tmp"
            ) from error
        self._forget()
        self._forget = forget
        self.upload = Upload(path, named, evidence, self._room.site.fresh(), dry)
        return self.upload

    def take_in(self, upload: Upload) -> None:
        """Do what was found out; a second press changes nothing."""
        if upload.dry.result is None:
            raise StateError("it is not known yet what the list would do", hint="wait for it")
        if upload.real is None:
            upload.real = self._start(
                "taking the list in", upload.path, upload.named, upload.evidence, dry_run=False
            )

    def _start(
        self, title: str, path: Path, named: str, evidence: str, *, dry_run: bool
    ) -> Task[Report]:
        room = self._room
        now, secret = room.now(), room.settings.secret_key

        def work(task: Task[Report]) -> Report:
            report = import_list(
                room.store,
                path,
                secret=secret,
                now=now,
                named=named,
                evidence=evidence,
                dry_run=dry_run,
                on_read=task.advance,
            )
            if not dry_run:
                path.unlink()  # what is left beside it are the refused lines
            return report

        return self._tasks.start(title, work, total=path.stat().st_size)


def add_rosters(desk: Blueprint, room: Room) -> None:
    """Serve taking lists in, and giving the list out."""
    lists = Lists(room)

    @desk.get(PATH)
    @publisher
    def import_people() -> Response:
        return room.show("import.html", formats=FORMATS, upload=lists.upload)

    @desk.post(PATH)
    @publisher
    @takes(MOST_BYTES)
    def look_at_list() -> Response:
        upload = lists.look_at()
        room.note("list sent", details=upload.path.name)
        return room.done("", "imported_people", id=upload.id)

    @desk.get("/audience/import/<id>")
    @publisher
    def imported_people(id: str) -> Response:
        return room.show("imported.html", upload=lists.of(id))

    @desk.post("/audience/import/<id>")
    @publisher
    def take_list_in(id: str) -> Response:
        upload = lists.of(id)
        lists.take_in(upload)
        room.note("list taken in", details=upload.path.name)
        return room.done("", "imported_people", id=id)

    @desk.get("/audience/import/<id>/refused.csv")
    @publisher
    def refused_lines(id: str) -> Response:
        upload = lists.of(id)
        report = upload.real.result if upload.real else None
        if report is None or report.file is None:
            abort(404)
        return _download(report.file.open("rb"), report.file.name)

    @desk.post("/audience/export")
    @publisher
    def export_people() -> Response:
        room.note("list given out")
        response = Response(_exported(room.store), mimetype="text/csv")
        response.headers["Content-Disposition"] = "attachment; filename=subscribers.csv"
        response.headers["Cache-Control"] = "no-store"
        return response


def _exported(store: Store) -> Iterator[bytes]:
    """The whole list as it is written; where that fails, the answer is broken off and not ended."""
    reading, writing = os.pipe()

    def write() -> None:
        with open(writing, "w", encoding="utf-8", newline="") as text:
            export_list(store, text)

    with ThreadPoolExecutor(1) as pool, open(reading, "rb") as file:
        writer = pool.submit(write)
        while data := file.read(_AT_ONCE):
            yield data
        writer.result()


def _download(file: BinaryIO, name: str) -> Response:
    response = send_file(
        file,
        mimetype="text/csv",
        as_attachment=True,
        download_name=name,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_name(given: str) -> str:
    """The last part of a name that a browser sent, as a name of ours: it is kept as proof."""
    name = re.sub(r"[^\w.-]+", "-", given.replace("\\", "/").rpartition("/")[2])[-80:].lstrip(".-")
    return name or "list.csv"
