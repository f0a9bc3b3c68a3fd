"""`recap collect` against a web server on this machine, and `recap run` as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.standins.feeds import feed_server


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("RECAP_ALLOWED_HOSTS", "127.0.0.1")
    with feed_server() as (url, seen):
        yield url, seen


def subscribe(project, *feeds: tuple[str, str]) -> None:
    """Replace the project's sources by these."""
    (project.folder / "recap.db").unlink()
    outlines = "".join(f'<outline text="{name}" xmlUrl="{url}"/>' for name, url in feeds)
    (project.folder / "sources.opml").write_text(
        f'<opml version="2.0"><body>{outlines}</body></opml>'
    )
    project("init")


def test_a_source_that_fails_is_a_line_and_the_others_are_kept(project, server):
    url, _ = server
    subscribe(project, ("Good Wire", f"{url}/ok"), ("A Web Page", f"{url}/page"))
    told = project("collect").output
    assert "from 1 of 2 sources" in told
    assert "failed: A Web Page: " in told
    assert " 0 new" not in told


def test_collecting_again_finds_nothing_new(project, server):
    url, _ = server
    subscribe(project, ("Good Wire", f"{url}/ok"))
    project("collect")
    assert "0 new items" in project("collect").output


def test_what_was_collected_at_the_moment_of_drafting_is_in_the_draft(project):
    (project.folder / "one.jsonl").write_text(
        '{"url": "https://lab.example/1", "title": "Lab ships a new language model for AI agents"}'
    )
    project("import", "one.jsonl", "--now", "2026-05-06T12:00:00Z")
    project("draft", "--now", "2026-05-06T12:00:00Z")
    assert "Lab ships a new language model" in project("show", "1", "--format", "text").output


def test_when_every_source_fails_the_command_fails(project, server):
    url, _ = server
    subscribe(project, ("A Web Page", f"{url}/page"))
    assert "from 0 of 1 source" in project("collect", exit_code=1).output


def test_one_source_can_be_collected_by_name(project, server):
    url, seen = server
    subscribe(project, ("Good Wire", f"{url}/ok"), ("A Web Page", f"{url}/page"))
    project("collect", "--source", "Good Wire")
    assert [path for path, _ in seen.requests] == ["/ok"]


def test_a_source_that_is_not_known_is_named(project):
    assert (
        "no source is called `Nobody`"
        in project("collect", "--source", "Nobody", exit_code=1).output
    )


def test_a_muted_source_is_not_asked(project, server):
    url, seen = server
    subscribe(project, ("Good Wire", f"{url}/ok"), ("Loud Wire", f"{url}/ok/2"))
    project("sources", "mute", "Loud Wire")
    project("collect")
    assert len(seen.requests) == 1
    assert "(muted)" in project("sources", "list").output


def test_the_running_program_says_what_comes_next_and_stops_when_told(project, root: Path):
    started = subprocess.Popen(
        [sys.executable, "-u", "-m", "digest", "run"],
        cwd=project.folder,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert started.stdout is not None
    lines = [started.stdout.readline(), started.stdout.readline()]
    time.sleep(0.5)
    started.send_signal(signal.SIGTERM)
    rest, _ = started.communicate(timeout=10)
    assert "running" in lines[0]
    assert "next" in lines[1]
    assert "stopped" in rest
    assert started.returncode == 0
