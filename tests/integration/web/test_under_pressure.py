"""The server stays quick for others: slow bodies, sign-ins by the dozen, a list of a million rows.

Nothing here asserts a time on the clock: what is asked meanwhile has to be answered before what
presses on the server is over.
"""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from digest.model import Role
from digest.pipeline import accounts
from digest.settings import Listen
from digest.tokens import token_key
from digest.web.app import create_app
from digest.web.desk.limits import limits_of
from digest.web.desk.tokens import form_token, new_token
from digest.web.serving import serving
from tests.builders_desk import COOKIE, PASSWORD
from tests.builders_sending import join
from tests.builders_web import leave_path

pytestmark = pytest.mark.ci

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SLOW_BODIES = 150
ROWS = 1_000_000


@pytest.fixture
def token(store) -> str:
    """The cookie of a publisher."""
    now = store.ledger.clock()()
    store.users.add("ada", Role.PUBLISHER, accounts.hashed(PASSWORD), now)
    made = new_token()
    store.users.sessions.begin(token_key(made), "ada", now)
    return made


@pytest.fixture
def address(store, settings, token) -> Iterator[str]:
    limits = limits_of(settings, store, clock=store.ledger.clock())
    app = create_app(settings, store, desk=True)
    with serving(app, Listen("127.0.0.1", 0), most_of=limits) as url:
        yield url


def call(address: str, method: str, path: str, body: bytes = b"", **headers: str):
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(method, path, body, {**FORM, **headers})
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def test_bodies_that_never_end_hold_nobody_up(address, store, token):
    """More of them than there are threads: a body is awaited by none."""
    (ada,) = join(store, "reader")
    host = urlsplit(address)
    with ExitStack() as stack:
        for _ in range(SLOW_BODIES):
            raw = stack.enter_context(socket.create_connection((host.hostname, host.port), 20))
            raw.sendall(
                b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
            )
        assert call(address, "GET", "/subscribe")[0] == 200
        assert call(address, "POST", leave_path(ada), b"List-Unsubscribe=One-Click")[0] == 200
        cookie = {"Cookie": f"{COOKIE}={token}"}
        assert call(address, "GET", "/desk/issues", **cookie)[0] == 200


def test_fifty_sign_ins_at_once_leave_the_pages_quick(address, store, token, monkeypatch):
    """Two passwords are checked at a time: no more memory, and threads left for others."""
    checking, most = 0, 0
    counting = threading.Lock()
    hasher = accounts._HASHER

    class Counted:
        def verify(self, kept: str, password: str) -> bool:
            nonlocal checking, most
            with counting:
                checking += 1
                most = max(most, checking)
            try:
                return hasher.verify(kept, password)
            finally:
                with counting:
                    checking -= 1

        def hash(self, password: str) -> str:
            return hasher.hash(password)

        def check_needs_rehash(self, kept: str) -> bool:
            return False

    monkeypatch.setattr(accounts, "_HASHER", Counted())

    def sign_in(number: int) -> int:
        cookie = new_token()
        body = urlencode(
            {"csrf": form_token(cookie), "name": f"user{number}", "password": "x" * 20}
        )
        return call(
            address, "POST", "/desk/sign-in", body.encode(), Cookie=f"{COOKIE}={cookie}",
        )[0]  # fmt: skip

    with ThreadPoolExecutor(50) as pool:
        tries = [pool.submit(sign_in, number) for number in range(50)]
        assert call(address, "GET", "/desk/issues", Cookie=f"{COOKIE}={token}")[0] == 200
        codes = [one.result(120) for one in tries]
    assert set(codes) <= {401, 409, 429}
    assert 429 in codes, "one address tries no fifty passwords"
    assert most <= 2


def test_a_list_of_a_million_rows_leaves_the_pages_quick(address, store, token, tmp_path):
    cookie = {"Cookie": f"{COOKIE}={token}"}
    path = tmp_path / "list.csv"
    with path.open("w") as file:
        file.write("email,status,confirmed_at\n")
        file.writelines(f"r{n}@post.example,,\n" for n in range(ROWS))
    place = upload(address, path, token)
    while "<progress" in (page := shown(address, place, cookie)):
        assert call(address, "GET", "/desk/issues", **cookie)[0] == 200
        assert call(address, "GET", "/subscribe")[0] == 200
        time.sleep(0.05)
    assert f"{ROWS:,}" in page or str(ROWS) in page
    assert store.audience.count() == 0, "a look at a list takes nobody in"


def shown(address: str, place: str, cookie: dict[str, str]) -> str:
    status, page = call(address, "GET", place, **cookie)
    assert status == 200
    return page


def upload(address: str, path: Path, token: str) -> str:
    """Send the list as a browser does; gives the page that tells of it."""
    edge = "edge-of-a-part"
    fields = {"csrf": form_token(token), "format": "", "evidence": "they signed up at a fair"}
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields.items()
    )
    head += (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    body = head.encode() + path.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
    kind = f"multipart/form-data; boundary={edge}"
    connection.request(
        "POST", "/desk/audience/import", body,
        {"Content-Type": kind, "Cookie": f"{COOKIE}={token}"},
    )  # fmt: skip
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    assert reply.status == 303, re.sub(r"<[^>]+>", " ", text)[-500:]
    return urlsplit(reply.getheader("Location", "")).path
