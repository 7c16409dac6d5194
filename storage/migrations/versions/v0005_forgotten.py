"""Who asked to be forgotten is found by an index; a count of attempts, which nothing kept, is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

FORGOTTEN = sa.text("close_reason = 'forgotten'")


def upgrade() -> None:
    op.drop_column("outbox", "attempts")
    op.create_index(
        "ix_conversations_forgotten",
        "conversations",
        ["closed_at"],
        sqlite_where=FORGOTTEN,
        postgresql_where=FORGOTTEN,
    )
