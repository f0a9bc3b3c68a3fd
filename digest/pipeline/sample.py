"""The bundled sample week, driven through the whole machine into a folder."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from digest.errors import InputError
from digest.model import Issue, RunReport, Week
from digest.pipeline import approving, audience, collecting, drafting, sending
from digest.pipeline.course import Pace
from digest.pipeline.highwater import FILE as SENT_MARK
from digest.pipeline.project import create_project, write_whole
from digest.settings import ModelWriter

WEEK = Week(2026, 19)
COLLECTED = datetime(2026, 5, 10, 18, 0, tzinfo=UTC)
NOW = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)
MARKER = ".recap-demo"
TESTER = "editor@weekly-ai-recap.example"
_MADE = ("issue.html", "issue.txt", "recap.db", "recap.db-wal", "recap.db-shm", SENT_MARK)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the demo made: the issue, what the import reported, the paths in reading order."""

    issue: Issue
    report: RunReport
    paths: tuple[Path, ...]
    sent: int


def run_sample(folder: Path, *, on_step: Callable[[str], object] = str) -> Sample:
    """Import, draft, test, approve and send the sample week; the same bytes every time.

    Args:
        folder: empty, missing, or made by an earlier demo, whose files are then replaced.
        on_step: told the name of each step as it begins.

    Raises:
        InputError: the folder holds something else.
    """
    from digest.providers.outbox import OutboxProvider
    from digest.store import open_store

    _clear(folder)
    on_step("set up")
    project = create_project(folder)
    write_whole(folder / MARKER, "Made by `recap demo`; the next demo here replaces its files.\n")
    # The demo asks nobody, whatever the environment names.
    settings = replace(project.settings, writer=ModelWriter())
    with open_store(settings.database_url) as store:
        on_step("import")
        with as_file(files("digest") / "sample" / "week.jsonl") as path:
            report = collecting.import_file(store, path, now=COLLECTED)
        with as_file(files("digest") / "sample" / "subscribers.csv") as path:
            for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
                audience.add_subscriber(
                    store, row["email"], row["name"], now=NOW, evidence="sample subscriber"
                )
        issue = drafting.draft(store, settings, week=WEEK, now=NOW, on_step=on_step)
        on_step("render")
        mail = drafting.preview(settings, issue)
        write_whole(folder / "issue.html", mail.html)
        write_whole(folder / "issue.txt", mail.text)
        on_step("test")
        copies = OutboxProvider(folder / "outbox" / "test")
        approving.send_test(store, settings, issue.number, TESTER, copies, now=NOW)
        on_step("approve")
        approving.approve(store, settings, issue.number, now=NOW)
        on_step("send")
        outbox = OutboxProvider(folder / "outbox")
        counts = sending.send(
            store, settings, issue.number, outbox, pace=Pace(lambda: NOW, lambda _: None)
        )
    mails = sorted((folder / "outbox").glob("*.eml"))
    paths = (folder / "issue.html", folder / "issue.txt", *mails)
    return Sample(issue, report, paths, counts.get("sent", 0))


def _clear(folder: Path) -> None:
    """Remove what an earlier demo left; refuse a folder that is not a demo's."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file", hint="name a folder: `recap demo --out recap-demo`")
    if any(folder.iterdir()) and not (folder / MARKER).exists():
        raise InputError(
            f"{folder} is not empty and no demo made it",
            hint="name another folder: `recap demo --out recap-demo`",
        )
    for name in _MADE:
        (folder / name).unlink(missing_ok=True)
    for mail in (folder / "outbox").rglob("*.eml"):
        mail.unlink()
