"""Every table. Times are UTC microseconds (see `columns.Moment`); ids are made by `identifiers.new_id`.

Every table of the hot path carries the conversation's id, so that a distributed PostgreSQL can keep them together.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.desk_tables import AgentQueueRow as AgentQueueRow
from storage.desk_tables import AgentRow as AgentRow
from storage.desk_tables import AlertRow as AlertRow
from storage.desk_tables import CallbackRow as CallbackRow
from storage.desk_tables import DeskMessageRow as DeskMessageRow
from storage.desk_tables import DeskPlaceRow as DeskPlaceRow
from storage.desk_tables import DeskTimerRow as DeskTimerRow
from storage.desk_tables import HandoffRow as HandoffRow
from storage.desk_tables import HeldWordsRow as HeldWordsRow
from storage.desk_tables import OfferRow as OfferRow
from storage.desk_tables import OneUseLinkRow as OneUseLinkRow
from storage.desk_tables import PresenceRow as PresenceRow
from storage.desk_tables import PrivateMessageRow as PrivateMessageRow
from storage.later_tables import FollowUpRow as FollowUpRow
from storage.later_tables import TicketCommentRow as TicketCommentRow
from storage.later_tables import TicketRow as TicketRow
from storage.rows import Row as Row
from storage.rows import Serial, only


class CustomerRow(Row):
    """A person. `forgotten_at`: their texts, names and numbers were erased on request; the counts stay.

    `opted_out_at`: they want no follow-ups. `tags` are the agents' words for them.
    """

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[str | None]  # what they chose; what their app speaks stands at the address
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    tags: Mapped[list[Any] | None]
    joined_to: Mapped[str | None]  # the customer who turned out to be the same person, and whose all of it is now


class AddressRow(Row):
    """Where a customer is reached: a chat id, a web visitor. `blocked_at`: they blocked us there."""

    __tablename__ = "addresses"

    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    username: Mapped[str | None]
    language: Mapped[str | None]
    created_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]


class ConversationRow(Row):
    """One reason for contact: open while `closed_at` is none. `state` is the engine's, as JSON, and opaque here.

    `next_send_at` paces what is sent to the address; `event_count` is the number of the newest event in the log.
    """

    __tablename__ = "conversations"

    number: Mapped[int] = mapped_column(Serial, primary_key=True)  # short, for people
    id: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    address: Mapped[str]
    revision: Mapped[str]
    language: Mapped[str]
    flow: Mapped[str | None]  # the flow it began with
    entry: Mapped[str | None]  # the deep link or command it began with
    state: Mapped[str]
    opened_at: Mapped[datetime]
    heard_at: Mapped[datetime]  # the customer's last sign of life
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None]
    goal: Mapped[bool] = mapped_column(default=False)  # a flow came to its own end
    previous_id: Mapped[str | None]
    due_at: Mapped[datetime | None]
    next_send_at: Mapped[datetime | None]
    event_count: Mapped[int] = mapped_column(default=0)
    handoff_id: Mapped[str | None]  # the one now open

    __table_args__ = (
        Index("uq_conversations_open_address", "channel", "address", unique=True, **only("closed_at IS NULL")),
        Index("ix_conversations_due_at", "due_at", **only("due_at IS NOT NULL")),
        Index("ix_conversations_customer_id_opened_at", "customer_id", "opened_at"),
        Index("ix_conversations_opened_at", "opened_at"),
        Index("ix_conversations_forgotten", "closed_at", **only("close_reason = 'forgotten'")),
        Index("ix_conversations_closed_at", "closed_at", **only("closed_at IS NOT NULL")),
        Index("ix_conversations_channel_address", "channel", "address", "number"),
    )


class LegRow(Row):
    """Who had the conversation, from when to when: the bot, a queue, or one agent.

    `kind`: bot, queue, agent. `end_reason` is why it ended: queued, taken, taken_over, released, transferred,
    overflowed, closed, abandoned, called_back, refused, conversation_closed.
    """

    __tablename__ = "legs"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    queue: Mapped[str | None]
    agent_id: Mapped[str | None]
    handoff_id: Mapped[str | None] = mapped_column(index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    first_reply_at: Mapped[datetime | None]  # of an agent's leg: the first message of that agent

    __table_args__ = (
        Index("ix_legs_started_at_kind", "started_at", "kind"),
        Index("ix_legs_agent_id_started_at", "agent_id", "started_at"),
    )


class EventRow(Row):
    """The log: what happened, in order. `body` is the event as JSON; its `kind` stands here too, for the index.

    Not cut into monthly partitions: their key would need the time in it, so that nothing would keep a number from being
    given twice, and a transcript, which is read by its conversation, would have to be looked for in every one of them.
    """

    __tablename__ = "events"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    body: Mapped[str]

    __table_args__ = (Index("ix_events_kind_at", "kind", "at"),)


class InboxRow(Row):
    """Which inputs were taken already: what arrives again has no effect."""

    __tablename__ = "inbox"

    channel: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = {"sqlite_with_rowid": False}


class OutboxRow(Row):
    """What is to be brought to somebody, in the order of `id` within an address.

    `state`: pending, sent, failed. A pending row belongs to the process `leased_by` until `leased_until`.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    conversation_id: Mapped[str]
    event_number: Mapped[int | None]
    channel: Mapped[str]
    address: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    booked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    message_id: Mapped[str | None]  # the channel's own, once sent
    error: Mapped[str | None]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_outbox_pending_address", "channel", "address", "id", **only("state = 'pending'")),
        Index("ix_outbox_failed_at", "booked_at", **only("state = 'failed'")),
        Index("ix_outbox_conversation_id", "conversation_id", "event_number"),
        {"sqlite_autoincrement": True},  # an id must not come back after its row was pruned
    )


class SurveyRow(Row):
    """A rating that was asked for, and what came. Who and what is rated was frozen when it was sent."""

    __tablename__ = "surveys"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str]
    kind: Mapped[str]  # csat, nps, ces, custom
    after: Mapped[str]  # handoff, self_service, step
    agent_id: Mapped[str | None]
    queue: Mapped[str | None]
    flow: Mapped[str | None]
    revision: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    score: Mapped[int | None]
    comment: Mapped[str | None]
    answered_at: Mapped[datetime | None]  # the first answer
    changed_at: Mapped[datetime | None]  # the newest, when there were several

    __table_args__ = (Index("ix_surveys_customer_id_name_sent_at", "customer_id", "name", "sent_at"),)


class RevisionRow(Row):
    """One set of flows, named by the hash of its content, for ever the same."""

    __tablename__ = "revisions"

    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    created_at: Mapped[datetime]


class PublicationRow(Row):
    """A revision began to hold for new conversations. To roll back is to publish an earlier one again."""

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    revision: Mapped[str] = mapped_column(ForeignKey("revisions.id"))
    at: Mapped[datetime]
    author: Mapped[str]
    message: Mapped[str]
    instead_of: Mapped[str | None]  # the revision that was taken back


class RateLimitRow(Row):
    """A limit that all processes keep together: the first moment that is still free."""

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]


class DutyRow(Row):
    """Work that one process does for all of them. `holder` has it until then, unless it says again that it has."""

    __tablename__ = "duties"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class KeptSettingRow(Row):
    """A setting that this installation made for itself once, such as a webhook secret."""

    __tablename__ = "kept_settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
