"""`recap status`: what it says of a machine that does well and of one that does not."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from digest.cli import main
from digest.model import NO_VALIDATORS, Health, IssueStatus
from digest.pipeline.concerns import OLD_BACKUP, SILENT_TIMES, concerns, minutes_left
from digest.pipeline.standing import Failing, IssueStanding, Standing, Step, last_backup, look
from digest.store import Queue, Store, Visit
from tests.builders import NOW, make_issue, make_source
from tests.builders_sending import MemoryProvider, approved, claimed, send, settings_in

NOTHING = Queue(0, None)


def standing(**fields) -> Standing:
    """One in which all is well."""
    given = {
        "at": NOW, "running": True, "sources": {}, "failing": (), "present": None, "last": None,
        "notices": NOTHING, "reports": NOTHING, "subscribers": {"confirmed": 9},
        "free": 10**10, "size": 10**6, "last_backup": NOW - timedelta(days=1),
        "steps": (Step("weekly", "send", None, "", NOW + timedelta(days=7)),),
    }  # fmt: skip
    return Standing(**{**given, **fields})


def issue(status: IssueStatus, **fields) -> IssueStanding:
    given = {
        "number": 5, "title": "Chips", "status": status, "held_because": "", "sent": 0, "left": 0,
        "rejected": 0, "unknown": 0, "parked": 0, "per_minute": 0.0, "bounced": 0,
        "complained": 0, "leaves_at": NOW + timedelta(days=7),
    }  # fmt: skip
    return IssueStanding(**{**given, **fields})


def test_where_all_is_well_nothing_needs_a_person():
    sending = issue(IssueStatus.SENDING, sent=10, left=5, per_minute=5.0)
    assert concerns(standing(present=sending, last=issue(IssueStatus.SENT, sent=100))) == ()
    assert minutes_left(sending) == 1
    assert minutes_left(issue(IssueStatus.HELD)) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"running": False}, "nothing runs the schedules"),
        ({"present": issue(IssueStatus.DRAFT)}, "due on Mon 2026-06-08 06:00 UTC"),
        ({"present": issue(IssueStatus.HELD, held_because="it bounced")}, "held: it bounced"),
        ({"present": issue(IssueStatus.APPROVED, leaves_at=None)}, "no schedule is going to send"),
        ({"present": issue(IssueStatus.SENDING, unknown=3)}, "whether 3 mails of issue 5 left"),
        ({"present": issue(IssueStatus.SENDING, parked=2)}, "2 batches of issue 5"),
        ({"last": issue(IssueStatus.SENT, sent=1000, bounced=99)}, "99 of 1000 mails bounced"),
        ({"steps": (Step("weekly", "draft", NOW, "failed: no story", None),)}, "draft failed"),
        ({"failing": (Failing("Ledger", None, "HTTP 404", SILENT_TIMES),)}, "1 source failed"),
        ({"failing": (Failing("Ledger", None, "x", SILENT_TIMES),) * 5}, "and 2 more"),
        ({"sources": {"ok": 0, "failing": 43}}, "none of 43 sources"),
        ({"notices": Queue(2, NOW - timedelta(hours=2))}, "2 notices"),
        ({"reports": Queue(1, NOW - timedelta(days=2))}, "1 report of the provider"),
        ({"free": 10**8}, "100 MB are left"),
        ({"last_backup": None}, "there is no backup"),
        ({"last_backup": NOW - OLD_BACKUP * 2}, "the last backup is of 2026-05-16"),
    ],
)
def test_what_does_not_mend_itself_is_told_with_what_to_do(fields, words):
    (one,) = concerns(standing(**fields))
    assert words in one.what
    assert one.fix


def test_what_passes_by_itself_is_no_concern():
    passing = standing(
        failing=(Failing("Ledger", NOW, "HTTP 503", 1),),
        notices=Queue(2, NOW - timedelta(minutes=2)),
        reports=Queue(2, NOW - timedelta(hours=20)),
    )
    assert concerns(passing) == ()
    assert concerns(standing(subscribers={}, last_backup=None)) == ()


def test_the_standing_is_read_from_the_database(store: Store, tmp_path):
    settings = settings_in(tmp_path)
    send(store, settings, approved(store, settings), MemoryProvider())
    store.content.add_sources([make_source("Ledger"), make_source("Quiet", muted=True)])
    bad = Health(NO_VALIDATORS, tried_at=NOW, failures=6, error="HTTP 404")
    store.visits.save([Visit("Ledger", bad), Visit("Quiet", bad)])
    store.ledger.occurrences.begin("weekly-recap/draft", "2026-W22", due_at=NOW)
    store.content.save_issue(replace(make_issue(number=6, week="2026-W23")))
    found = look(store, settings, now=NOW, running=True)
    assert (found.last.number, found.last.sent, found.present.number) == (5, 3, 6)
    assert found.failing == (Failing("Ledger", None, "HTTP 404", 6),)
    steps = {step.step: step for step in found.steps}
    assert steps["draft"].outcome == "not over"
    assert steps["collect"].last_at is None
    assert steps["send"].next_at > NOW


def test_an_issue_under_way_tells_how_fast_it_leaves(store: Store, tmp_path):
    settings = settings_in(tmp_path)
    number = approved(store, settings, readers=20)
    store.content.set_status(number, IssueStatus.SENDING, expected=(IssueStatus.APPROVED,), at=NOW)
    store.ledger.plan(number, at=NOW)
    batch = claimed(store, limit=10)
    from tests.builders_sending import all_sent

    store.ledger.finish(batch, all_sent(batch), NOW)
    present = look(store, settings, now=NOW, running=True).present
    assert (present.sent, present.left, present.per_minute) == (10, 10, 2.0)
    assert minutes_left(present) == 5


def run(*words: str):
    return CliRunner().invoke(main, ["status", *words])


def test_the_command_says_all_of_it_and_ends_with_1_while_something_needs_a_person(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECAP_LISTEN", "127.0.0.1:9")
    assert CliRunner().invoke(main, ["init", "."]).exit_code == 0
    done = run()
    assert done.exit_code == 1
    for words in ("running     no", "collect     never yet; next", "0 ok", "needs you", "fix: "):
        assert words in done.stdout
    told = json.loads(run("--json").stdout)
    assert told["needs"][0]["what"] == "nothing runs the schedules"
    assert datetime.fromisoformat(told["at"]).tzinfo == UTC


def test_it_is_well_while_something_runs(tmp_path, monkeypatch):
    from digest.settings import load_settings
    from digest.store import open_store

    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init", "."]).exit_code == 0
    settings = load_settings(tmp_path)
    with open_store(settings.database_url) as store, open_store(settings.database_url) as leader:
        assert leader.leadership.hold()
        send(store, settings, approved(store, settings), MemoryProvider())
        (tmp_path / "backups").mkdir()
        (tmp_path / "backups" / "recap.db").touch()
        done = run()
    assert "running     yes" in done.stdout
    assert "last issue  5 “" in done.stdout
    assert "3 confirmed" in done.stdout
    assert "well        nothing needs a person" in done.stdout
    assert done.exit_code == 0


def test_what_is_under_way_and_what_failed_is_told_in_words(capsys):
    from digest.cli.status import _tell

    sending = issue(IssueStatus.SENDING, sent=1_000, left=2_000, rejected=3, per_minute=100.0)
    failing = tuple(Failing(f"Source {n}", NOW, "HTTP 404", 2) for n in range(14))
    step = Step("weekly", "draft", NOW, "issue 5, 12 stories", None)
    counts = {"ok": 1, "failing": 14, "muted": 0, "unasked": 2}
    _tell(standing(present=sending, failing=failing, steps=(step,), sources=counts), ())
    _tell(standing(present=issue(IssueStatus.DRAFT), sources=counts), ())
    told = capsys.readouterr().out
    for words in (
        "5 “Chips” is sending: 1,000 sent, 2,000 left, 3 rejected; 100 a minute, about 20 min",
        "draft       last Mon 2026-06-01 06:00 UTC: issue 5, 12 stories; next never (weekly)",
        "failing: Source 0, since Mon 2026-06-01 06:00 UTC, 2 times: HTTP 404",
        "failing: and 2 more",
        "5 “Chips” is draft",
    ):
        assert words in told


def test_the_last_backup_is_the_newest_file_that_is_whole_and_still_there(tmp_path):
    assert last_backup(tmp_path) is None
    folder = tmp_path / "backups"
    folder.mkdir()
    assert last_backup(tmp_path) is None
    for name, at in (("recap-1.db", 1_000), ("recap-2.db", 2_000), (".recap-3.db.part", 3_000)):
        (folder / name).touch()
        os.utime(folder / name, (at, at))
    (folder / "recap-0.db").symlink_to(folder / "taken-away")
    assert last_backup(tmp_path) == datetime.fromtimestamp(2_000, UTC)
