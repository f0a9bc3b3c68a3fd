"""A project folder: schedules.yaml, .env, sources.opml and a database, made once and kept."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from digest.engine import check_installed
from digest.errors import InputError
from digest.settings import FILE, SCHEMA_FILE, Settings, load_settings
from digest.settings.engine import PROCRASTINATE
from digest.shipped import shipped

SECRET = "RECAP_SECRET_KEY"


@dataclass(frozen=True, slots=True)
class Project:
    """What `create_project` left: the settings, and each file with whether it was made now."""

    settings: Settings
    files: tuple[tuple[str, bool], ...]
    sources: int


def create_project(folder: Path) -> Project:
    """Make `folder` a ready project; what is there already stays as it is.

    Raises:
        InputError: the folder or a file in it cannot be written.
        StoreError: the database cannot be made or brought up to date.
    """
    from digest.sources import read_file
    from digest.store import open_store

    folder = folder.absolute()
    opml = (files("digest") / "sources" / "default.opml").read_text(encoding="utf-8")
    env = f"# Secrets of this newsletter; keep this file to yourself.\n{SECRET}={_new_secret()}\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    made = (
        (FILE, _write_new(folder / FILE, shipped(FILE).read_text(encoding="utf-8"))),
        (SCHEMA_FILE, _write_new(folder / SCHEMA_FILE, _shipped_schema())),
        (".env", _write_new(folder / ".env", env, mode=0o600)),
        ("sources.opml", _write_new(folder / "sources.opml", opml)),
    )
    settings = load_settings(folder)
    with open_store(settings.database_url, create=True) as store:
        store.content.add_sources(read_file(folder / "sources.opml").sources)
        sources = len(store.content.sources())
    prepare_engine(settings)
    return Project(settings, made, sources)


def renew_schema(folder: Path) -> bool:
    """Bring the schema beside schedules.yaml up to this program's; returns whether it was not.

    Raises:
        InputError: the file cannot be written.
    """
    path, text = folder / SCHEMA_FILE, _shipped_schema()
    try:
        if path.read_bytes() == text.encode():
            return False
    except OSError:
        pass
    write_whole(path, text)
    return True


def _shipped_schema() -> str:
    return shipped(SCHEMA_FILE).read_text(encoding="utf-8")


def prepare_engine(settings: Settings) -> tuple[str, ...]:
    """Make or upgrade the queue of an engine that has one; what was run, oldest first.

    Raises:
        ConfigError: its package is not installed.
        StoreError: it is another program's or a newer version's, or cannot be written.
    """
    if settings.engine != PROCRASTINATE:
        return ()
    check_installed()
    from digest.engine.queue_schema import prepare_queue

    return prepare_queue(settings.database_url)


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _write_new(path: Path, text: str, *, mode: int = 0o644) -> bool:
    """Write the file unless it is there; whole or not at all. Returns whether it was made."""
    if path.exists():
        return False
    write_whole(path, text, mode=mode)
    return True


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a text file so that a reader sees the old one or the new one, never a part.

    Raises:
        InputError: it cannot be written; the old one, if there was one, is still there.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"{path} cannot be written: {error.strerror or error}",
        hint="check the disk and your rights there, or name a folder of your own",
    )
