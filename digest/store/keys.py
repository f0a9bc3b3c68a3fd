"""The idempotency key of a batch: made of the content and the people, so that both repeat it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.model import Recipient
from digest.store import schema


def batch_key(
    connection: Connection, issue: int, content: str, recipients: Sequence[Recipient]
) -> str:
    """The idempotency key: the same content to the same people has the same key.

    A database put back from a backup therefore repeats the keys of what it forgot, and another
    installation that happens to count the same way does not. A batch that is made again, since a
    person decided so or since nothing of it was accepted, gets another.
    """
    addresses = "\n".join(f"{person.id} {person.email}" for person in recipients)
    mark = hashlib.sha256(f"{issue}\n{content}\n{addresses}".encode()).hexdigest()[:32]
    table = schema.batch
    for times in itertools.count(1):
        key = f"recap/{issue}/{mark}" + (f"-{times}" if times > 1 else "")
        taken = sa.select(table.c.id).where(table.c.key == key)
        if connection.execute(taken).one_or_none() is None:
            break
    return key
