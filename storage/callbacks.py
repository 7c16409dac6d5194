"""Numbers that customers left to be called at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, insert, select, update

from storage.records import Record, columns, read, values
from storage.tables import CallbackRow


class Request(Record, frozen=True, kw_only=True):
    """`due_at` is none for as soon as possible; `handoff_id` when it keeps that one's place in the queue."""

    id: str
    conversation_id: str
    customer_id: str
    handoff_id: str | None = None
    queue: str
    phone: str
    requested_at: datetime
    due_at: datetime | None = None


class Callback(Request, frozen=True, kw_only=True):
    """A callback as it stands."""

    state: Literal["open", "taken", "done", "failed"]
    agent_id: str | None
    taken_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


def request(connection: Connection, rows: Sequence[Request]) -> None:
    """Keep new callbacks."""
    if rows:
        connection.execute(insert(CallbackRow), [{"state": "open", **values(row)} for row in rows])


def get(connection: Connection, callback_id: str) -> Callback | None:
    """The callback of this id."""
    statement = select(*columns(Callback, CallbackRow)).where(CallbackRow.id == callback_id)
    return next(iter(read(Callback, connection.execute(statement))), None)


def unfinished(connection: Connection, queue: str | None = None) -> list[Callback]:
    """Open and taken ones of a queue or of all, the one to be called first before the others."""
    statement = select(*columns(Callback, CallbackRow)).where(CallbackRow.state.in_(("open", "taken")))
    if queue is not None:
        statement = statement.where(CallbackRow.queue == queue)
    order = func.coalesce(CallbackRow.due_at, CallbackRow.requested_at)
    return read(Callback, connection.execute(statement.order_by(order, CallbackRow.id)))


def claim(connection: Connection, callback_id: str, agent_id: str, now: datetime) -> bool:
    """The agent takes it, if nobody has it."""
    statement = update(CallbackRow).where(CallbackRow.id == callback_id, CallbackRow.state == "open")
    return connection.execute(statement.values(state="taken", agent_id=agent_id, taken_at=now)).rowcount == 1


def close(
    connection: Connection,
    callback_id: str,
    agent_id: str,
    state: Literal["done", "failed"],
    outcome: str | None,
    now: datetime,
) -> bool:
    """The agent who has it called, or gave up."""
    held = (CallbackRow.id == callback_id, CallbackRow.state == "taken", CallbackRow.agent_id == agent_id)
    statement = update(CallbackRow).where(*held).values(state=state, outcome=outcome, closed_at=now)
    return connection.execute(statement).rowcount == 1
