"""The whole desk: offers, timers, links that work once, callbacks that are tried, tickets that are answered, tags."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()
TEXT, JSON = sa.Text(), sa.JSON()
OFFERED, RUNNING = sa.text("offered_to IS NOT NULL"), sa.text("ended_at IS NULL")
GOING_ON = sa.text("outcome IS NULL")


def _new_columns() -> dict[str, tuple[sa.Column[Any], ...]]:
    return {
        "customers": (
            sa.Column("tags", JSON, nullable=True),
            sa.Column("joined_to", TEXT, nullable=True),
        ),
        "agents": (
            sa.Column("works_privately", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("facing", TEXT, nullable=True),
            sa.Column("faced_by", sa.BigInteger(), nullable=True),
        ),
        "handoffs": (
            sa.Column("offered_to", TEXT, nullable=True),
            sa.Column("wanted_agent_id", TEXT, nullable=True),
            sa.Column("desk_said_until", MOMENT, nullable=True),
        ),
        "callbacks": (
            sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("place_at", MOMENT, nullable=True),
            sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("desk_chat", TEXT, nullable=True),
            sa.Column("desk_message", TEXT, nullable=True),
        ),
        "tickets": (
            sa.Column("opened_by", TEXT, nullable=True),
            sa.Column("desk_chat", TEXT, nullable=True),
            sa.Column("desk_message", TEXT, nullable=True),
        ),
        "ticket_comments": (sa.Column("is_answer", sa.Boolean(), nullable=False, server_default=sa.false()),),
    }


def upgrade() -> None:
    for table, added in _new_columns().items():
        for column in added:
            op.add_column(table, column)
    op.create_index(
        "ix_handoffs_offered_to", "handoffs", ["offered_to"], sqlite_where=OFFERED, postgresql_where=OFFERED
    )
    op.create_index("ix_handoffs_first_queue_queued_at", "handoffs", ["first_queue", "queued_at"])
    op.create_index("ix_tickets_desk_message", "tickets", ["desk_chat", "desk_message"])
    op.create_index("ix_callbacks_phone", "callbacks", ["phone"])
    _offers()
    _desk_timers()
    _one_use_links()
    _alerts()
    _private_desk()


def downgrade() -> None:
    for table in ("held_words", "private_messages", "desk_places", "alerts", "one_use_links", "desk_timers", "offers"):
        op.drop_table(table)
    op.drop_index("ix_callbacks_phone", table_name="callbacks")
    op.drop_index("ix_tickets_desk_message", table_name="tickets")
    op.drop_index("ix_handoffs_first_queue_queued_at", table_name="handoffs")
    op.drop_index("ix_handoffs_offered_to", table_name="handoffs")
    for table, added in _new_columns().items():
        for column in added:
            op.drop_column(table, column.name)


def _needed(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def _offers() -> None:
    op.create_table(
        "offers",
        *_needed(SERIAL, "id"),
        *_needed(TEXT, "handoff_id", "agent_id"),
        *_needed(MOMENT, "offered_at", "until"),
        *_optional(MOMENT, "ended_at"),
        *_optional(TEXT, "outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_offers_agent_id"),
    )
    op.create_index("ix_offers_handoff_id", "offers", ["handoff_id"])
    op.create_index("ix_offers_agent_id_offered_at", "offers", ["agent_id", "offered_at"])
    op.create_index(
        "uq_offers_running", "offers", ["handoff_id"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
    )


def _desk_timers() -> None:
    op.create_table(
        "desk_timers",
        *_needed(TEXT, "kind", "subject", "conversation_id"),
        *_needed(MOMENT, "due_at"),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_desk_timers"),
    )
    op.create_index("ix_desk_timers_due_at", "desk_timers", ["due_at"])
    op.create_index("ix_desk_timers_subject", "desk_timers", ["subject"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        *_needed(SERIAL, "id"),
        *_needed(TEXT, "chat", "batch", "handoff_id", "what"),
        *_needed(sa.Double(), "seconds"),
        *_needed(MOMENT, "at"),
        *_optional(TEXT, "message_id", "agent_id", "outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_batch", "alerts", ["batch"])
    op.create_index("ix_alerts_chat_at", "alerts", ["chat", "at"])
    op.create_index("ix_alerts_running", "alerts", ["handoff_id"], sqlite_where=GOING_ON, postgresql_where=GOING_ON)


def _one_use_links() -> None:
    op.create_table(
        "one_use_links",
        *_needed(TEXT, "secret_hash", "purpose"),
        *_needed(JSON, "body"),
        *_needed(TEXT, "created_by"),
        *_needed(MOMENT, "created_at", "expires_at"),
        *_optional(MOMENT, "used_at"),
        *_optional(TEXT, "used_by"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_one_use_links"),
    )


def _private_desk() -> None:
    number = sa.BigInteger()
    op.create_table(
        "desk_places",
        *_needed(TEXT, "handoff_id", "place", "role"),
        *_optional(number, "message_id", "seen_from"),
        sa.PrimaryKeyConstraint("handoff_id", "place", name="pk_desk_places"),
    )
    op.create_table(
        "private_messages",
        *_needed(number, "telegram_id", "message_id"),
        *_needed(TEXT, "handoff_id"),
        *_optional(TEXT, "album"),
        sa.PrimaryKeyConstraint("telegram_id", "message_id", name="pk_private_messages"),
    )
    op.create_index("ix_private_messages_handoff_id", "private_messages", ["handoff_id"])
    in_album = sa.text("album IS NOT NULL")
    op.create_index(
        "ix_private_messages_album",
        "private_messages",
        ["telegram_id", "album"],
        sqlite_where=in_album,
        postgresql_where=in_album,
    )
    op.create_table(
        "held_words",
        *_needed(number, "telegram_id", "message_id", "question"),
        *_optional(TEXT, "album"),
        *_needed(TEXT, "body"),
        *_needed(MOMENT, "held_at"),
        sa.PrimaryKeyConstraint("telegram_id", "message_id", name="pk_held_words"),
    )
    op.create_index("ix_held_words_held_at", "held_words", ["held_at"])
