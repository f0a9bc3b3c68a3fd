"""The key `engine` of schedules.yaml: who drains an issue that is under way."""

from __future__ import annotations

from typing import Literal

from digest.errors import ConfigError
from digest.settings.parts import FILE

EngineName = Literal["inline", "procrastinate"]
INLINE: EngineName = "inline"
PROCRASTINATE: EngineName = "procrastinate"


def check_engine_fits(engine: str, database_url: str) -> None:
    """Refuse an engine that the database cannot carry.

    Raises:
        ConfigError: the queue of `procrastinate` lives in PostgreSQL, and this is another database.
    """
    if engine == PROCRASTINATE and not database_url.startswith("postgres"):
        raise ConfigError(
            f"{FILE}: engine `{engine}` keeps its queue in PostgreSQL, and RECAP_DATABASE_URL "
            "names another database",
            hint="write `engine: inline`, or move to PostgreSQL first and point "
            "RECAP_DATABASE_URL at it",
        )
