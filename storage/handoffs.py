"""Hand-offs: asked for, queued, offered, taken by exactly one agent, released, moved, closed.

Every move is a conditional UPDATE: it says whether it happened, and two who try at once can't both succeed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, literal, or_, select, update

from storage.columns import Moment
from storage.records import Record, columns, read, values
from storage.tables import HandoffRow

FREE = ("queued", "released", "transferred")
WAITING = (*FREE, "offered")
OPEN = ("requested", *WAITING, "taken")
State = Literal[
    "requested",
    "queued",
    "offered",
    "taken",
    "released",
    "transferred",
    "closed",
    "abandoned",
    "called_back",
    "refused",
]


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
    offered_to: str | None
    wanted_agent_id: str | None
    disposition: str | None
    due_at: datetime | None
    service_level_seconds: float | None
    desk_chat: str | None
    desk_thread: str | None
    desk_said_until: datetime | None
    wrapped_up_at: datetime | None
    abandoned_because: str | None
    refused_because: str | None

    @property
    def thread(self) -> str | None:
        """Where a desk placed it, `group:topic`; none where it has no place yet."""
        return f"{self.desk_chat}:{self.desk_thread}" if self.desk_thread is not None else None


HANDOFF = columns(Handoff, HandoffRow)
HANDOFFS = select(*HANDOFF).order_by(HandoffRow.priority.desc(), HandoffRow.queued_at, HandoffRow.number)
ONE = HANDOFFS.where(HandoffRow.id == bindparam("id"))  # every act of an agent reads it again and again


def request(connection: Connection, rows: Sequence[Request]) -> dict[str, int]:
    """Keep new hand-offs. Gives each one's number by its id."""
    if not rows:
        return {}
    statement = insert(HandoffRow).returning(HandoffRow.id, HandoffRow.number)
    parameters = [{"state": "requested", "first_queue": row.queue, **values(row)} for row in rows]
    return {row.id: row.number for row in connection.execute(statement, parameters)}


def get(connection: Connection, handoff_id: str) -> Handoff | None:
    """The hand-off, not locked."""
    return next(iter(read(Handoff, connection.execute(ONE, {"id": handoff_id}))), None)


def numbered(connection: Connection, number: int) -> Handoff | None:
    """The hand-off of this number."""
    return next(iter(_read(connection, HandoffRow.number == number)), None)


def in_thread(connection: Connection, chat: str, thread: str) -> Handoff | None:
    """The hand-off that a desk placed there."""
    return next(iter(_read(connection, HandoffRow.desk_chat == chat, HandoffRow.desk_thread == thread)), None)


def waiting(connection: Connection, *queues: str) -> list[Handoff]:
    """Who waits in these queues, the next one first."""
    return _read(connection, HandoffRow.queue.in_(queues), HandoffRow.state.in_(WAITING))


def last_agent_of(connection: Connection, customer_id: str, since: datetime | None) -> str | None:
    """Who had this customer last; none when that was over before `since`."""
    ended = func.coalesce(HandoffRow.closed_at, HandoffRow.taken_at)
    statement = (
        select(HandoffRow.agent_id)
        .where(HandoffRow.customer_id == customer_id, HandoffRow.agent_id.is_not(None))
        .where(*() if since is None else (ended >= since,))
        .order_by(ended.desc(), HandoffRow.number.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none()


def held_by(connection: Connection, agent_id: str) -> list[Handoff]:
    """What an agent has taken and not closed."""
    return _read(connection, HandoffRow.agent_id == agent_id, HandoffRow.state == "taken")


def due(connection: Connection, now: datetime, limit: int) -> list[Handoff]:
    """Those whose longest wait is over and who still wait, and those taken by an agent who works here no more.

    Lock the conversation, then look again.
    """
    over = HANDOFFS.where(HandoffRow.due_at <= now, HandoffRow.state.in_((*WAITING, "taken")))
    return read(Handoff, connection.execute(over.limit(limit)))


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Handoff]:
    return read(Handoff, connection.execute(HANDOFFS.where(*conditions)))


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


def _move(
    connection: Connection, handoff_id: str, *conditions: ColumnElement[bool], state: State, **changes: Any
) -> bool:
    """Into that state, where the conditions hold. What it leaves may have been an offer."""
    changes = {"offered_to": None, **changes, "state": state}
    statement = update(HandoffRow).where(HandoffRow.id == handoff_id, *conditions).values(**changes)
    return connection.execute(statement).rowcount == 1


def _waits() -> ColumnElement[bool]:
    return HandoffRow.state.in_(WAITING)


def _held(agent_id: str | None) -> ColumnElement[bool]:
    return and_(HandoffRow.state == "taken", HandoffRow.agent_id == agent_id)


def _offered(agent_id: str) -> ColumnElement[bool]:
    return and_(HandoffRow.state == "offered", HandoffRow.offered_to == agent_id)


def _taken_at(now: datetime) -> ColumnElement[datetime]:
    return func.coalesce(HandoffRow.taken_at, literal(now, Moment()))


def enqueue(
    connection: Connection,
    handoff_id: str,
    now: datetime,
    *,
    queue: str | None = None,
    wanted_agent_id: str | None = None,
) -> bool:
    """The queue that was asked for takes it in, or this one to which that flowed over."""
    return _move(
        connection,
        handoff_id,
        HandoffRow.state == "requested",
        state="queued",
        queued_at=now,
        queue=HandoffRow.queue if queue is None else queue,
        wanted_agent_id=wanted_agent_id,
    )


def refuse(connection: Connection, handoff_id: str, because: str, now: datetime) -> bool:
    """Nobody can take it, `because`: closed, no_agent, full, max_wait."""
    open_yet = HandoffRow.state.in_(("requested", *WAITING))
    return _move(connection, handoff_id, open_yet, state="refused", refused_because=because, closed_at=now, due_at=None)


def offer(connection: Connection, handoff_id: str, agent_id: str) -> bool:
    """It is offered to this agent, and to nobody else meanwhile. Its longest wait goes on."""
    return _move(connection, handoff_id, HandoffRow.state.in_(FREE), state="offered", offered_to=agent_id)


def end_offer(connection: Connection, handoff_id: str, agent_id: str) -> bool:
    """It is offered to this agent no more: they declined, let it lapse, or it was withdrawn."""
    return _move(connection, handoff_id, _offered(agent_id), state="queued")


def claim(
    connection: Connection, handoff_id: str, agent_id: str, now: datetime, *, offered_to: str | None = None
) -> bool:
    """The agent takes it, if nobody has it and it is offered to nobody else, or to `offered_to` alone.

    Whoever lost reads with `get` who has it.
    """
    free = or_(HandoffRow.state.in_(FREE), _offered(offered_to or agent_id))
    return _move(connection, handoff_id, free, state="taken", agent_id=agent_id, taken_at=_taken_at(now), due_at=None)


def take_over(connection: Connection, handoff_id: str, holder: str, agent_id: str) -> bool:
    """The agent takes it from another one, the `holder`."""
    return _move(connection, handoff_id, _held(holder), state="taken", agent_id=agent_id)


def release(connection: Connection, handoff_id: str, agent_id: str, due_at: datetime | None) -> bool:
    """The agent who has it gives it back to its queue, where it keeps its place."""
    return _move(connection, handoff_id, _held(agent_id), state="released", agent_id=None, due_at=due_at)


def transfer(
    connection: Connection,
    handoff_id: str,
    queue: str,
    due_at: datetime | None,
    *,
    holder: str | None = None,
    wanted_agent_id: str | None = None,
) -> bool:
    """One that waits, or that the `holder` has, goes over to this queue; the first wait stays as it was."""
    return _move(
        connection,
        handoff_id,
        or_(_waits(), _held(holder)),
        state="transferred",
        queue=queue,
        agent_id=None,
        due_at=due_at,
        wanted_agent_id=wanted_agent_id,
    )


def reassign(
    connection: Connection, handoff_id: str, agent_id: str, now: datetime, *, holder: str | None = None
) -> bool:
    """One that waits, or that the `holder` has, is given to this agent."""
    return _move(
        connection,
        handoff_id,
        or_(_waits(), _held(holder)),
        state="taken",
        agent_id=agent_id,
        taken_at=_taken_at(now),
        due_at=None,
    )


def close(
    connection: Connection, handoff_id: str, agent_id: str, disposition: str | None, note: str | None, now: datetime
) -> bool:
    """The agent who has it is done with it, or one whom nobody has needs nobody; it is this agent's from then on."""
    return _move(
        connection,
        handoff_id,
        or_(_waits(), _held(agent_id)),
        state="closed",
        agent_id=agent_id,
        closed_at=now,
        disposition=disposition,
        close_note=note,
        due_at=None,
    )


def abandon(connection: Connection, handoff_id: str, because: str, now: datetime) -> bool:
    """The customer left, `because`: cancelled, silent, blocked, restarted, callback."""
    open_yet = HandoffRow.state.in_(OPEN)
    return _move(
        connection, handoff_id, open_yet, state="abandoned", abandoned_because=because, closed_at=now, due_at=None
    )


def call_back(connection: Connection, handoff_id: str, now: datetime) -> bool:
    """The customer leaves the queue and will be called: their number keeps the place."""
    return _move(
        connection,
        handoff_id,
        _waits(),
        state="called_back",
        abandoned_because="callback",
        closed_at=now,
        due_at=None,
    )


def _change(connection: Connection, handoff_id: str, *conditions: ColumnElement[bool], **changes: Any) -> bool:
    statement = update(HandoffRow).where(HandoffRow.id == handoff_id, *conditions).values(**changes)
    return connection.execute(statement).rowcount == 1


def speak(connection: Connection, handoff_id: str, language: str) -> bool:
    """The customer speaks another language from now on."""
    return _change(connection, handoff_id, language=language)


def replied(connection: Connection, handoff_id: str, agent_id: str, now: datetime) -> bool:
    """A person wrote to the customer. True when it was the first message of a person."""
    first = HandoffRow.first_reply_at.is_(None)
    return _change(connection, handoff_id, first, first_reply_at=now, first_reply_by=agent_id)


def wrap_up(
    connection: Connection, handoff_id: str, now: datetime, disposition: str | None = None, note: str | None = None
) -> bool:
    """The agent's work after the closing is over, the first time for good; what is said of how it ended is kept."""
    return _change(
        connection,
        handoff_id,
        HandoffRow.state == "closed",
        wrapped_up_at=func.coalesce(HandoffRow.wrapped_up_at, literal(now, Moment())),
        disposition=HandoffRow.disposition if disposition is None else disposition,
        close_note=HandoffRow.close_note if note is None else note,
    )


def place(
    connection: Connection, handoff_id: str, chat: str | None, thread: str | None, said_until: datetime | None = None
) -> bool:
    """A desk put it into this thread, with what was said until then, or with none must make a new one."""
    return _change(connection, handoff_id, desk_chat=chat, desk_thread=thread, desk_said_until=said_until)
