"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

BIG_NUMBER = sa.BigInteger()
SERIAL = BIG_NUMBER.with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()
TEXT, NUMBER, FLAG, JSON = sa.Text(), sa.Integer(), sa.Boolean(), sa.JSON()
FRACTION: sa.Double[float] = sa.Double()


def upgrade() -> None:
    _customers()
    _addresses()
    _conversations()
    _legs()
    _events()
    _inbox()
    _outbox()
    _handoffs()
    _desk_messages()
    _agents()
    _agent_queues()
    _presence()
    _surveys()
    _callbacks()
    _revisions()
    _publications()
    _rate_limits()
    _duties()
    _kept_settings()


def downgrade() -> None:
    op.drop_table("agent_queues")
    op.drop_table("presence")
    op.drop_table("publications")
    for table in ("addresses", "conversations", "handoffs", "surveys", "callbacks"):
        op.drop_table(table)
    for table in ("legs", "events", "inbox", "outbox", "desk_messages", "rate_limits", "kept_settings"):
        op.drop_table(table)
    for table in ("customers", "agents", "revisions"):
        op.drop_table(table)


def _needed(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _customers() -> None:
    op.create_table(
        "customers",
        *_needed(TEXT, "id", "name"),
        *_optional(TEXT, "phone", "language"),
        *_needed(MOMENT, "created_at"),
        *_optional(MOMENT, "forgotten_at"),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_index("ix_customers_phone", "customers", ["phone"])


def _addresses() -> None:
    op.create_table(
        "addresses",
        *_needed(TEXT, "channel", "address", "customer_id", "name"),
        *_optional(TEXT, "username", "language"),
        *_needed(MOMENT, "created_at"),
        *_optional(MOMENT, "blocked_at"),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_addresses"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_addresses_customer_id"),
    )
    op.create_index("ix_addresses_customer_id", "addresses", ["customer_id"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        *_needed(SERIAL, "number"),
        *_needed(TEXT, "id", "customer_id", "channel", "address", "revision", "language"),
        *_optional(TEXT, "flow", "entry"),
        *_needed(TEXT, "state"),
        *_needed(MOMENT, "opened_at", "heard_at"),
        *_optional(MOMENT, "closed_at"),
        *_optional(TEXT, "close_reason"),
        *_needed(FLAG, "goal"),
        *_optional(TEXT, "previous_id"),
        *_optional(MOMENT, "due_at", "next_send_at"),
        *_needed(NUMBER, "event_count"),
        *_optional(TEXT, "handoff_id"),
        sa.PrimaryKeyConstraint("number", name="pk_conversations"),
        sa.UniqueConstraint("id", name="uq_conversations_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_conversations_customer_id"),
    )
    op.create_index("ix_conversations_channel_address", "conversations", ["channel", "address", "number"])
    op.create_index("ix_conversations_closed_at", "conversations", ["closed_at"], **_only("closed_at IS NOT NULL"))
    op.create_index("ix_conversations_customer_id_opened_at", "conversations", ["customer_id", "opened_at"])
    op.create_index("ix_conversations_due_at", "conversations", ["due_at"], **_only("due_at IS NOT NULL"))
    op.create_index("ix_conversations_opened_at", "conversations", ["opened_at"])
    op.create_index(
        "uq_conversations_open_address",
        "conversations",
        ["channel", "address"],
        unique=True,
        **_only("closed_at IS NULL"),
    )


def _legs() -> None:
    op.create_table(
        "legs",
        *_needed(TEXT, "conversation_id"),
        *_needed(NUMBER, "number"),
        *_needed(TEXT, "kind"),
        *_optional(TEXT, "queue", "agent_id", "handoff_id"),
        *_needed(MOMENT, "started_at"),
        *_optional(MOMENT, "ended_at"),
        *_optional(TEXT, "end_reason"),
        *_optional(MOMENT, "first_reply_at"),
        sa.PrimaryKeyConstraint("conversation_id", "number", name="pk_legs"),
    )
    op.create_index("ix_legs_agent_id_started_at", "legs", ["agent_id", "started_at"])
    op.create_index("ix_legs_handoff_id", "legs", ["handoff_id"])
    op.create_index("ix_legs_started_at_kind", "legs", ["started_at", "kind"])


def _events() -> None:
    op.create_table(
        "events",
        *_needed(TEXT, "conversation_id"),
        *_needed(NUMBER, "number"),
        *_needed(MOMENT, "at"),
        *_needed(TEXT, "kind", "body"),
        sa.PrimaryKeyConstraint("conversation_id", "number", name="pk_events"),
    )
    op.create_index("ix_events_kind_at", "events", ["kind", "at"])


def _inbox() -> None:
    op.create_table(
        "inbox",
        *_needed(TEXT, "channel", "external_id"),
        *_needed(MOMENT, "at"),
        sa.PrimaryKeyConstraint("channel", "external_id", name="pk_inbox"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        *_needed(SERIAL, "id"),
        *_needed(TEXT, "conversation_id"),
        *_optional(NUMBER, "event_number"),
        *_needed(TEXT, "channel", "address", "body", "state"),
        *_needed(MOMENT, "booked_at", "due_at"),
        *_optional(TEXT, "leased_by"),
        *_optional(MOMENT, "leased_until"),
        *_needed(NUMBER, "attempts"),
        *_optional(TEXT, "message_id", "error"),
        *_optional(MOMENT, "sent_at"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id", "event_number"])
    op.create_index("ix_outbox_failed_at", "outbox", ["booked_at"], **_only("state = 'failed'"))
    op.create_index("ix_outbox_pending_address", "outbox", ["channel", "address", "id"], **_only("state = 'pending'"))


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        *_needed(SERIAL, "number"),
        *_needed(TEXT, "id", "conversation_id", "customer_id", "channel", "language", "queue", "first_queue"),
        *_optional(TEXT, "flow", "step"),
        *_needed(TEXT, "state", "reason"),
        *_optional(TEXT, "refused_because", "abandoned_because"),
        *_needed(NUMBER, "priority"),
        *_needed(JSON, "skills"),
        *_needed(TEXT, "note"),
        *_needed(JSON, "collected"),
        *_needed(MOMENT, "requested_at"),
        *_optional(MOMENT, "queued_at", "taken_at", "first_reply_at"),
        *_optional(TEXT, "first_reply_by"),
        *_optional(MOMENT, "closed_at", "wrapped_up_at"),
        *_optional(TEXT, "agent_id", "disposition", "close_note"),
        *_optional(MOMENT, "due_at"),
        *_optional(FRACTION, "service_level_seconds", "service_level_target", "short_abandon_seconds"),
        *_optional(TEXT, "desk_chat", "desk_thread"),
        sa.PrimaryKeyConstraint("number", name="pk_handoffs"),
        sa.UniqueConstraint("id", name="uq_handoffs_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_handoffs_customer_id"),
    )
    op.create_index("ix_handoffs_agent_id_state", "handoffs", ["agent_id", "state"])
    op.create_index("ix_handoffs_conversation_id", "handoffs", ["conversation_id"])
    op.create_index("ix_handoffs_customer_id", "handoffs", ["customer_id"])
    op.create_index("ix_handoffs_desk_thread", "handoffs", ["desk_chat", "desk_thread"])
    op.create_index("ix_handoffs_due_at", "handoffs", ["due_at"], **_only("due_at IS NOT NULL"))
    op.create_index("ix_handoffs_queue_state", "handoffs", ["queue", "state"])
    op.create_index("ix_handoffs_requested_at", "handoffs", ["requested_at"])


def _desk_messages() -> None:
    op.create_table(
        "desk_messages",
        *_needed(TEXT, "handoff_id", "desk_message_id", "customer_message_id"),
        sa.PrimaryKeyConstraint("handoff_id", "desk_message_id", "customer_message_id", name="pk_desk_messages"),
    )
    op.create_index("ix_desk_messages_customer", "desk_messages", ["handoff_id", "customer_message_id"])


def _agents() -> None:
    op.create_table(
        "agents",
        *_needed(TEXT, "id", "name", "role"),
        *_optional(BIG_NUMBER, "telegram_id"),
        *_needed(NUMBER, "capacity"),
        *_needed(JSON, "languages", "skills"),
        *_needed(FLAG, "active"),
        *_needed(MOMENT, "created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("telegram_id", name="uq_agents_telegram_id"),
    )


def _agent_queues() -> None:
    op.create_table(
        "agent_queues",
        *_needed(TEXT, "agent_id", "queue"),
        sa.PrimaryKeyConstraint("agent_id", "queue", name="pk_agent_queues"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_agent_queues_agent_id"),
    )
    op.create_index("ix_agent_queues_queue", "agent_queues", ["queue"])


def _presence() -> None:
    op.create_table(
        "presence",
        *_needed(SERIAL, "id"),
        *_needed(TEXT, "agent_id", "state"),
        *_optional(TEXT, "reason"),
        *_needed(MOMENT, "since"),
        *_optional(MOMENT, "until"),
        sa.PrimaryKeyConstraint("id", name="pk_presence"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_presence_agent_id"),
    )
    op.create_index("ix_presence_agent_id_since", "presence", ["agent_id", "since"])
    op.create_index("ix_presence_since", "presence", ["since"])
    op.create_index("uq_presence_now", "presence", ["agent_id"], unique=True, **_only("until IS NULL"))


def _surveys() -> None:
    op.create_table(
        "surveys",
        *_needed(TEXT, "id", "conversation_id", "customer_id", "name", "kind", "after"),
        *_optional(TEXT, "agent_id", "queue", "flow"),
        *_needed(TEXT, "revision", "channel", "language"),
        *_needed(MOMENT, "sent_at", "expires_at"),
        *_optional(NUMBER, "score"),
        *_optional(TEXT, "comment"),
        *_optional(MOMENT, "answered_at", "changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_surveys_customer_id"),
    )
    op.create_index("ix_surveys_conversation_id", "surveys", ["conversation_id"])
    op.create_index("ix_surveys_customer_id_name_sent_at", "surveys", ["customer_id", "name", "sent_at"])
    op.create_index("ix_surveys_sent_at", "surveys", ["sent_at"])


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        *_needed(TEXT, "id", "conversation_id", "customer_id"),
        *_optional(TEXT, "handoff_id"),
        *_needed(TEXT, "queue", "phone", "state"),
        *_needed(MOMENT, "requested_at"),
        *_optional(MOMENT, "due_at"),
        *_optional(TEXT, "agent_id"),
        *_optional(MOMENT, "taken_at", "closed_at"),
        *_optional(TEXT, "outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_callbacks"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_callbacks_customer_id"),
    )
    op.create_index("ix_callbacks_conversation_id", "callbacks", ["conversation_id"])
    op.create_index("ix_callbacks_customer_id", "callbacks", ["customer_id"])
    op.create_index("ix_callbacks_queue_state", "callbacks", ["queue", "state"])
    op.create_index("ix_callbacks_requested_at", "callbacks", ["requested_at"])


def _revisions() -> None:
    op.create_table(
        "revisions",
        *_needed(TEXT, "id", "body"),
        *_needed(MOMENT, "created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        *_needed(SERIAL, "id"),
        *_needed(TEXT, "revision"),
        *_needed(MOMENT, "at"),
        *_needed(TEXT, "author", "message"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.ForeignKeyConstraint(["revision"], ["revisions.id"], name="fk_publications_revision"),
    )


def _rate_limits() -> None:
    op.create_table(
        "rate_limits",
        *_needed(TEXT, "key"),
        *_needed(MOMENT, "next_at"),
        sa.PrimaryKeyConstraint("key", name="pk_rate_limits"),
    )


def _duties() -> None:
    op.create_table(
        "duties",
        *_needed(TEXT, "name", "holder"),
        *_needed(MOMENT, "until"),
        sa.PrimaryKeyConstraint("name", name="pk_duties"),
    )


def _kept_settings() -> None:
    op.create_table(
        "kept_settings",
        *_needed(TEXT, "key", "value"),
        sa.PrimaryKeyConstraint("key", name="pk_kept_settings"),
    )
