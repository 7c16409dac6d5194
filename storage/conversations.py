"""Conversations: claimed and locked, opened, saved, and those whose time has come."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_, update

from storage.records import Record, columns, read, values
from storage.statements import is_postgresql
from storage.tables import ConversationRow, CustomerRow

Key = tuple[str, str]  # channel and address


class Stored(Record, frozen=True, kw_only=True):
    """A conversation as it stands; `state` is the engine's JSON."""

    number: int
    id: str
    customer_id: str
    channel: str
    address: str
    revision: str
    language: str
    state: str
    opened_at: datetime
    heard_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    goal: bool
    due_at: datetime | None
    next_send_at: datetime | None
    event_count: int
    handoff_id: str | None


class Started(Record, frozen=True, kw_only=True):
    """A new conversation as its first turn left it."""

    id: str
    customer_id: str
    channel: str
    address: str
    revision: str
    language: str
    state: str
    opened_at: datetime
    heard_at: datetime
    flow: str | None = None
    entry: str | None = None
    previous_id: str | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    goal: bool = False
    due_at: datetime | None = None
    next_send_at: datetime | None = None
    event_count: int = 0
    handoff_id: str | None = None


class Saved(Record, frozen=True, kw_only=True):
    """What a turn changed; everything else of the row stays."""

    id: str
    language: str
    state: str
    heard_at: datetime
    closed_at: datetime | None = None
    close_reason: str | None = None
    goal: bool = False
    due_at: datetime | None = None
    next_send_at: datetime | None = None
    event_count: int
    handoff_id: str | None = None


STORED = columns(Stored, ConversationRow)
SAVE = (
    update(ConversationRow)
    .where(ConversationRow.id == bindparam("of_id"))
    .values({name: bindparam(name) for name in Saved.__struct_fields__ if name != "id"})
)


def lock_open(connection: Connection, keys: Collection[Key]) -> dict[Key, Stored]:
    """The open conversations of these addresses, locked until the transaction ends.

    An address that is missing has none, and no other process can open one there before this transaction ends.
    """
    found = _lock_open(connection, keys)
    missing = sorted(set(keys) - found.keys())
    if missing and is_postgresql(connection):
        for channel, address in missing:  # a row that is not there can't be locked
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{channel} {address}", 0))))
        found |= _lock_open(connection, missing)
    return found


def _lock_open(connection: Connection, keys: Collection[Key]) -> dict[Key, Stored]:
    address = tuple_(ConversationRow.channel, ConversationRow.address)
    statement = (
        select(*STORED)
        .where(address.in_(keys), ConversationRow.closed_at.is_(None))
        .order_by(ConversationRow.number)
        .with_for_update()
    )
    return {(stored.channel, stored.address): stored for stored in read(Stored, connection.execute(statement))}


def lock(connection: Connection, ids: Collection[str]) -> dict[str, Stored]:
    """The conversations of these ids, open or closed, locked until the transaction ends; unknown ids are missing."""
    statement = select(*STORED).where(ConversationRow.id.in_(ids)).order_by(ConversationRow.number).with_for_update()
    return {stored.id: stored for stored in read(Stored, connection.execute(statement))}


def due(connection: Connection, now: datetime, limit: int) -> list[Stored]:
    """Conversations whose `due_at` has come, the longest due first, locked; those locked elsewhere are left out."""
    statement = (
        select(*STORED)
        .where(ConversationRow.due_at <= now)
        .order_by(ConversationRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return read(Stored, connection.execute(statement))


def start(connection: Connection, rows: Sequence[Started]) -> dict[str, int]:
    """Keep new conversations. Gives each one's number by its id. Call `lock_open` for their addresses before."""
    if not rows:
        return {}
    statement = insert(ConversationRow).returning(ConversationRow.id, ConversationRow.number)
    return {row.id: row.number for row in connection.execute(statement, [values(row) for row in rows])}


def save(connection: Connection, rows: Sequence[Saved]) -> None:
    """Keep what turns changed in locked conversations."""
    if rows:
        connection.execute(SAVE, [{"of_id": row.id, **values(row)} for row in rows])


def latest(connection: Connection, channel: str, address: str) -> Stored | None:
    """The newest conversation of an address, open or closed, not locked."""
    statement = (
        select(*STORED)
        .where(ConversationRow.channel == channel, ConversationRow.address == address)
        .order_by(ConversationRow.number.desc())
        .limit(1)
    )
    return next(iter(read(Stored, connection.execute(statement))), None)


def latest_of(connection: Connection, customers: Collection[str]) -> dict[str, Stored]:
    """The newest conversation of each of these customers, open or closed, not locked."""
    newest = (
        select(ConversationRow.number)
        .where(ConversationRow.customer_id == CustomerRow.id)
        .order_by(ConversationRow.opened_at.desc(), ConversationRow.number.desc())
        .limit(1)
        .correlate(CustomerRow)
        .scalar_subquery()
    )
    numbers = select(newest).select_from(CustomerRow).where(CustomerRow.id.in_(customers))
    statement = select(*STORED).where(ConversationRow.number.in_(numbers))
    return {stored.customer_id: stored for stored in read(Stored, connection.execute(statement))}


def by_number(connection: Connection, number: int) -> Stored | None:
    """The conversation that people call by this number, not locked."""
    statement = select(*STORED).where(ConversationRow.number == number)
    return next(iter(read(Stored, connection.execute(statement))), None)
