"""Opens the database: what was collected, how sources answered, who reads, and who got what.

with open_store("sqlite:///recap.db") as store:
    store.content, store.drafts, store.visits, store.articles, store.audience, store.approvals,
    store.ledger, store.notices, store.webhooks, store.archive, store.users, store.weights
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType

from digest.errors import StoreError
from digest.store.account import Later, Waiting
from digest.store.approvals import Approvals, Frozen, mail_hash
from digest.store.archive import Archive
from digest.store.articles import Articles
from digest.store.audience import AudienceStore
from digest.store.census import Census, CensusTaker, Mails, Queue
from digest.store.claiming import Batch, Claimant
from digest.store.content import ContentStore
from digest.store.database import Database
from digest.store.drafts import Drafts, Overtaken
from digest.store.edits import Change
from digest.store.installation import Identity, Installation
from digest.store.leadership import Leadership
from digest.store.ledger import Ledger
from digest.store.migrating import check_revision, check_there, create_database, migrate, use_wal
from digest.store.moving import check_in_use
from digest.store.notices import Notices
from digest.store.outcomes import Tally
from digest.store.pace import Paces
from digest.store.purging import Purging
from digest.store.rows import IssueRow
from digest.store.shards import Shards
from digest.store.sightings import Added
from digest.store.soundness import Soundness
from digest.store.users import Users
from digest.store.visits import Visit, Visits
from digest.store.webhooks import Webhooks
from digest.store.weights import Weights

__all__ = [
    "Added", "Batch", "Census", "Change", "Claimant", "Frozen", "Identity", "IssueRow", "Later",
    "Mails", "Overtaken", "Queue", "Store", "Tally", "Visit", "Waiting", "mail_hash", "open_store",
    "upgrade",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Store:
    """One open database in its parts; close it, or use it in a `with` statement.

    Attributes:
        place: the file or address, without a password, for messages.
    """

    content: ContentStore
    drafts: Drafts
    visits: Visits
    articles: Articles
    audience: AudienceStore
    approvals: Approvals
    ledger: Ledger
    notices: Notices
    webhooks: Webhooks
    purging: Purging
    archive: Archive
    weights: Weights
    installation: Installation
    soundness: Soundness
    leadership: Leadership
    paces: Paces
    shards: Shards
    users: Users
    census: CensusTaker
    place: str
    _database: Database

    def check(self) -> None:
        """Ask whether the database answers, and is of this version; `StoreError` if not."""
        with self._database.read() as connection:
            check_revision(connection, self.place)

    def close(self) -> None:
        """Give every connection back; closing twice does no harm."""
        self.leadership.release()
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_store(url: str, *, create: bool = False) -> Store:
    """Open a database that has this version's schema; reads only, and is quick.

    Args:
        url: `sqlite:///recap.db` (from the current folder) or `postgresql://…`.
        create: make or upgrade the database first.

    Raises:
        ConfigError: the address cannot be used, or psycopg is not installed.
        StoreError: missing, of an older or a newer version, moved, read-only, locked, damaged or
            out of reach; the hint says what to do, and nothing was changed.
    """
    if create:
        upgrade(url)
    database = Database(url)
    try:
        check_there(database)
        with database.read() as connection:
            check_revision(connection, database.place)
            check_in_use(connection, database.place)
    except StoreError:
        database.close()
        raise
    return Store(
        content=ContentStore(database),
        drafts=Drafts(database),
        visits=Visits(database),
        articles=Articles(database),
        audience=AudienceStore(database),
        approvals=Approvals(database),
        ledger=Ledger(database),
        notices=Notices(database),
        webhooks=Webhooks(database),
        purging=Purging(database),
        archive=Archive(database),
        weights=Weights(database),
        installation=Installation(database),
        soundness=Soundness(database),
        leadership=Leadership(database),
        paces=Paces(database),
        shards=Shards(database),
        users=Users(database),
        census=CensusTaker(database),
        place=database.place,
        _database=database,
    )


def upgrade(url: str) -> tuple[str, ...]:
    """Bring a database to this version's schema, making it first if there is none.

    Returns:
        The revisions that were applied, oldest first; empty if it was up to date.

    Raises:
        ConfigError: the address cannot be used, or psycopg is not installed.
        StoreError: newer, of another program, read-only, locked …; nothing was changed.
    """
    database = Database(url, enforce_references=False)
    try:
        if not database.is_sqlite:
            create_database(database)
        applied = migrate(database)
        Installation(database).identity(datetime.now(UTC))  # so that every backup has its id
        if database.is_sqlite:
            use_wal(database)
    finally:
        database.close()
    return applied
