"""Tells Alembic which connection to migrate; it is handed one, and never opens its own."""

from __future__ import annotations

from alembic import context

from digest.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    # Our SQLite transactions are real ones, so a failed migration leaves nothing behind.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
