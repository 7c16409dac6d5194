"""Tickets and their comments; follow-ups, and customers who want none."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0003"
down_revision = "0002"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()
TEXT, JSON = sa.Text(), sa.JSON()
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.add_column("customers", sa.Column("opted_out_at", MOMENT, nullable=True))
    _tickets()
    _ticket_comments()
    _follow_ups()


def downgrade() -> None:
    for table in ("follow_ups", "ticket_comments", "tickets"):
        op.drop_table(table)
    op.drop_column("customers", "opted_out_at")


def _needed(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def _tickets() -> None:
    op.create_table(
        "tickets",
        *_needed(SERIAL, "number"),
        *_needed(TEXT, "id", "conversation_id", "customer_id", "channel", "language"),
        *_needed(TEXT, "department", "kind", "title", "body"),
        *_needed(JSON, "shared", "attachments"),
        *_needed(TEXT, "flow", "step"),
        *_optional(TEXT, "survey_id"),
        *_needed(TEXT, "state"),
        *_optional(TEXT, "agent_id"),
        *_needed(MOMENT, "opened_at"),
        *_optional(MOMENT, "due_at", "taken_at", "answered_at", "closed_at"),
        sa.PrimaryKeyConstraint("number", name="pk_tickets"),
        sa.UniqueConstraint("id", name="uq_tickets_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_tickets_customer_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_index("ix_tickets_customer_id", "tickets", ["customer_id"])
    op.create_index("ix_tickets_department_state", "tickets", ["department", "state"])
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at"])


def _ticket_comments() -> None:
    op.create_table(
        "ticket_comments",
        *_needed(SERIAL, "id"),
        *_needed(TEXT, "ticket_id"),
        *_optional(TEXT, "agent_id"),
        *_needed(TEXT, "text"),
        *_needed(MOMENT, "at"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_comments"),
    )
    op.create_index("ix_ticket_comments_ticket_id", "ticket_comments", ["ticket_id"])


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        *_needed(TEXT, "id", "conversation_id", "customer_id", "channel", "address", "flow"),
        *_optional(TEXT, "condition"),
        *_needed(JSON, "slots"),
        *_needed(MOMENT, "booked_at", "due_at", "look_at"),
        *_needed(TEXT, "state"),
        *_optional(TEXT, "dropped_because"),
        *_optional(MOMENT, "ended_at"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_follow_ups_customer_id"),
    )
    op.create_index("ix_follow_ups_conversation_id", "follow_ups", ["conversation_id"])
    op.create_index("ix_follow_ups_customer_id", "follow_ups", ["customer_id"])
    op.create_index("ix_follow_ups_look_at", "follow_ups", ["look_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index(
        "uq_follow_ups_waiting",
        "follow_ups",
        ["channel", "address", "flow"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
