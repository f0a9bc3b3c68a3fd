"""Moving up: a project's database into a PostgreSQL one, in mid-issue if need be."""

from __future__ import annotations

import time
from dataclasses import dataclass

from digest.errors import ConfigError
from digest.settings import Settings
from digest.store import moving
from digest.store.database import Database
from digest.store.migrating import check_there
from digest.store.transfer import Contents, Step, contents


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did.

    Attributes:
        place: the new database, without a password.
        address: what .env has to say of it, with `***` for a password.
        contents: None if only its last step was missing, after a try that broke off.
    """

    place: str
    address: str
    contents: Contents | None
    seconds: float


def move(settings: Settings, to: str, *, dry_run: bool, on_step: Step) -> Moved:
    """Copy the database as it is into another one, which is used from then on.

    Args:
        to: a PostgreSQL address; the database is made if it is not there.
        dry_run: only look whether it could be done, and how much there is.

    Raises:
        ConfigError: the address is none of PostgreSQL.
        StoreError: as `digest.store.moving.move` says.
    """
    started = time.monotonic()
    source = Database(settings.database_url, enforce_references=False)
    target = Database(to, enforce_references=False)
    try:
        if target.is_sqlite:
            raise ConfigError(
                f"{target.place} is a SQLite file",
                hint="name a PostgreSQL database; a SQLite file is made by `recap backup`, and"
                " filled by `recap restore`",
            )
        check_there(source)
        if dry_run:
            with source.snapshot() as connection:
                moving.check_in_use(connection, source.place)
                moving.check_free(connection, target)
                found: Contents | None = contents(connection, on_step)
        else:
            language = settings.brand.language
            found = moving.move(source, target, language=language, on_step=on_step)
    finally:
        source.close()
        target.close()
    address = target.url.set(drivername="postgresql").render_as_string(hide_password=True)
    return Moved(target.place, address, found, time.monotonic() - started)
