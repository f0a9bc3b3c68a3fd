"""What all tables share: the metadata, their types, and the revisions that lead to them.

States are words, not ENUMs, so that a new state is no migration. Every moment is stored in UTC
and read back aware. Documents (an issue, a report, a batch's recipients, a week's words, a brief)
are JSON text as `msgspec` writes it, so that what is read is what was written, byte for byte.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

REVISIONS: tuple[str, ...] = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010",
    "0011", "0012", "0013", "0014", "0015", "0016", "0017", "0018",
)  # fmt: skip
"""Every revision this version knows, oldest first; the same chain as in `migrations/versions`."""

HEAD = REVISIONS[-1]
"""The revision that this version reads and writes."""

VERSION_TABLE = "recap_version"
"""Where the revision is kept; not Alembic's usual name, since a database may be shared."""


class Moment(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC in the database, aware UTC on the way out.

    Raises:
        ValueError: a datetime without a zone, which would be a guess.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite gets it without a zone, in a text form that sorts by time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"datetime {value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """To aware UTC, whatever zone the driver chose."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A numbered key; SQLite numbers rows by itself only when the column is an INTEGER."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text_column(name: str) -> sa.Column[str]:
    """A text that is "" where nobody gave one."""
    return sa.Column(name, sa.Text, nullable=False, default="")
