"""Run by Alembic, on the connection that `storage.schema` gives it."""

from alembic import context

from storage.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    transactional_ddl=True,  # SQLite can do it too, once the transaction is begun as ours are
)
with context.begin_transaction():
    context.run_migrations()
