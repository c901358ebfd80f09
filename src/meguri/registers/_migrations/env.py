"""Migrations run inside the transaction that the store has begun."""

from alembic import context

from meguri.registers._tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
