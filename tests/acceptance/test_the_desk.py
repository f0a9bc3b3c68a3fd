"""Letting people in at the desk from the command line, and opening it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from digest.cli import main

PASSWORD = "four plain words here"


def typed(*words: str, given: str = PASSWORD, exit_code: int = 0) -> str:
    """Run a command with a first line on standard input."""
    result = CliRunner().invoke(main, [*words], input=f"{given}\n")
    assert result.exit_code == exit_code, result.output
    assert PASSWORD not in result.output
    return result.output


def test_users_are_added_listed_changed_and_removed(project):
    assert "no user yet" in project("users", "list").output
    assert "nobody can approve yet" in typed("users", "add", "Ben")
    assert "nobody can approve" not in typed("users", "add", "ada", "--role", "publisher")
    listed = json.loads(project("users", "list", "--json").output)
    assert listed == [
        {"name": "ada", "role": "publisher", "disabled": False},
        {"name": "ben", "role": "editor", "disabled": False},
    ]
    project("users", "role", "ben", "publisher")
    assert "who has to sign in again" in typed("users", "password", "ben")
    project("users", "remove", "ben")
    assert "ben" not in project("users", "list").output


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (("users", "add", "ada"), "short", "needs 12 or more"),
        (("users", "add", "a b"), PASSWORD, "no name for a user"),
        (("users", "add", "local"), PASSWORD, "needs no password"),
        (("users", "password", "nobody"), PASSWORD, "no user `nobody`"),
        (("users", "role", "nobody", "editor"), PASSWORD, "no user `nobody`"),
        (("users", "remove", "nobody"), PASSWORD, "no user `nobody`"),
    ],
)
def test_what_cannot_be_done_to_users_is_said_so(project, words, given, said):
    assert said in typed(*words, given=given, exit_code=1)


def test_a_password_is_no_argument(project):
    told = project("users", "add", "ada", PASSWORD, exit_code=2).output
    assert "Usage: " in told
    assert "ada" not in project("users", "list").output


@pytest.mark.parametrize(
    "environ",
    [
        {"RECAP_BASE_URL": "https://recap.example"},
        {"RECAP_BASE_URL": "https://recap.example", "RECAP_LISTEN": "0.0.0.0:0"},
        {"RECAP_LISTEN": "0.0.0.0:0"},
    ],
)
def test_the_desk_is_not_opened_to_others_before_there_is_a_user(project, monkeypatch, environ):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    said = project("desk", "--no-open", exit_code=2).output
    assert "nobody could sign in" in said
    assert "recap users add NAME --role publisher" in said


@contextmanager
def started(folder: Path, command: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    clean = {name: text for name, text in os.environ.items() if not name.startswith("RECAP_")}
    run = subprocess.Popen(
        [sys.executable, "-m", "digest", *command.split()], cwd=folder, text=True,
        env={**clean, "PYTHONUNBUFFERED": "1", **environ},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield run
    finally:
        run.kill()
        run.communicate()


def said_until(run: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    said = ""
    while not (found := re.search(pattern, said)):
        line = run.stdout.readline()
        assert line, said
        said += line
    return found


def status(address: str, path: str) -> int:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_on_this_machine_a_link_opens_the_desk_without_a_password(project):
    with started(project.folder, "desk --no-open", RECAP_LISTEN="127.0.0.1:0") as run:
        address, path = said_until(
            run, r"(http://127\.0\.0\.1:\d+)(/desk/enter/\S+) \(once"
        ).groups()
        assert status(address, path) == 200
        assert status(address, "/desk/issues") == 401
        run.send_signal(signal.SIGINT)
        assert "nothing was left half done" in run.communicate(timeout=30)[0]
        assert run.returncode == 0


def test_recap_run_serves_no_desk_to_others_before_there_is_a_user(project):
    web = {"RECAP_BASE_URL": "https://recap.example", "RECAP_LISTEN": "127.0.0.1:0"}
    with started(project.folder, "run", **web) as run:
        said_until(run, "desk +not served: .*recap users add NAME --role publisher")
        address = said_until(run, r"on (http://127\.0\.0\.1:\d+)")[1]
        assert status(address, "/subscribe") == 200
        assert status(address, "/desk/sign-in") == 404
    typed("users", "add", "ada")
    with started(project.folder, "run", **web) as run:
        address = said_until(run, r"on (http://127\.0\.0\.1:\d+)")[1]
        assert status(address, "/desk/sign-in") == 200


def test_a_desk_that_is_served_already_is_only_opened(project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    typed("users", "add", "ada")
    with started(project.folder, "run", RECAP_LISTEN=listen) as run:
        said_until(run, "serving")
        with started(project.folder, "desk --no-open", RECAP_LISTEN=listen) as desk:
            said_until(desk, f"open +http://{listen}/desk\n")
            assert desk.wait(timeout=30) == 0


def test_beside_a_run_that_serves_no_desk_it_is_served_at_another_port(project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    with started(project.folder, "run", RECAP_LISTEN=listen) as run:
        said_until(run, f"metrics +http://{listen}/metrics")
        assert status(f"http://{listen}", "/desk/sign-in") == 404
        with started(project.folder, "desk --no-open", RECAP_LISTEN=listen) as desk:
            address, path = said_until(
                desk, r"open +(http://127\.0\.0\.1:\d+)(/desk/enter/\S+) \(once"
            ).groups()
            assert address != f"http://{listen}"
            assert status(address, path) == 200


def test_a_run_that_is_to_serve_nothing_goes_on_where_its_address_is_taken(project):
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        with started(project.folder, "run", RECAP_LISTEN=listen) as run:
            said_until(run, "metrics +not served: .* cannot be listened on")
            run.send_signal(signal.SIGTERM)
            assert "nothing was left half done" in run.communicate(timeout=30)[0]
            assert run.returncode == 0


def test_another_program_at_the_address_is_an_error_in_plain_words(project, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        monkeypatch.setenv("RECAP_LISTEN", f"127.0.0.1:{other.getsockname()[1]}")
        assert "cannot be listened on" in project("desk", "--no-open", exit_code=2).output


def test_the_browser_is_shown_the_way_in(project, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    monkeypatch.setattr("digest.cli.desk._is_served", lambda listen: True)
    project("desk")
    typed("users", "add", "ada")
    project("desk")
    monkeypatch.setenv("RECAP_BASE_URL", "https://recap.example")
    project("desk")
    link, start, web = shown
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/desk/enter/[\w-]{43}", link)
    assert (start, web) == ("http://127.0.0.1:8080/desk", "https://recap.example/desk")
