"""What a customer has had with us: conversations and how they ended, callbacks and tickets that are still open."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from storage.records import Record, columns, read
from storage.tables import AgentRow, CallbackRow, ConversationRow, CustomerRow, HandoffRow, LegRow, SurveyRow, TicketRow

UNFINISHED = ("open", "taken")  # callbacks to be made, tickets to be answered


class Past(Record, frozen=True, kw_only=True):
    """A conversation. `state`, `because` (why they left the queue) and `disposition` are of its last hand-off, if any.

    `agent_id` is who had it last, `score` the newest rating that was given, on the scale of its `survey_kind`.
    """

    id: str
    number: int
    channel: str
    opened_at: datetime
    closed_at: datetime | None
    state: str | None
    because: str | None
    disposition: str | None
    agent_id: str | None
    agent_name: str | None
    score: int | None
    survey_kind: str | None


class OpenCallback(Record, frozen=True, kw_only=True):
    """A call that is still to be made."""

    queue: str
    phone: str
    due_at: datetime | None


class OpenTicket(Record, frozen=True, kw_only=True):
    """A ticket that is still to be answered."""

    number: int
    department: str
    title: str
    due_at: datetime | None


def conversations(connection: Connection, customer_id: str, *, besides: str, limit: int) -> list[Past]:
    """Those of a customer, the newest first, without this one."""
    own = (ConversationRow.customer_id == customer_id, ConversationRow.id != besides)
    had = _newest(LegRow.agent_id, LegRow.number, LegRow.conversation_id, LegRow.kind == "agent")
    name = select(AgentRow.name).where(AgentRow.id == had).scalar_subquery()
    rated = SurveyRow.score.is_not(None)
    statement = select(
        *(ConversationRow.id, ConversationRow.number, ConversationRow.channel),
        *(ConversationRow.opened_at, ConversationRow.closed_at),
        *(_of_last_handoff(kept) for kept in (HandoffRow.state, HandoffRow.abandoned_because, HandoffRow.disposition)),
        had,
        name,
        _newest(SurveyRow.score, SurveyRow.sent_at, SurveyRow.conversation_id, rated),
        _newest(SurveyRow.kind, SurveyRow.sent_at, SurveyRow.conversation_id, rated),
    )
    newest_first = (ConversationRow.opened_at.desc(), ConversationRow.number.desc())
    return read(Past, connection.execute(statement.where(*own).order_by(*newest_first).limit(limit)))


def _of_last_handoff(wanted: Any) -> ColumnElement[Any]:
    return _newest(wanted, HandoffRow.number, HandoffRow.conversation_id)


def _newest(wanted: Any, order: Any, of: Any, *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """Of a conversation's rows that fulfil the conditions, what the newest says."""
    rows = select(wanted).where(of == ConversationRow.id, *conditions).order_by(order.desc()).limit(1)
    return rows.correlate(ConversationRow).scalar_subquery()


def count(connection: Connection, customer_id: str, *, besides: str) -> int:
    """How many a customer has had, open ones too, without this one."""
    statement = select(func.count()).where(ConversationRow.customer_id == customer_id, ConversationRow.id != besides)
    return connection.execute(statement).scalar_one()


def last_with(connection: Connection, customer_id: str, agent_id: str, besides: str) -> int | None:
    """The number of the newest conversation in which this agent had this customer, without this one."""
    statement = (
        select(func.max(ConversationRow.number))
        .join_from(ConversationRow, LegRow, LegRow.conversation_id == ConversationRow.id)
        .where(ConversationRow.customer_id == customer_id, ConversationRow.id != besides, LegRow.agent_id == agent_id)
    )
    return connection.execute(statement).scalar_one()


def open_callbacks(connection: Connection, customer_id: str) -> list[OpenCallback]:
    """Calls that are still to be made, the first to be made first."""
    mine = (CallbackRow.customer_id == customer_id, CallbackRow.state.in_(UNFINISHED))
    order = func.coalesce(CallbackRow.due_at, CallbackRow.requested_at)
    statement = select(*columns(OpenCallback, CallbackRow)).where(*mine).order_by(order, CallbackRow.id)
    return read(OpenCallback, connection.execute(statement))


def open_tickets(connection: Connection, customer_id: str) -> list[OpenTicket]:
    """Tickets that are still to be answered, the oldest first."""
    mine = (TicketRow.customer_id == customer_id, TicketRow.state.in_(UNFINISHED))
    statement = select(*columns(OpenTicket, TicketRow)).where(*mine).order_by(TicketRow.number)
    return read(OpenTicket, connection.execute(statement))


def with_same_number(connection: Connection, customer_id: str) -> list[int]:
    """Other customers who have, or were to be called at, a number of this one: the newest conversation of each.

    Who only typed a number has proven nothing by it.
    """
    phones = _phones(connection, CustomerRow.id == customer_id, CallbackRow.customer_id == customer_id)
    if not phones:
        return []
    having = select(CustomerRow.id).where(CustomerRow.phone.in_(phones))
    calling = select(CallbackRow.customer_id).where(CallbackRow.phone.in_(phones))
    others = and_(
        ConversationRow.customer_id != customer_id,
        or_(ConversationRow.customer_id.in_(having), ConversationRow.customer_id.in_(calling)),
    )
    newest = select(func.max(ConversationRow.number)).where(others).group_by(ConversationRow.customer_id)
    return sorted(connection.execute(newest).scalars())


def _phones(connection: Connection, person: ColumnElement[bool], callback: ColumnElement[bool]) -> Collection[str]:
    proven = connection.execute(select(CustomerRow.phone).where(person)).scalars()
    typed = connection.execute(select(CallbackRow.phone).where(callback)).scalars()
    return _some({*proven, *typed})


def _some(phones: Iterable[str | None]) -> list[str]:
    """Without those that were never there, or were erased."""
    return sorted(phone for phone in phones if phone)
