"""Tickets: cases that customers opened for a department, and what was said about them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.records import Record, columns, read, values
from storage.tables import TicketCommentRow, TicketRow

State = Literal["open", "taken", "answered", "closed"]
UNFINISHED: tuple[State, ...] = ("open", "taken")


class Request(Record, frozen=True, kw_only=True):
    """A new case. `shared`: label and text pairs; `survey_id`: the low rating that it comes of.

    `opened_by` is the agent who opened it for the customer.
    """

    id: str
    conversation_id: str
    customer_id: str
    channel: str
    language: str
    department: str
    kind: Literal["complaint", "suggestion", "request"]
    title: str
    body: str = ""
    shared: Sequence[tuple[str, str]] = ()
    attachments: Sequence[dict[str, Any]] = ()
    flow: str
    step: str
    survey_id: str | None = None
    opened_by: str | None = None
    opened_at: datetime
    due_at: datetime | None = None


class Ticket(Request, frozen=True, kw_only=True):
    """A ticket as it stands; people call it by its number. `desk_message` in `desk_chat` is how its department sees it.

    `taken_at`, `answered_at`: the first time.
    """

    number: int
    state: State
    agent_id: str | None
    taken_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    desk_chat: str | None
    desk_message: str | None


class Comment(Record, frozen=True, kw_only=True):
    """Words that were added: the customer's, unless an agent wrote them; `is_answer` when the customer was told."""

    ticket_id: str
    agent_id: str | None = None
    text: str
    is_answer: bool = False
    at: datetime


TICKET = columns(Ticket, TicketRow)


def open_new(connection: Connection, row: Request) -> int:
    """Keep a new ticket. Gives its number."""
    statement = insert(TicketRow).values(state="open", **values(row)).returning(TicketRow.number)
    return connection.execute(statement).scalar_one()


def get(connection: Connection, ticket_id: str) -> Ticket | None:
    """The ticket of this id."""
    return _one(connection, TicketRow.id == ticket_id)


def numbered(connection: Connection, number: int) -> Ticket | None:
    """The ticket of this number."""
    return _one(connection, TicketRow.number == number)


def of_customer(connection: Connection, customer_id: str, number: int) -> Ticket | None:
    """The ticket of this number, if it is this customer's."""
    return _one(connection, TicketRow.number == number, TicketRow.customer_id == customer_id)


def _one(connection: Connection, *conditions: ColumnElement[bool]) -> Ticket | None:
    return next(iter(read(Ticket, connection.execute(select(*TICKET).where(*conditions)))), None)


def listed(connection: Connection, states: Collection[State], department: str | None, limit: int) -> list[Ticket]:
    """The tickets in these states, of a department or all, the oldest first."""
    statement = select(*TICKET).where(TicketRow.state.in_(states))
    if department is not None:
        statement = statement.where(TicketRow.department == department)
    return read(Ticket, connection.execute(statement.order_by(TicketRow.number).limit(limit)))


def change(connection: Connection, seen: Ticket, **changes: Any) -> bool:
    """Change columns of a ticket, if it still is in the state and with the agent that it was seen with."""
    as_seen = (
        TicketRow.id == seen.id,
        TicketRow.state == seen.state,
        TicketRow.agent_id.is_not_distinct_from(seen.agent_id),
    )
    return connection.execute(update(TicketRow).where(*as_seen).values(**changes)).rowcount == 1


def place(connection: Connection, ticket_id: str, chat: str | None, message: str | None) -> None:
    """The department sees it as this message, or with none has yet to see it."""
    statement = update(TicketRow).where(TicketRow.id == ticket_id)
    connection.execute(statement.values(desk_chat=chat, desk_message=message))


def add_comment(connection: Connection, row: Comment) -> None:
    """Keep words that were added to a ticket."""
    connection.execute(insert(TicketCommentRow).values(**values(row)))


def comments(connection: Connection, tickets: Collection[str]) -> list[Comment]:
    """What was added to these tickets, the oldest first."""
    statement = select(*columns(Comment, TicketCommentRow)).where(TicketCommentRow.ticket_id.in_(tickets))
    return read(Comment, connection.execute(statement.order_by(TicketCommentRow.id)))
