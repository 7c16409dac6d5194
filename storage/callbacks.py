"""Numbers that customers left to be called at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from storage.records import Record, columns, read, values
from storage.tables import CallbackRow

State = Literal["open", "taken", "done", "failed"]
UNFINISHED: tuple[State, ...] = ("open", "taken")


class Request(Record, frozen=True, kw_only=True):
    """`due_at` is none for as soon as possible; `handoff_id` when it keeps that one's place in the queue.

    `place_at`: since when that place is kept, and with which `priority`.
    """

    id: str
    conversation_id: str
    customer_id: str
    handoff_id: str | None = None
    queue: str
    phone: str
    requested_at: datetime
    due_at: datetime | None = None
    priority: int = 0
    place_at: datetime | None = None


class Callback(Request, frozen=True, kw_only=True):
    """A callback as it stands. `outcome`: what came of the last call.

    `desk_message` in `desk_chat` is how agents see it.
    """

    state: State
    agent_id: str | None
    taken_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    tries: int
    desk_chat: str | None
    desk_message: str | None


CALLBACK = columns(Callback, CallbackRow)


def request(connection: Connection, rows: Sequence[Request]) -> None:
    """Keep new callbacks."""
    if rows:
        connection.execute(insert(CallbackRow), [{"state": "open", **values(row)} for row in rows])


def get(connection: Connection, callback_id: str) -> Callback | None:
    """The callback of this id."""
    return next(iter(_read(connection, CallbackRow.id == callback_id)), None)


def open_of_customer(connection: Connection, customer_id: str) -> list[Callback]:
    """Those of a customer that were not brought to their end, in order of their times."""
    return _read(connection, CallbackRow.customer_id == customer_id, CallbackRow.state.in_(UNFINISHED))


def unfinished(connection: Connection, queue: str | None = None) -> list[Callback]:
    """Open and taken ones of a queue or of all, in order of their times.

    Who kept a place in a queue stands as if they still were there, who named a time at that time.
    """
    of_queue = () if queue is None else (CallbackRow.queue == queue,)
    return _read(connection, CallbackRow.state.in_(UNFINISHED), *of_queue)


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Callback]:
    turn = func.coalesce(CallbackRow.due_at, CallbackRow.place_at, CallbackRow.requested_at)
    return read(Callback, connection.execute(select(*CALLBACK).where(*conditions).order_by(turn, CallbackRow.id)))


def change(connection: Connection, seen: Callback, **changes: Any) -> bool:
    """Change columns of a callback, if it still is in the state and with the agent that it was seen with."""
    as_seen = (
        CallbackRow.id == seen.id,
        CallbackRow.state == seen.state,
        CallbackRow.agent_id.is_not_distinct_from(seen.agent_id),
    )
    return connection.execute(update(CallbackRow).where(*as_seen).values(**changes)).rowcount == 1


def place(connection: Connection, callback_id: str, chat: str, message: str) -> None:
    """Agents see it as this message now."""
    statement = update(CallbackRow).where(CallbackRow.id == callback_id)
    connection.execute(statement.values(desk_chat=chat, desk_message=message))
