"""A whole installation for a browser: made by the commands, served, with errands beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from digest.cli import main
from digest.model import Issue
from digest.settings import Settings, load_settings
from digest.store import Store, open_store, schema

USERS = ("ada", "ben")
PASSWORD = "four plain words here"
WEEK = "2026-W19"
NOW = "2026-05-11T06:00:00Z"
SAMPLE = Path(__file__).resolve().parents[2] / "digest" / "sample" / "week.jsonl"

expect.set_options(timeout=15_000)


@dataclass
class House:
    """One installation that is served, and the browser that looks at it.

    Attributes:
        told: what a page wrote to the console, and each request that failed or was refused.
    """

    folder: Path
    address: str
    settings: Settings
    store: Store
    browser: Browser
    told: list[str] = field(default_factory=list)

    @property
    def issue(self) -> Issue:
        """The latest issue as it is kept."""
        return self.store.content.issue(max(row.number for row in self.store.content.issues()))

    @property
    def home(self) -> str:
        """The address of the page of the latest issue."""
        return f"{self.address}/desk/issues/{self.issue.number}"

    def context(self, **options: Any) -> BrowserContext:
        """A browser of its own, without a cookie; what its pages complain of is kept in `told`."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(15_000)
        context.on("console", lambda one: self._tell(one.type, one.text))
        context.on("weberror", lambda one: self._tell("error", str(one.error)))
        context.on("requestfailed", lambda one: self._tell("failed", f"{one.url} {one.failure}"))
        return context

    def _tell(self, kind: str, text: str) -> None:
        # The answer to who is not signed in yet; what a page still asked for when it was left.
        if not any(usual in text for usual in ("401", "net::ERR_ABORTED")):
            self.told.append(f"{kind}: {text}")

    def signed_in(self, name: str = "ada", **options: Any) -> Page:
        """A page of somebody who has typed name and password, at the draft."""
        page = self.context(**options).new_page()
        page.goto(f"{self.address}/desk")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("main button")
        expect(page.locator("h1")).to_have_text(self.issue.title)
        return page

    def mails(self) -> list[EmailMessage]:
        """The mails in the outbox, the newest last."""
        files = sorted(self.folder.rglob("*.eml"), key=lambda one: one.stat().st_mtime)
        return [message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]

    def links(self, mail: EmailMessage, path: str) -> list[str]:
        """The addresses of this installation under a path in the text of a mail."""
        text = mail.get_body(("plain",))
        assert text is not None
        return re.findall(rf"{re.escape(self.settings.base_url)}{path}[^\s)]*", text.get_content())

    def awaited(self, look: Callable[[], list[Any]], seconds: float = 30) -> list[Any]:
        """What a look gives once it gives something: mails leave behind the pages."""
        end = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < end, "nothing came"
            time.sleep(0.1)
        return found

    def publish(self, number: int, issue: Issue | None = None) -> None:
        """Approve and send an issue, which is kept first if it is given."""
        if issue is not None:
            self.store.content.save_issue(issue)
        run("approve", str(number), "--without-test")
        self.let_the_undo_window_pass()
        run("send", str(number))

    def let_the_undo_window_pass(self) -> None:
        """As if the minutes were over in which an approval can be taken back."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        with self.store.content._database.write() as connection:
            connection.execute(sa.update(schema.issues.issue).values(send_after=past))


def run(*words: str, typed: str = "") -> str:
    """What a `recap` command says; it must end well."""
    done = CliRunner().invoke(main, list(words), input=typed)
    assert done.exit_code == 0, done.output
    return done.output


def furnish() -> None:
    """In the present folder: a project with the sample week drafted, three readers, publishers."""
    run("init")
    rules = Path("schedules.yaml")
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace('address: "" ', 'address: "1 Quay Street, Port Example" '))
    run("import", str(SAMPLE), "--now", "2026-05-10T18:00:00Z")
    run("draft", "--week", WEEK, "--now", NOW)
    for name in ("maren", "soren", "tunde"):
        run("subscribers", "add", f"{name}@post.example")
    for name in USERS:
        run("users", "add", name, "--role", "publisher", typed=PASSWORD + "\n")


@contextmanager
def at_home(folder: Path, **environ: str) -> Iterator[None]:
    """In a folder, with nothing of the project in the environment but what is given."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("RECAP_", "RESEND_")):
                patch.delenv(name)
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        yield


@contextmanager
def served(folder: Path, port: int) -> Iterator[str]:
    """`recap desk` in a process of its own, from its first answer on until the block ends."""
    log = folder / "desk.log"
    with log.open("w") as out:
        desk = subprocess.Popen(
            [sys.executable, "-m", "digest", "desk", "--no-open"],
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while "stop" not in log.read_text():  # the last line of what it says at its start
            assert desk.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        desk.terminate()
        desk.wait(30)


@contextmanager
def opened(folder: Path, chromium: str, furnished: Path) -> Iterator[House]:
    """A copy of an installation, served until the block ends on a port of its own."""
    shutil.copytree(furnished, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        "RECAP_BASE_URL": f"http://127.0.0.1:{port}",
        "RECAP_LISTEN": f"127.0.0.1:{port}",
        "RECAP_ALLOWED_HOSTS": "127.0.0.1",
    }
    with at_home(folder, **environ), sync_playwright() as play:
        settings = load_settings(folder, os.environ)
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with served(folder, port) as address, open_store(settings.database_url) as store:
            yield House(folder, address, settings, store, browser)
        browser.close()


def late_item() -> str:
    """A report of the sample week that comes in after its draft, as a line of JSON."""
    return json.dumps({
        "title": "Amazon's infra capex plan passes $210 billion after a late filing",
        "url": "https://latewire.example/amazon-capex-late",
        "source": "Late Wire",
        "published": "2026-05-08T15:00:00Z",
        "summary": "Amazon's late filing puts its infra capex for AI data centers at $210 billion.",
    })  # fmt: skip
