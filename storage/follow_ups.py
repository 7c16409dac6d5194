"""Follow-ups: flows that shall begin with a customer later. Each begins once, or is dropped for a reason."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, bindparam, insert, literal_column, select, update

from storage.records import Record, columns, read, values
from storage.tables import AddressRow, CustomerRow, FollowUpRow

Reason = Literal["replaced", "unwanted", "opted_out", "blocked", "gone", "failed"]
WAITING = FollowUpRow.state == literal_column("'waiting'")  # as the partial indexes have it, or they are of no use


class FollowUp(Record, frozen=True, kw_only=True):
    """One that waits. `slots` are what its flow knows; `look_at` is when it is looked at again."""

    id: str
    conversation_id: str
    customer_id: str
    channel: str
    address: str
    flow: str
    condition: str | None = None
    slots: dict[str, Any]
    booked_at: datetime
    due_at: datetime
    look_at: datetime


class Listener(Record, frozen=True, kw_only=True):
    """Whether the customer at an address can and wants to be spoken to."""

    blocked_at: datetime | None
    opted_out_at: datetime | None


FOLLOW_UP = columns(FollowUp, FollowUpRow)

DUE = (
    select(*FOLLOW_UP)
    .where(WAITING, FollowUpRow.look_at <= bindparam("now"))
    .order_by(FollowUpRow.look_at)
    .limit(bindparam("limit"))
)


def book(connection: Connection, row: FollowUp) -> None:
    """Keep it, in place of one that waits for the same flow at the same address."""
    same = (FollowUpRow.channel == row.channel, FollowUpRow.address == row.address, FollowUpRow.flow == row.flow)
    _drop(connection, "replaced", row.booked_at, *same)
    connection.execute(insert(FollowUpRow).values(state="waiting", **values(row)))


def due(connection: Connection, now: datetime, limit: int) -> list[FollowUp]:
    """Those to look at now, the longest due first, not locked."""
    return read(FollowUp, connection.execute(DUE, {"now": now, "limit": limit}))


def lock(connection: Connection, follow_up: str) -> FollowUp | None:
    """The one of this id while it waits, locked until the transaction ends."""
    statement = select(*FOLLOW_UP).where(FollowUpRow.id == follow_up, WAITING).with_for_update()
    return next(iter(read(FollowUp, connection.execute(statement))), None)


def listener(connection: Connection, channel: str, address: str) -> Listener | None:
    """Who is at the address; none when nobody is known there."""
    statement = (
        select(AddressRow.blocked_at, CustomerRow.opted_out_at)
        .join_from(AddressRow, CustomerRow)
        .where(AddressRow.channel == channel, AddressRow.address == address)
    )
    return next(iter(read(Listener, connection.execute(statement))), None)


def look_again(connection: Connection, follow_up: str, at: datetime) -> None:
    """It can't begin yet."""
    connection.execute(update(FollowUpRow).where(FollowUpRow.id == follow_up).values(look_at=at))


def rewind(connection: Connection, now: datetime, ahead: timedelta) -> int:
    """Those that were booked later than now, by more than `ahead`, are due as if they had been booked now: the clock
    was wrong. Gives how many.
    """
    statement = select(*FOLLOW_UP).where(WAITING, FollowUpRow.booked_at > now + ahead).with_for_update()
    rows = read(FollowUp, connection.execute(statement))
    for row in rows:
        due_at = row.due_at - (row.booked_at - now)
        change = {"booked_at": now, "due_at": due_at, "look_at": due_at}
        connection.execute(update(FollowUpRow).where(FollowUpRow.id == row.id).values(change))
    return len(rows)


def begun(connection: Connection, follow_up: str, now: datetime) -> None:
    """Its flow begins."""
    connection.execute(update(FollowUpRow).where(FollowUpRow.id == follow_up).values(state="begun", ended_at=now))


def drop(connection: Connection, follow_up: str, because: Reason, now: datetime) -> None:
    """It never begins."""
    _drop(connection, because, now, FollowUpRow.id == follow_up)


def drop_at(connection: Connection, channel: str, address: str, because: Reason, now: datetime) -> None:
    """None of those that wait for this address ever begins."""
    _drop(connection, because, now, FollowUpRow.channel == channel, FollowUpRow.address == address)


def _drop(connection: Connection, because: Reason, now: datetime, *which: ColumnElement[bool]) -> None:
    statement = update(FollowUpRow).where(WAITING, *which)
    connection.execute(statement.values(state="dropped", dropped_because=because, ended_at=now))
