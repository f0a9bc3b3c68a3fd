"""The key `engine` of schedules.yaml: who drains an issue that is under way."""

from __future__ import annotations

import yaml

from digest.errors import ConfigError
from digest.settings.parts import FILE, place_of

INLINE, PROCRASTINATE = "inline", "procrastinate"
ENGINES = (INLINE, PROCRASTINATE)


def check_engine(engine: str, tree: yaml.Node | None) -> None:
    """Refuse an engine that there is not; `ConfigError` names line, value and fix."""
    if engine not in ENGINES:
        raise ConfigError(
            f"{place_of('engine', tree)}: engine `{engine}` is not known",
            hint=f"write one of {', '.join(ENGINES)}",
        )


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
