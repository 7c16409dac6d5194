"""Publications that took another one back, and revisions that nobody uses: found by the ratings that may still come."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("publications", sa.Column("instead_of", sa.Text(), nullable=True))
    op.create_index("ix_surveys_expires_at", "surveys", ["expires_at"])
