"""The tables of what is done later: tickets that departments answer, and follow-ups."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.rows import Row, Serial, only

FOLLOW_UP = "follow_up"  # the entry of a conversation in which we spoke first
DRAFT = "draft"  # the entry of one in which somebody tries flows that are not published


class TicketRow(Row):
    """A case for a department. `state`: open, taken, answered, closed."""

    __tablename__ = "tickets"

    number: Mapped[int] = mapped_column(Serial, primary_key=True)  # short, for people
    id: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    language: Mapped[str]
    department: Mapped[str]
    kind: Mapped[str]  # complaint, suggestion, request
    title: Mapped[str]
    body: Mapped[str]
    shared: Mapped[list[Any]]  # [label, text] pairs
    attachments: Mapped[list[Any]]
    flow: Mapped[str]
    step: Mapped[str]
    survey_id: Mapped[str | None]  # the low rating that it comes of
    state: Mapped[str]
    agent_id: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    opened_by: Mapped[str | None]  # the agent who opened it for the customer
    desk_chat: Mapped[str | None]  # where the department sees it, and which message there it is
    desk_message: Mapped[str | None]

    __table_args__ = (
        Index("ix_tickets_desk_message", "desk_chat", "desk_message"),
        Index("ix_tickets_department_state", "department", "state"),
        {"sqlite_autoincrement": True},  # a number must never name another case
    )


class TicketCommentRow(Row):
    """Words that were added to a ticket, by the customer or, with `agent_id`, by an agent.

    `is_answer` when the customer was told, or else an agent's words stay inside.
    """

    __tablename__ = "ticket_comments"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(index=True)
    agent_id: Mapped[str | None]
    text: Mapped[str]
    is_answer: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime]


class FollowUpRow(Row):
    """A flow that shall begin with a customer at `due_at`. It is looked at again at `look_at`, while it waits.

    `state`: waiting, begun, dropped; `dropped_because`: replaced, unwanted, opted_out, blocked,
    forgotten, gone (the flow), failed.
    """

    __tablename__ = "follow_ups"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    flow: Mapped[str]
    condition: Mapped[str | None]
    slots: Mapped[dict[str, Any]]
    booked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    look_at: Mapped[datetime]
    state: Mapped[str]
    dropped_because: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_follow_ups_look_at", "look_at", **only("state = 'waiting'")),
        Index("uq_follow_ups_waiting", "channel", "address", "flow", unique=True, **only("state = 'waiting'")),
    )
