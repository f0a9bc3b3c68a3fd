"""The application under attack: calls it, judges each answer and what it left in the database."""

from __future__ import annotations

import io
import itertools
import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from lxml import html as lxml_html

from digest.store import Store, schema
from digest.web.desk.tokens import form_token
from tests.abuse.crawl import Form, Found, crawl
from tests.abuse.seeded import DRAFT, ISSUES, SENT, START, Seeded, cookie_of
from tests.abuse.texts import CANARY
from tests.builders_desk import COOKIE, desk_app
from tests.builders_sending import Clock

Rows = dict[str, list[tuple[Any, ...]]]
STRANGER = "nobody"
LIST = b"email,name\nadded@post.example,Added\nno address,Nobody\n"
UNLINKED = {
    "/issues": "/issues",
    "/robots.txt": "/robots.txt",
    "/sitemap.xml": "/sitemap.xml",
    "/hooks/resend": "/hooks/resend",
    "/healthz": "/healthz",
    "/readyz": "/readyz",
    "/metrics": "/metrics",
    "/desk/": "/desk/",
    "/desk/issues/<int:number>/progress.json": f"/desk/issues/{SENT}/progress.json",
    "/desk/sign-in": "/desk/sign-in",
    "/desk/issues/<int:number>/again": f"/desk/issues/{DRAFT}/again",
    "/desk/audience/import/<id>/refused.csv": "/desk/audience/import/1/refused.csv",
    "/desk/enter/<link>": "/desk/enter/a-link-that-opens-nothing",
}
"""Pages that no page links to, by rule, and a path of each."""

_INSIDES = re.compile(r"Traceback|File \"/|sqlalchemy|werkzeug|psycopg|jinja2|OperationalError")
NOTES = {"audit_line", "run_report"}
"""Tables that a refusal may add to: a test copy that was not taken, a draft without a story."""

_SEEN = schema.desk_session.c.seen_at
"""What a look may change."""


class Target:
    """A seeded application with its database, which each call finds as it was.

    Attributes:
        found: the pages and forms that links lead to.
    """

    def __init__(self, store: Store, seeded: Seeded) -> None:
        self.store, self.seeded = store, seeded
        self.clock = Clock(START)
        self.app: Flask = desk_app(store, seeded.settings, self.clock)
        self._client = self.app.test_client(use_cookies=False)
        self._callers = itertools.count(1)
        self._database = store.audience._database
        self._watch = _watcher(self._database)
        self.rows = self._read()
        self.found = Found()
        for who, starts in (
            (STRANGER, ("/", "/subscribe", *seeded.paths, *UNLINKED.values())),
            ("ada", ("/desk", *(f"/desk/issues/{number}" for number in reversed(ISSUES)))),
        ):
            crawl(
                self.app,
                lambda url, who=who: self.call("GET", url, who),
                starts,
                self.found,
                self._send_list if who == "ada" else None,
            )
        self.put_back()
        self.clock.sleep(60)  # forms have been looked at for a while

    def paths(self, rule: str) -> list[str]:
        """Concrete paths of a rule: those of links, or made up where no link leads there."""
        made = re.sub(r"<(?:(\w+)[^:>]*:)?(\w+)>", lambda m: "1" if m[1] == "int" else "x", rule)
        return self.found.paths.get(rule) or [UNLINKED.get(rule, made)]

    def call(
        self,
        method: str,
        url: str,
        who: str = STRANGER,
        *,
        form: Mapping[str, str] | None = None,
        token: bool = True,
        **options: Any,
    ) -> Any:
        """One call, from an address of its own.

        Args:
            who: whose session the browser has.
            form: fields to post; the form token is added unless `token` is False.
        """
        number = next(self._callers)
        cookie = cookie_of(who)
        headers = {"Cookie": f"{COOKIE}={cookie}", **options.pop("headers", {})}
        if form is not None:
            given = {"csrf": form_token(cookie)} if token else {}
            options["data"] = {**form, **given}
        before = set(threading.enumerate())
        environ = options.pop("environ", {})
        if url.startswith("//"):  # a browser sends it as a path
            url, environ = "/", {**environ, "PATH_INFO": url}
        reply = self._client.open(
            url,
            method=method,
            headers=headers,
            environ_overrides={
                **environ,
                "REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            },
            **options,
        )
        judge(reply, url, method)
        reply.close()
        for thread in set(threading.enumerate()) - before:
            thread.join(30)
        return reply

    def changes(self) -> list[str]:
        """The tables whose rows are not as they were seeded."""
        if not self._watch.moved():
            return []
        now = self._read()
        return [
            name
            for name, rows in now.items()
            if _still(name, rows) != _still(name, self.rows[name])
        ]

    def put_back(self) -> list[str]:
        """Make the rows what they were; gives the tables that had changed."""
        changed = self.changes()
        if changed:
            with self._database.write() as connection:
                off = "PRAGMA defer_foreign_keys=ON"
                if not self._database.is_sqlite:
                    off = "SET LOCAL session_replication_role = replica"
                connection.exec_driver_sql(off)
                tables = [schema.metadata.tables[name] for name in changed]
                for table in tables:
                    connection.execute(sa.delete(table))
                for table in tables:
                    names = table.columns.keys()
                    rows = [dict(zip(names, row, strict=True)) for row in self.rows[table.name]]
                    if rows:
                        connection.execute(sa.insert(table), rows)
            self._watch.moved()
        return changed

    @contextmanager
    def unchanged(self, what: object) -> Iterator[None]:
        """What happens inside must change no row."""
        yield
        changed = self.put_back()
        assert not changed, f"{what} changed {changed}"

    def submit(
        self, form: Form, fields: Mapping[str, str], who: str = "ada", **options: Any
    ) -> Any:
        """Send a form with the right token; a refused one must have changed nothing."""
        reply = self.call("POST", form.path, who, form=fields, **options)
        self.check_refusal(reply, form.path)
        return reply

    def check_refusal(self, reply: Any, what: str) -> None:
        """Put the rows back; what was refused must have changed none but notes of the failure."""
        changed = set(self.put_back()) - NOTES
        assert reply.status_code < 400 or not changed, (what, reply.status_code, changed)

    def _send_list(self, form: Form) -> Any:
        """A form with a file, sent with a small list of readers."""
        files = {name: (io.BytesIO(LIST), "list.csv") for name in form.files}
        return self.call("POST", form.path, "ada", form={**dict(form.fields), **files})

    def _read(self) -> Rows:
        with self._database.read() as connection:
            return {
                table.name: [
                    tuple(row)
                    for row in connection.execute(sa.select(table).order_by(*table.primary_key))
                ]
                for table in schema.metadata.sorted_tables
            }


def _still(name: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a table without what a look may change."""
    if name != _SEEN.table.name:
        return rows
    spot = list(_SEEN.table.columns).index(_SEEN)
    return [row[:spot] + row[spot + 1 :] for row in rows]


def judge(reply: Any, url: str, method: str) -> None:
    """Whatever was asked, the answer tells nothing of the insides and does as its headers say."""
    where = f"{method} {url[:200]} -> {reply.status_code}"
    assert reply.status_code < 500, where
    headers, text = reply.headers, reply.get_data(as_text=True)
    policy = policy_of(headers.get("Content-Security-Policy", ""))
    assert policy.get("default-src") == ["'none'"], where
    assert policy.get("frame-ancestors") in (["'none'"], ["'self'"]), where
    assert policy.get("base-uri") == ["'none'"], where
    assert set(policy.get("script-src", [])) <= {"'self'"}, where
    assert (
        "'unsafe-inline'" not in policy.get("style-src", [])
        or not url.startswith("/desk/")
        or ("sandbox" in policy)
    ), where
    assert headers.get("X-Content-Type-Options") == "nosniff", where
    assert headers.get("Referrer-Policy") in ("no-referrer", "same-origin"), where
    assert headers.get("Cross-Origin-Opener-Policy") == "same-origin", where
    assert headers.get("Cross-Origin-Resource-Policy") == "same-origin", where
    kept = headers.get("Cache-Control", "")
    is_asset = urlsplit(url).path.endswith((".css", ".js", ".svg"))
    if (urlsplit(url).path.startswith("/desk") or reply.status_code >= 400) and not is_asset:
        assert method == "OPTIONS" or "no-store" in kept, f"{where}: Cache-Control {kept!r}"
    if not urlsplit(url).path.startswith("/desk"):
        assert "Set-Cookie" not in headers, where
    if place := headers.get("Location"):
        assert re.match(r"/(?![/\\])|https://recap\.example/", place), f"{where}: {place}"
    assert not _INSIDES.search(text), where
    if reply.mimetype == "text/html" and CANARY in text:
        _check_markup(text, where)


def policy_of(header: str) -> dict[str, list[str]]:
    """The directives of a Content-Security-Policy."""
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {name: values for name, *values in parts}


def _check_markup(text: str, where: str) -> None:
    """Nothing that was typed has become an element or an attribute of the page."""
    page = lxml_html.document_fromstring(text)
    assert not page.xpath(f"//{CANARY}"), where
    assert not page.xpath(f"//@*[starts-with(name(), 'on{CANARY}')]"), where
    for address in page.xpath("//@href | //@src | //@action | //@formaction"):
        assert not re.match(r"\s*(javascript|data|vbscript):", address, re.IGNORECASE), where


class _Sqlite:
    def __init__(self, path: str) -> None:
        self._raw = sqlite3.connect(path, check_same_thread=False)
        self._version = 0

    def moved(self) -> bool:
        """Whether anybody has committed since the last question."""
        (version,) = self._raw.execute("PRAGMA data_version").fetchone()
        before, self._version = self._version, version
        return bool(before != version)


class _Postgres:
    def __init__(self, database: Any) -> None:
        self._database, self._place = database, ""

    def moved(self) -> bool:
        with self._database.read() as connection:
            place = connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn()").scalar_one()
        before, self._place = self._place, str(place)
        return before != self._place


def _watcher(database: Any) -> Any:
    return _Sqlite(database.url.database) if database.is_sqlite else _Postgres(database)
