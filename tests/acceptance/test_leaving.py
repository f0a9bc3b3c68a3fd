"""An approved issue on its way, typed as an operator would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.resources import files

import pytest

from digest.model import IssueStatus
from digest.pipeline.highwater import HighWater
from digest.store import open_store
from tests.acceptance.conftest import Terminal
from tests.builders_sending import claim
from tests.standins import resend as standin

NOW = "2026-05-11T06:00"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project whose issue 1 is drafted and tested, for three readers."""
    folder = tmp_path_factory.mktemp("approved") / "project"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        project = Terminal(folder)
        project("init")
        configure(project, 'address: ""', "address: 1 Sample Street, Berlin")
        sample = (files("digest") / "sample" / "week.jsonl").read_bytes()
        (folder / "week.jsonl").write_bytes(sample)
        project("import", "week.jsonl", "--now", "2026-05-10T18:00")
        project("draft", "--week", "2026-W19", "--now", NOW)
        for name in ("ada", "bob", "cyd"):
            project("subscribers", "add", f"{name}@reader.example")
        project("test", 1, "--to", "me@reader.example")
        for copy in (folder / "outbox").iterdir():
            copy.unlink()
    return folder


@pytest.fixture
def approved(recap, template):
    """The same, in a folder of the test's own and approved there; nothing was sent yet."""
    shutil.copytree(template, recap.folder, dirs_exist_ok=True)
    recap("approve", 1, "--now", NOW)
    return recap


def configure(project, old: str, new: str) -> None:
    path = project.folder / "schedules.yaml"
    path.write_text(path.read_text().replace(old, new))


def test_a_dry_run_says_people_batches_bytes_and_time(approved, monkeypatch):
    told = approved("send", 1, "--dry-run").output
    assert "3 subscribers through outbox: 0." in told
    assert "MB in 1 batches" in told
    assert "at its pace" not in told
    monkeypatch.setenv("RESEND_API_KEY", "re_test")
    configure(approved, "provider: outbox", "provider: resend")
    assert "about 1 s at its pace" in approved("send", 1, "--dry-run").output
    assert not list((approved.folder / "outbox").iterdir())


def test_held_it_stays_and_resumed_it_goes(approved):
    told = approved("hold", 1, "--because", "a wrong number").output
    assert "0 mails had left" in told
    assert "recap resume 1" in told
    assert "held: a wrong number" in approved("issues").output
    assert json.loads(approved("issues", "--json").output)[0]["held_because"] == "a wrong number"
    refused = approved("send", 1, exit_code=1).output
    assert "issue 1 is held and cannot be sent: a wrong number" in refused
    assert "recap resume 1" in refused
    assert "issue 1 is approved" in approved("resume", 1).output
    assert "3 sent" in approved("send", 1).output
    assert (
        "only one that is a draft, approved or sending can be held"
        in approved("hold", 1, exit_code=1).output
    )


def test_an_approval_that_is_taken_back_can_be_drafted_and_approved_again(approved):
    refused = approved("draft", "--week", "2026-W19", "--now", NOW, exit_code=1).output
    assert "recap hold 1" in refused
    approved("hold", 1)
    approved("draft", "--week", "2026-W19", "--now", NOW)
    assert json.loads(approved("issues", "--json").output)[0]["status"] == "draft"
    approved("approve", 1)  # the mail is the one that was tested
    assert "3 sent" in approved("send", 1).output
    assert "cannot be drafted again" in approved(
        "draft", "--week", "2026-W19", "--now", NOW, exit_code=1
    ).output  # fmt: skip


def test_a_held_draft_waits_and_a_skipped_issue_is_nobodys_until_it_is_resumed(approved):
    approved("skip", 1, "--because", "a quiet week")
    assert "skipped: a quiet week" in approved("issues").output
    for command in (("send", 1), ("approve", 1), ("hold", 1), ("edit", 1, "undo")):
        assert "issue 1 is skipped" in approved(*command, exit_code=1).output
    again = approved("draft", "--week", "2026-W19", "--now", NOW, exit_code=1).output
    assert "recap resume 1" in again
    assert "issue 1 is a draft" in approved("resume", 1).output
    approved("hold", 1, "--because", "wait for the figures")
    approved("draft", "--week", "2026-W19", "--now", NOW)
    (row,) = json.loads(approved("issues", "--json").output)
    assert (row["status"], row["held_because"]) == ("held", "wait for the figures")
    told = approved("resume", 1).output
    assert "recap approve 1" in told
    approved("hold", 1)
    approved("approve", 1)
    assert "3 sent" in approved("send", 1).output
    assert "can be skipped" in approved("skip", 1, exit_code=1).output


def test_what_changes_the_mail_asks_for_another_test(approved):
    approved("hold", 1)
    configure(approved, "name: Weekly AI Recap", "name: Monthly AI Recap")
    assert "no test copy of issue 1 as it is now" in approved("approve", 1, exit_code=1).output
    approved("test", 1, "--to", "me@reader.example")
    approved("approve", 1)


def test_a_test_copy_goes_to_nobody_who_is_suppressed(approved):
    with open_store(f"sqlite:///{approved.folder / 'recap.db'}") as store:
        store.audience.suppress("gone@reader.example", "bounced", store.ledger.clock()())
    told = approved("test", 1, "--to", "Gone@reader.example", exit_code=1).output
    assert "this address is suppressed" in told
    assert "is not an e-mail address" in approved("test", 1, "--to", "nobody", exit_code=1).output


def test_within_the_time_to_undo_nothing_leaves(approved):
    approved("hold", 1)
    configure(approved, "schedules:\n", "review: {undo_minutes: 10}\nschedules:\n")
    told = approved("approve", 1).output
    assert "nothing leaves for 10 minutes; recap hold 1 stops it" in told
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "digest", "send", "1"]
    with subprocess.Popen(
        command, cwd=approved.folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as sender:
        time.sleep(4)
        assert sender.poll() is None
        assert not list((approved.folder / "outbox").iterdir())
        approved("hold", 1, "--because", "a slip")
        assert sender.wait(10) == 1
        told, errors = sender.communicate()
    assert b"`recap hold 1` takes it back" in told
    assert b"issue 1 is held and cannot be sent: a slip" in errors


def test_control_c_ends_after_the_batch_under_way_and_says_how_to_go_on(approved, monkeypatch):
    configure(approved, "provider: outbox", "provider: resend")
    configure(approved, "schedules:\n", "sending: {max_batch_bytes: 1000}\nschedules:\n")
    with standin.running(delay=1.5) as server:
        monkeypatch.setenv("RESEND_API_KEY", standin.KEY)
        monkeypatch.setenv("RESEND_API_URL", server.url)
        command = [sys.executable, "-m", "digest", "send", "1"]
        with subprocess.Popen(
            command, cwd=approved.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as sender:
            while not server.requests:
                time.sleep(0.02)
                assert sender.poll() is None
            sender.send_signal(signal.SIGINT)
            told, errors = sender.communicate(timeout=30)
    assert "stopping once the batches under way are settled" in errors
    if sender.returncode == 130:
        assert "go on with `recap send 1`" in told
    assert server.summary()["extra"] == 0


def test_what_nobody_knows_is_listed_and_decided(approved):
    assert "no batch of issue 1 waits" in approved("reconcile", 1).output
    with open_store(f"sqlite:///{approved.folder / 'recap.db'}") as store:
        at = store.ledger.clock()()
        HighWater(store, approved.folder, now=at)
        ready = (IssueStatus.APPROVED,)
        store.content.set_status(1, IssueStatus.SENDING, expected=ready, at=at)
        store.ledger.plan(1, at=at)
        for _ in range(3):
            batch = claim(store, limit=1, at=at, issue=1)
            assert batch is not None
            store.ledger.park(batch, "the answer does not fit", at)
    told = approved("reconcile", 1).output
    assert "batch 1: 1 mail, held since" in told
    assert "the answer does not fit" in told
    listed = json.loads(approved("reconcile", 1, "--json").output)
    assert [one["batch"] for one in listed] == [1, 2, 3]
    assert "some wait for you: `recap reconcile 1`" in approved("send", 1, exit_code=1).output
    assert "1 mail of issue 1: sent" in approved("reconcile", 1, "--batch", 1, "--sent").output
    assert "1 mail of issue 1: skip" in approved("reconcile", 1, "--batch", 2, "--skip").output
    assert "next: recap send 1" in approved("reconcile", 1, "--resend").output
    assert "2 sent" in approved("send", 1).output
    assert len(list((approved.folder / "outbox").glob("*.eml"))) == 1


def test_a_database_that_was_put_back_is_adopted(approved):
    backup = (approved.folder / "recap.db").read_bytes()
    approved("send", 1)
    (approved.folder / "recap.db").write_bytes(backup)
    for tail in ("-wal", "-shm"):
        (approved.folder / f"recap.db{tail}").unlink(missing_ok=True)
    told = approved("send", 1, exit_code=1).output
    assert "it was put back from a backup" in told
    assert "recap adopt" in told
    assert "issue 1; if you know what has left" in approved("adopt").output
    assert "is held" in approved("send", 1, exit_code=1).output


def test_the_log_holds_no_address_key_or_token(approved, monkeypatch, caplog):
    configure(approved, "provider: outbox", "provider: resend")
    with standin.running(faults=["429", "500", (200, {"data": []})]) as server:
        monkeypatch.setenv("RESEND_API_KEY", standin.KEY)
        monkeypatch.setenv("RESEND_API_URL", server.url)
        caplog.set_level("DEBUG")
        told = approved("send", 1, exit_code=1)
    secret = (approved.folder / ".env").read_text().partition("RECAP_SECRET_KEY=")[2].strip()
    for text in (caplog.text, told.output):
        assert "@reader.example" not in text
        assert standin.KEY not in text
        assert secret not in text
