"""The SMTP provider against servers that others wrote: maildev (Node) and Postfix's smtp-sink."""

from __future__ import annotations

import json
import pwd
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from digest.errors import NotAcceptedError, OutcomeUnknownError, ProviderRefusedError
from digest.model import DeliveryState
from digest.providers.smtp import SmtpProvider
from digest.settings import SmtpServer, Tls
from tests.builders import NOW, make_email

pytestmark = pytest.mark.slow

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HOST, 0)) as free:
        return free.getsockname()[1]


@contextmanager
def serving(command: list[str], port: int, folder: Path) -> Iterator[SmtpProvider]:
    """A server in a process of its own, once it listens."""
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(600):
                try:
                    socket.create_connection((HOST, port), timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None, f"{command[0]} ended at once"
                    time.sleep(0.1)
            yield SmtpProvider(SmtpServer(HOST, port, Tls.OFF))
        finally:
            process.terminate()


@contextmanager
def sink(folder: Path, *options: str) -> Iterator[SmtpProvider]:
    program = shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin")
    if program is None:
        pytest.skip("needs smtp-sink; on Debian: apt-get install postfix")
    folder.chmod(0o777)
    port = free_port()
    own = ["-u", pwd.getpwuid(65534).pw_name, "-d", f"{folder}/%M."]
    with serving([program, *own, *options, f"{HOST}:{port}", "10"], port, folder) as provider:
        yield provider


def send(provider: SmtpProvider, mail=None):
    (outcome,) = provider.send("recap/1/a", [mail or make_email(to="ada@x.example")], at=NOW)
    return outcome


def test_maildev_shows_each_mail_as_it_was_written(tmp_path):
    if shutil.which("npm") is None:
        pytest.skip("needs npm, to run maildev")
    port, page = free_port(), free_port()
    command = ["npm", "exec", "--yes", "maildev@2", "--"]
    command += ["--smtp", str(port), "--web", str(page), "--ip", HOST, "--web-ip", HOST]
    mails = [
        make_email(
            to=f"reader{number}@x.example",
            subject=f"Straße, „KI“ & 芯片 {number}",
            text=f".\n..dots\nGrüße {number}\n",
            html=f"<p>Grüße 👋 {number}</p>" + "<p>long line</p>" * 200,
            headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )
        for number in range(20)
    ]
    with serving(command, port, tmp_path) as provider:
        assert {send(provider, mail).state for mail in mails} == {DeliveryState.SENT}
        with urllib.request.urlopen(f"http://{HOST}:{page}/email", timeout=10) as reply:
            shown = json.load(reply)
    assert {mail["to"][0]["address"]: mail["subject"] for mail in shown} == {
        mail.to: mail.subject for mail in mails
    }
    first = next(one for one in shown if one["to"][0]["address"] == "reader0@x.example")
    assert first["html"].strip() == mails[0].html
    assert first["text"].strip() == mails[0].text.strip()
    assert first["headers"]["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


def test_the_sink_of_postfix_keeps_each_mail_whole(guest_folder):
    mail = make_email(to="ada@x.example", text=".\n..dots\nGrüße\n", html="<p>芯片</p>" * 300)
    with sink(guest_folder) as provider:
        assert send(provider, mail).state is DeliveryState.SENT
        assert send(provider, mail).state is DeliveryState.SENT
        time.sleep(0.5)
        files = sorted(guest_folder.iterdir())
    assert len(files) == 2
    message = message_from_bytes(files[0].read_bytes(), policy=default)
    text, html = message.iter_parts()
    assert html.get_content().strip() == mail.html
    assert text.get_content().strip() == mail.text.strip()


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (("-q", "mail"), NotAcceptedError),
        (("-q", "rcpt"), NotAcceptedError),
        (("-q", "."), OutcomeUnknownError),
        (("-r", "rcpt"), NotAcceptedError),
        (("-r", "."), NotAcceptedError),
        (("-f", "mail"), ProviderRefusedError),
        (("-f", "."), ProviderRefusedError),
        (("-Q", "mail"), NotAcceptedError),
    ],
)
def test_the_sink_s_failures_are_classed_by_what_is_certain(guest_folder, options, kind):
    with sink(guest_folder, *options) as provider, pytest.raises(kind):
        send(provider)
