"""Revisions that nobody uses are found: by the ratings that may still be given."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_surveys_expires_at", "surveys", ["expires_at"])
