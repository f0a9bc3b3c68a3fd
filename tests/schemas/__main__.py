"""Make the dumps of the schema as it is now: `python -m tests.schemas`, before a release."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from click.testing import CliRunner

from digest.cli import main as recap
from digest.delivery import Limits, Outcome
from digest.model import DeliveryState, Email
from digest.pipeline import sending
from digest.pipeline.course import Pace
from digest.settings import load_settings
from digest.store import open_store
from digest.store.schema import HEAD
from tests.postgres_server import running_postgres
from tests.schemas import KINDS, dump, path_of

ITEMS = 30
PEOPLE = ("ada", "bob", "cyd", "dan", "eve")
DRAFTED = "2026-05-11T06:00"
SENT = datetime(2026, 5, 11, 7, tzinfo=UTC)


class Dying:
    """A provider under which the sender dies in its second call, after that was taken."""

    name = "dying"
    honours_keys = True
    limits = Limits(mails=2, lanes=1)
    calls = 0

    def size(self, mail: Email) -> int:
        return len(mail.html)

    def send(self, key: str, emails: Iterable[Email], *, at: datetime) -> tuple[Outcome, ...]:
        self.calls += 1
        if self.calls == 2:
            raise KeyboardInterrupt
        return tuple(Outcome(DeliveryState.SENT, provider_id=f"id-{mail.to}") for mail in emails)


def make(folder: Path, url: str) -> str:
    """The sample week in a project of its own, half sent; gives its database as SQL."""
    os.chdir(folder)
    os.environ["RECAP_DATABASE_URL"] = url
    lines = (files("digest") / "sample" / "week.jsonl").read_text().splitlines()
    (folder / "week.jsonl").write_text("\n".join(lines[:ITEMS]) + "\n")
    _recap("init")
    _recap("import", "week.jsonl", "--now", "2026-05-10T18:00")
    _recap("draft", "--week", "2026-W19", "--now", DRAFTED)
    for name in PEOPLE:
        _recap("subscribers", "add", f"{name}@reader.example", "--name", name.title())
    _recap("test", "1", "--to", "me@reader.example", "--now", DRAFTED)
    _recap("approve", "1", "--now", DRAFTED)
    settings = load_settings(folder)
    with open_store(url) as store:
        try:
            pace = Pace(lambda: SENT, lambda _: None)
            sending.send(store, settings, 1, Dying(), pace=pace)
        except KeyboardInterrupt:
            return dump(url)
    raise AssertionError("the sender did not die")


def _recap(*words: str) -> None:
    done = CliRunner().invoke(recap, words)
    assert done.exit_code == 0, done.output


def main() -> None:
    """Write both dumps."""
    with running_postgres() as server, tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            place = Path(folder) / kind
            place.mkdir()
            url = server.replace("/postgres?", "/dumped?")
            if kind == "sqlite":
                url = f"sqlite:///{place / 'recap.db'}"
            path_of(HEAD, kind).write_text(make(place, url), encoding="utf-8")
            print(f"{path_of(HEAD, kind)}: {path_of(HEAD, kind).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
