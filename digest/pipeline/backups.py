"""Backups of a project: made beside it, named by the moment, kept in number; and put back."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digest.errors import InputError
from digest.settings import Settings
from digest.store import backups
from digest.store.database import Database
from digest.store.transfer import Contents, Step

FOLDER = "backups"
_NAME = re.compile(r"recap-\d{4}-\d{2}-\d{2}T\d{6}Z\.db")


@dataclass(frozen=True, slots=True)
class Copied:
    """A backup that was made or put back.

    Attributes:
        path: of the backup.
        size: bytes of it.
        seconds: that it took.
        migrations: that were run on the way, to bring an older backup to this version.
        removed: older backups that were taken away.
    """

    path: Path
    contents: Contents
    size: int
    seconds: float
    migrations: tuple[str, ...] = ()
    removed: tuple[Path, ...] = ()


def back_up(
    settings: Settings, path: Path | None, *, now: datetime, keep: int | None, on_step: Step
) -> Copied:
    """Write a backup of a project's database while it is in use, and look whether it is whole.

    Args:
        path: None for `backups/recap-<moment>.db` in the project's folder.
        keep: how many backups of that naming stay in the folder, this one included; None for all.

    Raises:
        InputError: there is a file of that name, or it cannot be written.
        StoreError: as `digest.store.backups.back_up` says; no file is left.
    """
    started = time.monotonic()
    path = (path or settings.folder / FOLDER / _name(now)).absolute()
    with _opened(settings) as source, _new_file(path) as part:
        held = backups.back_up(source, part, at=now, on_step=on_step)
    removed = _thin_out(path.parent, keep, path) if keep else ()
    seconds = time.monotonic() - started
    return Copied(path, held, path.stat().st_size, seconds, removed=removed)


def restore(settings: Settings, path: Path, *, dry_run: bool, on_step: Step) -> Copied:
    """Put a backup into the project's database, which must hold nothing yet.

    An older one is brought to this version first, in a copy: the file itself stays as it is.

    Args:
        dry_run: only look whether it could be done.

    Raises:
        StoreError: the file is damaged or newer, or the database holds something; nothing has
            changed.
    """
    started = time.monotonic()
    revision = backups.revision_in(path)
    size, at = path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with _opened(settings) as target, tempfile.TemporaryDirectory(prefix="recap-") as folder:
        backups.check_empty(target)
        if dry_run:
            held = backups.look_into(path, on_step=on_step)
            return Copied(path, held, size, time.monotonic() - started)
        source, migrations = path, backups.missing(revision)
        if migrations:
            source = Path(shutil.copy(path, folder))
            backups.bring_up(source, at=at)
        held = backups.restore(
            source, target, at=at, language=settings.brand.language, on_step=on_step
        )
    return Copied(path, held, size, time.monotonic() - started, migrations=migrations)


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url, enforce_references=False)
    try:
        yield database
    finally:
        database.close()


def _name(now: datetime) -> str:
    return f"recap-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.db"


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A part file that only this user may read; it gets its name at the end, if all went well."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists():
            raise InputError(f"there is a file {path} already", hint="name another one")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        _reach_disk(part)
        os.replace(part, path)
        _reach_disk(path.parent)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="check the disk and your rights there, or name a file elsewhere",
        ) from error
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _reach_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _thin_out(folder: Path, keep: int, made: Path) -> tuple[Path, ...]:
    """Remove the oldest backups that are named by their moment; the new one stays in any case."""
    named = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    removed = [path for path in named[: max(0, len(named) - keep)] if path != made]
    for path in removed:
        path.unlink()
    return tuple(removed)
