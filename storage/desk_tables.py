"""The tables of the agents' side: hand-offs and offers, agents and their presence, callbacks, timers, links."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.rows import Row, Serial, only


class HandoffRow(Row):
    """A customer who asked for a person. Its waits and its agents one by one are its legs.

    `state`: requested, queued, offered, taken, released, transferred, closed, abandoned, called_back, refused. What the
    service level is measured by is kept as it was at the request, so that a new setting never changes the past.
    """

    __tablename__ = "handoffs"

    number: Mapped[int] = mapped_column(Serial, primary_key=True)  # short, for people
    id: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    language: Mapped[str]
    queue: Mapped[str]  # where it is now
    first_queue: Mapped[str]  # where it was asked for
    flow: Mapped[str | None]
    step: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str]
    refused_because: Mapped[str | None]  # closed, no_agent, full, max_wait
    abandoned_because: Mapped[str | None]  # cancelled, silent, blocked, restarted, callback, forgotten
    priority: Mapped[int] = mapped_column(default=0)
    skills: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(default="")
    collected: Mapped[list[Any]]  # [label, text] pairs
    requested_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]  # the first time; moves to another queue don't change it
    taken_at: Mapped[datetime | None]  # the first time
    first_reply_at: Mapped[datetime | None]  # the first message of a person
    first_reply_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]  # also when it was abandoned or refused
    wrapped_up_at: Mapped[datetime | None]
    agent_id: Mapped[str | None]
    offered_to: Mapped[str | None]  # while its state is `offered`
    wanted_agent_id: Mapped[str | None]  # who shall be asked first: whom this customer had, or whom it was given to
    disposition: Mapped[str | None]
    close_note: Mapped[str | None]
    due_at: Mapped[datetime | None]  # when its longest wait is over, or when its agent was removed
    service_level_seconds: Mapped[float | None]
    service_level_target: Mapped[float | None]
    short_abandon_seconds: Mapped[float | None]
    desk_chat: Mapped[str | None]
    desk_thread: Mapped[str | None]
    desk_said_until: Mapped[datetime | None]  # how far the transcript goes that stands there on the card

    __table_args__ = (
        Index("ix_handoffs_queue_state", "queue", "state"),
        Index("ix_handoffs_agent_id_state", "agent_id", "state"),
        Index("ix_handoffs_due_at", "due_at", **only("due_at IS NOT NULL")),
        Index("ix_handoffs_requested_at", "requested_at"),
        Index("ix_handoffs_first_queue_queued_at", "first_queue", "queued_at"),
        Index("ix_handoffs_offered_to", "offered_to", **only("offered_to IS NOT NULL")),
        Index("ix_handoffs_desk_thread", "desk_chat", "desk_thread"),
    )


class OfferRow(Row):
    """A hand-off that was offered to an agent. `outcome`: accepted, declined, lapsed, withdrawn; none while it runs."""

    __tablename__ = "offers"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    handoff_id: Mapped[str] = mapped_column(index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    offered_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    __table_args__ = (
        Index("uq_offers_running", "handoff_id", unique=True, **only("ended_at IS NULL")),
        Index("ix_offers_agent_id_offered_at", "agent_id", "offered_at"),
    )


class AlertRow(Row):
    """Something that supervisors were told: `what` happened to a hand-off, and how it ended, none while it lasts."""

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    chat: Mapped[str]
    batch: Mapped[str] = mapped_column(index=True)  # those that stand in one message
    message_id: Mapped[str | None]
    handoff_id: Mapped[str]
    what: Mapped[str]  # first_answer, next_answer, unanswered, released
    seconds: Mapped[float]  # what was promised, or had to be waited
    agent_id: Mapped[str | None]  # who had the customer then
    at: Mapped[datetime]
    outcome: Mapped[str | None]  # answered, taken, closed, left, callback, refused

    __table_args__ = (
        Index("ix_alerts_chat_at", "chat", "at"),
        Index("ix_alerts_running", "handoff_id", **only("outcome IS NULL")),
    )


class DeskTimerRow(Row):
    """Something that is due at the desk for one hand-off, callback or ticket, `subject`; one of a kind at a time."""

    __tablename__ = "desk_timers"

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True, index=True)
    conversation_id: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)


class OneUseLinkRow(Row):
    """A link that does something once. `purpose`: agent (an invitation), customer (two channels of one person).

    Kept by the hash of its secret; `body` is what it does, opaque here.
    """

    __tablename__ = "one_use_links"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    body: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None]


class DeskMessageRow(Row):
    """The same message on both sides of the desk, so that edits and replies find it."""

    __tablename__ = "desk_messages"

    handoff_id: Mapped[str] = mapped_column(primary_key=True)
    desk_message_id: Mapped[str] = mapped_column(primary_key=True)
    customer_message_id: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_desk_messages_customer", "handoff_id", "customer_message_id"),)


class DeskPlaceRow(Row):
    """A private chat, `private:<Telegram id>`, in which one agent sees a hand-off.

    `role`: offered (they may take it), holder (they have it), closer (they have yet to say how it ended), past.
    `message_id` is what stands there with its buttons; `seen_from` is the message by which they know that they have it.
    """

    __tablename__ = "desk_places"

    handoff_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    seen_from: Mapped[int | None] = mapped_column(BigInteger)


class PrivateMessageRow(Row):
    """Which hand-off a message in an agent's private chat is about, whoever wrote it."""

    __tablename__ = "private_messages"

    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    handoff_id: Mapped[str] = mapped_column(index=True)
    album: Mapped[str | None]

    __table_args__ = (Index("ix_private_messages_album", "telegram_id", "album", **only("album IS NOT NULL")),)


class HeldWordsRow(Row):
    """What an agent wrote in their private chat without saying to whom; it waits for their choice.

    `question` is the first of the messages that are sent together, which the question answers. `body` is a Content.
    """

    __tablename__ = "held_words"

    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    question: Mapped[int] = mapped_column(BigInteger)
    album: Mapped[str | None]
    body: Mapped[str]
    held_at: Mapped[datetime] = mapped_column(index=True)


class AgentRow(Row):
    """Somebody who works at the desk. One who left is not `active`, and stays for the reports."""

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]  # agent, supervisor, admin
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    capacity: Mapped[int]
    languages: Mapped[list[Any]]
    skills: Mapped[list[Any]]
    works_privately: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # in the private chat with the bot, not in the group
    facing: Mapped[str | None]  # the hand-off to which words in that private chat go
    faced_by: Mapped[int | None] = mapped_column(BigInteger)  # the number of the input that chose it
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class AgentQueueRow(Row):
    """Who serves which queue."""

    __tablename__ = "agent_queues"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    queue: Mapped[str] = mapped_column(primary_key=True, index=True)


class PresenceRow(Row):
    """The presence timeline of an agent: available, away, break, offline. `until` is none for what holds now."""

    __tablename__ = "presence"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    state: Mapped[str]
    reason: Mapped[str | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_presence_agent_id_since", "agent_id", "since"),
        Index("ix_presence_since", "since"),
        Index("uq_presence_now", "agent_id", unique=True, **only("until IS NULL")),
    )


class CallbackRow(Row):
    """A number that was left to be called. `state`: open, taken, done, failed."""

    __tablename__ = "callbacks"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    handoff_id: Mapped[str | None]  # whose place in the queue it keeps
    queue: Mapped[str]
    phone: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None]  # none: as soon as possible
    agent_id: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    place_at: Mapped[datetime | None]  # since when the place in the queue is kept
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    desk_chat: Mapped[str | None]  # where the agents see it
    desk_message: Mapped[str | None]

    __table_args__ = (Index("ix_callbacks_queue_state", "queue", "state"),)
