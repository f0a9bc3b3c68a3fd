"""Lists of subscribers in and out, on both databases: again, in pieces, and in a dry run."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.arrivals import Verdict
from digest.errors import ConfigError, InputError
from digest.model import ConsentKind, Profile, SubscriberStatus
from digest.pipeline.audience import add_subscriber, ask, confirm, erase, lift
from digest.pipeline.rosters import Report, export_list, import_list
from digest.store import Store
from tests.builders import NOW

SECRET = "s3cret"
DAY = timedelta(days=1)
ADDED, KNOWN, LEFT, SUPPRESSED = Verdict
HEAD = "email,name,status,left_at"


@pytest.fixture(params=[2, 1000], ids=["in chunks of 2", "at once"])
def pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many lines are committed at a time; it must not matter."""
    monkeypatch.setattr("digest.pipeline.rosters.LINES", request.param)
    return int(request.param)


def written(folder: Path, *lines: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return path


def taken(store: Store, path: Path, **options: Any) -> Report:
    given = {"secret": SECRET, "now": NOW, "evidence": "moved", **options}
    return import_list(store, path, **given)


def exported(store: Store) -> str:
    file = io.StringIO()
    export_list(store, file)
    return file.getvalue()


def statuses(store: Store) -> dict[str, str]:
    return {one.email.partition("@")[0]: one.status.value for one in store.audience.all()}


def refused(folder: Path) -> list[list[str]]:
    with (folder / "list.refused.csv").open(newline="") as file:
        return list(csv.reader(file))


def test_a_list_comes_in_with_the_proof_of_each_line(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, "ada@x.example,Ada,confirmed,", "bob@x.example,,pending,")
    report = taken(store, path)
    assert report == Report("recap", Counter({ADDED: 2}))
    ada = store.audience.by_email("ada@x.example")
    assert ada is not None
    assert (ada.name, ada.asked_at, ada.confirmed_at, ada.evidence) == ("Ada", NOW, NOW, "moved")
    (event,) = store.audience.history(ada.id)
    assert (event.kind, event.at, event.evidence) == (ConsentKind.IMPORTED, NOW, "list.csv row 2")
    assert statuses(store) == {"ada": "confirmed", "bob": "unconfirmed"}
    assert store.audience.by_email("bob@x.example").confirmed_at is None  # type: ignore[union-attr]


def test_the_same_list_again_changes_nothing(store: Store, tmp_path: Path, pieces: int) -> None:
    names = ("ada", "bob", "cyd", "dan", "eve")
    words = ("confirmed", "unsubscribed", "pending", "bounced", "confirmed")
    rows = (f"{name}@x.example,,{word}," for name, word in zip(names, words, strict=True))
    path = written(tmp_path, HEAD, *rows)
    assert taken(store, path).counts == {ADDED: 4, SUPPRESSED: 1}
    before = exported(store)
    assert taken(store, path, now=NOW + DAY).counts == {KNOWN: 5}
    assert exported(store) == before


@pytest.mark.usefixtures("pieces")
def test_an_address_that_stands_twice_is_one_and_the_stricter_word_holds(
    store: Store, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        HEAD,
        "ada@x.example,,confirmed,",
        "bob@x.example,,unsubscribed,",
        "cyd@x.example,,confirmed,",
        "ADA@X.example,,unsubscribed,",
        "Bob@x.example,,confirmed,",
        "cyd@x.example,,cleaned,",
        "Cyd@x.example,,confirmed,",
    )
    report = taken(store, path)
    assert report.counts == {ADDED: 3, LEFT: 1, SUPPRESSED: 1}
    assert report.refused == {"left here": 1, "suppressed here: cleaned": 1}
    assert statuses(store) == {"ada": "unsubscribed", "bob": "unsubscribed", "cyd": "confirmed"}
    assert store.audience.suppressed(["cyd@x.example"])


@pytest.mark.usefixtures("pieces")
def test_nobody_comes_back_through_a_list(store: Store, tmp_path: Path) -> None:
    for name in ("ada", "bob", "cyd"):
        add_subscriber(store, f"{name}@x.example", "", now=NOW, evidence="", secret=SECRET)
    store.audience.leave("ada@x.example", NOW)
    store.audience.suppress("bob@x.example", "complained", NOW)
    store.audience.suppress("dan@x.example", "bounced", NOW)
    erase(store, "cyd@x.example", secret=SECRET, now=NOW, evidence="by mail")
    path = written(
        tmp_path,
        HEAD,
        *(f"{one}@x.example,,confirmed," for one in ("ada", "bob", "cyd", "dan", "eve")),
    )
    report = taken(store, path)
    assert report.counts == {ADDED: 1}
    assert report.refused == {
        "left here": 1,
        "suppressed here: complained": 1,
        "suppressed here: bounced": 1,
        "erased here": 1,
    }
    assert statuses(store) == {"ada": "unsubscribed", "bob": "confirmed", "eve": "confirmed"}


def test_who_came_back_by_themselves_is_not_made_to_leave_again(
    store: Store, tmp_path: Path
) -> None:
    path = written(tmp_path, HEAD, "ada@x.example,,unsubscribed,2026-05-01")
    taken(store, path)
    ask(store, "ada@x.example", token="t", secret=SECRET, now=NOW, evidence="form")
    confirm(store, "t", secret=SECRET, now=NOW, evidence="page")
    assert taken(store, path, now=NOW + DAY).counts == {KNOWN: 1}
    later = written(tmp_path, HEAD, "ada@x.example,,unsubscribed,2026-06-02")
    assert taken(store, later, now=NOW + 2 * DAY).counts == {LEFT: 1}
    assert statuses(store) == {"ada": "unsubscribed"}


def test_refused_lines_are_kept_with_their_reasons(store: Store, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEAD,
        "ada,=1+1,confirmed,",
        "",
        "bob@x.example,,confirmed,,one,too many",
        "cyd@x.example,,limbo,",
    )
    report = taken(store, path)
    assert report.refused == {"no valid address": 1, "too many fields": 1, "unknown status": 1}
    assert report.file == tmp_path / "list.refused.csv"
    assert (report.file.stat().st_mode & 0o777) == 0o600
    lines = refused(tmp_path)
    assert lines[0] == ["row", "reason", "detail", "email", "name", "status", "left_at"]
    assert [line[:2] for line in lines[1:]] == [
        ["2", "no valid address"],
        ["4", "too many fields"],
        ["5", "unknown status"],
    ]
    assert lines[1][3:5] == ["ada", "'=1+1"]


def test_rows_are_counted_as_a_spreadsheet_counts_them(store: Store, tmp_path: Path) -> None:
    path = written(
        tmp_path, HEAD, '"ada@x.example","two\nlines",confirmed,', "", ",,,", "b,c,d,e,f", "x,,,"
    )
    taken(store, path)
    assert [line[0] for line in refused(tmp_path)[1:]] == ["5", "6"]
    assert store.audience.by_email("ada@x.example").name == "two lines"  # type: ignore[union-attr]


@pytest.mark.usefixtures("pieces")
def test_a_dry_run_tells_the_same_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEAD,
        "ada@x.example,,confirmed,",
        "bob@x.example,,bounced,",
        "no address,,,",
        "ADA@x.example,,confirmed,",
    )
    dry = taken(store, path, dry_run=True)
    assert store.audience.count() == 0
    assert store.audience.suppressions() == ()
    assert [one.name for one in tmp_path.glob("list*")] == ["list.csv"]
    real = taken(store, path)
    assert (dry.counts, dry.refused, dry.file) == (real.counts, real.refused, None)


@pytest.mark.usefixtures("pieces")
def test_an_export_can_be_imported_again_and_gives_the_same(
    store: Store, tmp_path: Path, sqlite_template: Path
) -> None:
    from digest.store import open_store

    for number, name in enumerate(('=1+1"', "two, words", "'quoted", "ไทย", "")):
        email = f"+r{number}@x.example"
        add_subscriber(store, email, name, now=NOW, evidence="- paper", secret=SECRET)
    store.audience.choose(2, Profile("Bo", "de", "Europe/Berlin", ("A; b", '"c"'), ("@x",)))
    store.audience.leave("+r1@x.example", NOW + DAY)
    store.audience.suppress("+r2@x.example", "bounced", NOW)
    store.audience.suppress("nobody@x.example", "complained", NOW)
    ask(store, "new@x.example", token="t", secret=SECRET, now=NOW, evidence="form")
    first = exported(store)
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for row in csv.reader(io.StringIO(first))
        for cell in row
    )
    path = tmp_path / "list.csv"
    path.write_text(first, newline="")
    other = tmp_path / "other.db"
    other.write_bytes(sqlite_template.read_bytes())
    with open_store(f"sqlite:///{other}") as elsewhere:
        report = taken(elsewhere, path, now=NOW + 2 * DAY, evidence="")
        assert not report.refused
        assert exported(elsewhere) == first
    assert taken(store, path, evidence="").counts == {KNOWN: 7}


def test_an_export_of_nobody_names_its_columns(store: Store) -> None:
    assert exported(store).startswith("email,name,status")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lists_are_read_however_they_were_saved(
    store: Store, tmp_path: Path, encoding: str, separator: str
) -> None:
    lines = (separator.join(row) for row in (("email", "name"), ("zoe@x.example", "Zoë")))
    taken(store, written(tmp_path, *lines, encoding=encoding))
    assert [one.name for one in store.audience.all()] == ["Zoë"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((), "is empty"),
        (("email,name", '"ada@x.example,Ada'), "no readable CSV"),
        (("email", "ada@x.example,Ada", "bob@x.example"), "more fields"),
        (("who", "ada"), "hold addresses"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    store: Store, tmp_path: Path, lines: tuple[str, ...], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        taken(store, written(tmp_path, *lines) if lines else _touched(tmp_path))


def _touched(folder: Path) -> Path:
    path = folder / "list.csv"
    path.touch()
    return path


def test_a_file_that_is_not_there_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        taken(store, tmp_path / "no.csv")


def test_a_list_is_not_taken_without_the_key_of_an_earlier_erasure(
    store: Store, tmp_path: Path
) -> None:
    add_subscriber(store, "ada@x.example", "", now=NOW, evidence="", secret=SECRET)
    erase(store, "ada@x.example", secret=SECRET, now=NOW, evidence="")
    path = written(tmp_path, "email", "ada@x.example")
    with pytest.raises(ConfigError):
        taken(store, path, secret="another")
    assert taken(store, path, secret=f"another,{SECRET}").refused == {"erased here": 1}


def test_a_lifted_suppression_does_not_keep_a_list_out(store: Store, tmp_path: Path) -> None:
    store.audience.suppress("ada@x.example", "bounced", NOW)
    lift(store, "ada@x.example", secret=SECRET, now=NOW, evidence="the mailbox is back")
    assert taken(store, written(tmp_path, "email", "ada@x.example")).counts == {ADDED: 1}


def test_the_bytes_read_are_told(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "email", "ada@x.example", "bob@x.example")
    told: list[int] = []
    taken(store, path, on_read=told.append)
    assert sum(told) == path.stat().st_size
    assert store.audience.count(SubscriberStatus.CONFIRMED) == 2
