"""Hand-offs: asked for, queued, taken by exactly one agent, released, moved, closed.

Every move is a conditional UPDATE: it says whether it happened, and two who try at once can't both succeed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, or_, select, update

from storage.columns import Moment
from storage.records import Record, columns, read, values
from storage.tables import HandoffRow

WAITING = ("queued", "released")
OPEN = ("requested", "queued", "released", "taken")
State = Literal["requested", "queued", "taken", "released", "closed", "abandoned", "refused"]


class Request(Record, frozen=True, kw_only=True):
    """A customer asks for a person. `due_at`: when the longest wait is over. `collected`: label and text pairs."""

    id: str
    conversation_id: str
    customer_id: str
    channel: str
    language: str
    queue: str
    flow: str | None
    step: str | None
    reason: str
    priority: int = 0
    skills: Sequence[str] = ()
    note: str = ""
    collected: Sequence[tuple[str, str]] = ()
    requested_at: datetime
    due_at: datetime | None = None
    service_level_seconds: float | None = None
    service_level_target: float | None = None
    short_abandon_seconds: float | None = None


class Handoff(Record, frozen=True, kw_only=True):
    """A hand-off as it stands."""

    number: int
    id: str
    conversation_id: str
    customer_id: str
    channel: str
    language: str
    queue: str
    flow: str | None
    step: str | None
    state: State
    reason: str
    priority: int
    skills: list[str]
    note: str
    collected: list[list[str]]
    requested_at: datetime
    queued_at: datetime | None
    taken_at: datetime | None
    first_reply_at: datetime | None
    closed_at: datetime | None
    agent_id: str | None
    disposition: str | None
    due_at: datetime | None
    service_level_seconds: float | None
    desk_chat: str | None
    desk_thread: str | None


HANDOFF = columns(Handoff, HandoffRow)


def request(connection: Connection, rows: Sequence[Request]) -> dict[str, int]:
    """Keep new hand-offs. Gives each one's number by its id."""
    if not rows:
        return {}
    statement = insert(HandoffRow).returning(HandoffRow.id, HandoffRow.number)
    parameters = [{"state": "requested", "first_queue": row.queue, **values(row)} for row in rows]
    return {row.id: row.number for row in connection.execute(statement, parameters)}


def get(connection: Connection, handoff_id: str) -> Handoff | None:
    """The hand-off, not locked."""
    return next(iter(_read(connection, HandoffRow.id == handoff_id)), None)


def in_thread(connection: Connection, chat: str, thread: str) -> Handoff | None:
    """The hand-off that a desk placed there."""
    return next(iter(_read(connection, HandoffRow.desk_chat == chat, HandoffRow.desk_thread == thread)), None)


def waiting(connection: Connection, queue: str) -> list[Handoff]:
    """Who waits in a queue, the next one first."""
    return _read(connection, HandoffRow.queue == queue, HandoffRow.state.in_(WAITING))


def held_by(connection: Connection, agent_id: str) -> list[Handoff]:
    """What an agent has taken and not closed."""
    return _read(connection, HandoffRow.agent_id == agent_id, HandoffRow.state == "taken")


def due(connection: Connection, now: datetime, limit: int) -> list[Handoff]:
    """Those whose longest wait is over and who still wait, and those taken by an agent who works here no more.

    Lock the conversation, then look again.
    """
    return _read(connection, HandoffRow.due_at <= now, HandoffRow.state.in_((*WAITING, "taken")))[:limit]


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Handoff]:
    order = (HandoffRow.priority.desc(), HandoffRow.queued_at, HandoffRow.number)
    return read(Handoff, connection.execute(select(*HANDOFF).where(*conditions).order_by(*order)))


def position(connection: Connection, handoff_id: str) -> int | None:
    """Its place in its queue, counted from 1; none when it doesn't wait."""
    own = get(connection, handoff_id)
    if own is None or own.state not in WAITING:
        return None
    ahead = or_(
        HandoffRow.priority > own.priority,
        and_(HandoffRow.priority == own.priority, HandoffRow.queued_at < own.queued_at),
        and_(
            HandoffRow.priority == own.priority,
            HandoffRow.queued_at == own.queued_at,
            HandoffRow.number < own.number,
        ),
    )
    count = select(func.count()).where(HandoffRow.queue == own.queue, HandoffRow.state.in_(WAITING), ahead)
    return connection.execute(count).scalar_one() + 1


def waiting_count(connection: Connection, queue: str) -> int:
    """How many wait in a queue."""
    count = select(func.count()).where(HandoffRow.queue == queue, HandoffRow.state.in_(WAITING))
    return connection.execute(count).scalar_one()


def count(connection: Connection, conversation_id: str) -> int:
    """How many a conversation has had."""
    statement = select(func.count()).where(HandoffRow.conversation_id == conversation_id)
    return connection.execute(statement).scalar_one()


def _move(connection: Connection, handoff_id: str, *conditions: ColumnElement[bool], **changes: Any) -> bool:
    statement = update(HandoffRow).where(HandoffRow.id == handoff_id, *conditions).values(**changes)
    return connection.execute(statement).rowcount == 1


def enqueue(connection: Connection, handoff_id: str, now: datetime) -> bool:
    """The queue takes it in."""
    return _move(connection, handoff_id, HandoffRow.state == "requested", state="queued", queued_at=now)


def refuse(connection: Connection, handoff_id: str, because: str, now: datetime) -> bool:
    """Nobody can take it, `because`: closed, no_agent, full, max_wait."""
    still_open = HandoffRow.state.in_(("requested", *WAITING))
    return _move(
        connection, handoff_id, still_open, state="refused", refused_because=because, closed_at=now, due_at=None
    )


def claim(connection: Connection, handoff_id: str, agent_id: str, now: datetime) -> bool:
    """The agent takes it, if nobody has it. Whoever lost reads with `get` who has it."""
    return _move(
        connection,
        handoff_id,
        HandoffRow.state.in_(WAITING),
        state="taken",
        agent_id=agent_id,
        taken_at=func.coalesce(HandoffRow.taken_at, literal(now, Moment())),
        due_at=None,
    )


def release(connection: Connection, handoff_id: str, agent_id: str, due_at: datetime | None) -> bool:
    """The agent who has it gives it back to its queue, where it keeps its place."""
    return _move(connection, handoff_id, *_held(agent_id), state="released", agent_id=None, due_at=due_at)


def transfer_to_queue(
    connection: Connection, handoff_id: str, agent_id: str, queue: str, due_at: datetime | None
) -> bool:
    """The agent who has it moves it to a queue; the first wait stays as it was."""
    return _move(connection, handoff_id, *_held(agent_id), state="queued", queue=queue, agent_id=None, due_at=due_at)


def transfer_to_agent(connection: Connection, handoff_id: str, agent_id: str, to_agent_id: str) -> bool:
    """The agent who has it hands it to another agent."""
    return _move(connection, handoff_id, *_held(agent_id), agent_id=to_agent_id)


def move_waiting(connection: Connection, handoff_id: str, queue: str, due_at: datetime | None) -> bool:
    """One that waits goes over to another queue (overflow, a supervisor's hand)."""
    return _move(connection, handoff_id, HandoffRow.state.in_(WAITING), queue=queue, due_at=due_at)


def close(
    connection: Connection, handoff_id: str, agent_id: str, disposition: str | None, note: str | None, now: datetime
) -> bool:
    """The agent who has it is done with it."""
    return _move(
        connection,
        handoff_id,
        *_held(agent_id),
        state="closed",
        closed_at=now,
        disposition=disposition,
        close_note=note,
    )


def abandon(connection: Connection, handoff_id: str, because: str, now: datetime) -> bool:
    """The customer left, `because`: cancelled, silent, blocked, restarted, callback."""
    still_open = HandoffRow.state.in_(OPEN)
    return _move(
        connection, handoff_id, still_open, state="abandoned", abandoned_because=because, closed_at=now, due_at=None
    )


def _held(agent_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return HandoffRow.state == "taken", HandoffRow.agent_id == agent_id


def replied(connection: Connection, handoff_id: str, agent_id: str, now: datetime) -> bool:
    """A person wrote to the customer. True when it was the first message of a person."""
    first = HandoffRow.first_reply_at.is_(None)
    return _move(connection, handoff_id, first, first_reply_at=now, first_reply_by=agent_id)


def wrap_up(connection: Connection, handoff_id: str, now: datetime) -> bool:
    """The agent's work after the closing is over."""
    open_end = HandoffRow.wrapped_up_at.is_(None)
    return _move(connection, handoff_id, HandoffRow.state == "closed", open_end, wrapped_up_at=now)


def place(connection: Connection, handoff_id: str, chat: str | None, thread: str | None) -> bool:
    """A desk put it into this thread, or with none must make a new one."""
    return _move(connection, handoff_id, desk_chat=chat, desk_thread=thread)
