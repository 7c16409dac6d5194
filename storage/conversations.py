"""Conversations: claimed and locked, opened, saved, and those whose time has come."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, insert, select, union_all, update
from sqlalchemy.orm import aliased

from storage import customers
from storage.batches import Batch, batch_of
from storage.prepared import Prepared
from storage.records import Record, columns, read
from storage.tables import AddressRow, ConversationRow, PublicationRow

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
STARTED = batch_of(Started, ConversationRow)
START = Prepared(insert(ConversationRow).from_select(list(STARTED.columns), select(*STARTED.columns.values())))
SAVED = batch_of(Saved, ConversationRow)
SAVE = Prepared(
    update(ConversationRow)
    .where(ConversationRow.id == SAVED["id"])
    .values({name: value for name, value in SAVED.columns.items() if name != "id"})
)
ADDRESSES = Batch({"channel": ConversationRow.channel.type, "address": ConversationRow.address.type})
LOCK_OPEN = Prepared(
    select(*STORED)
    .join_from(
        ADDRESSES.rows,
        ConversationRow,
        and_(ConversationRow.channel == ADDRESSES["channel"], ConversationRow.address == ADDRESSES["address"]),
    )
    .where(ConversationRow.closed_at.is_(None))
    .order_by(ConversationRow.number)
    .with_for_update(of=ConversationRow),
    returns=STORED,
)
CLAIM_ADDRESSES = Prepared(
    select(
        func.pg_advisory_xact_lock(func.hashtextextended(ADDRESSES["channel"] + " " + ADDRESSES["address"], 0))
    ).select_from(ADDRESSES.rows)
)
IDS = Batch({"id": ConversationRow.id.type})
LOCK = Prepared(
    select(*STORED)
    .join_from(IDS.rows, ConversationRow, ConversationRow.id == IDS["id"])
    .order_by(ConversationRow.number)
    .with_for_update(of=ConversationRow),
    returns=STORED,
)
PLACES = Batch({name: getattr(ConversationRow, name).type for name in ("channel", "address", "id")})
MEANT = aliased(ConversationRow)
LOCK_PLACES = Prepared(
    select(*STORED)
    .where(
        ConversationRow.number.in_(
            union_all(
                select(MEANT.number)
                .join_from(
                    PLACES.rows, MEANT, and_(MEANT.channel == PLACES["channel"], MEANT.address == PLACES["address"])
                )
                .where(MEANT.closed_at.is_(None)),
                select(MEANT.number).join_from(PLACES.rows, MEANT, MEANT.id == PLACES["id"]),
            )
        )
    )
    .order_by(ConversationRow.number)
    .with_for_update(of=ConversationRow),
    returns=STORED,
)
DUE = (
    select(*STORED)
    .where(ConversationRow.due_at <= bindparam("now"))
    .order_by(ConversationRow.due_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)

LATEST_AT = Prepared(
    select(*STORED).where(
        ConversationRow.number.in_(
            select(
                select(ConversationRow.number)
                .where(ConversationRow.customer_id == AddressRow.customer_id)
                .order_by(ConversationRow.opened_at.desc(), ConversationRow.number.desc())
                .limit(1)
                .correlate(AddressRow)
                .scalar_subquery()
            ).select_from(customers.AT_ADDRESSES)
        )
    ),
    returns=STORED,
)


def ask_to_lock_open(connection: Connection, keys: Collection[Key]) -> Callable[[], dict[Key, Stored]]:
    """The open conversations of these addresses, locked until the transaction ends. Together with others: what this
    gives is called when all were sent.

    Nobody else can open one at an address that is missing if it was claimed before.
    """
    rows = LOCK_OPEN.ask(connection, ADDRESSES.of(keys))
    return lambda: {(stored.channel, stored.address): stored for stored in read(Stored, rows())}


def ask_to_lock(connection: Connection, keys: Collection[Key], ids: Collection[str]) -> Callable[[], list[Stored]]:
    """The open conversations of these addresses and all of these ids, locked in one order, so that nobody who locks
    several waits in a circle. Together with others: what this gives is called when all were sent.
    """
    if not ids:
        rows = LOCK_OPEN.ask(connection, ADDRESSES.of(keys))
    elif not keys:
        rows = LOCK.ask(connection, IDS.of([(one,) for one in ids]))
    else:  # one that was closed while this waited is among them
        rows = LOCK_PLACES.ask(connection, PLACES.of([*((*key, "") for key in keys), *(("", "", one) for one in ids)]))
    return lambda: read(Stored, rows())


def claim(connection: Connection, keys: Collection[Key]) -> None:
    """Wait for who may be opening a conversation at one of these addresses, and let nobody else until the end."""
    if connection.dialect.name == "postgresql":  # a row that is not there can't be locked
        CLAIM_ADDRESSES.ask(connection, ADDRESSES.of(sorted(keys)))


def lock(connection: Connection, ids: Collection[str]) -> dict[str, Stored]:
    """The conversations of these ids, open or closed, locked until the transaction ends; unknown ids are missing."""
    rows = LOCK.run(connection, IDS.of([(one,) for one in ids]))
    return {stored.id: stored for stored in read(Stored, rows)}


def get(connection: Connection, conversation_id: str) -> Stored | None:
    """The conversation of this id, not locked."""
    statement = select(*STORED).where(ConversationRow.id == conversation_id)
    return next(iter(read(Stored, connection.execute(statement))), None)


def due(connection: Connection, now: datetime, limit: int) -> list[Stored]:
    """Conversations whose `due_at` has come, the longest due first, locked; those locked elsewhere are left out."""
    return read(Stored, connection.execute(DUE, {"now": now, "limit": limit}))


def heard_after(connection: Connection, moment: datetime, limit: int) -> list[str]:
    """Those that wait for a time, of which the customer was heard after that moment, which is yet to come."""
    statement = select(ConversationRow.id).where(ConversationRow.due_at.is_not(None), ConversationRow.heard_at > moment)
    return list(connection.execute(statement.limit(limit)).scalars())


def start(connection: Connection, rows: Sequence[Started]) -> None:
    """Keep new conversations. Claim their addresses before."""
    if rows:
        START.run(connection, STARTED.of_records(rows))


def save(connection: Connection, rows: Sequence[Saved]) -> None:
    """Keep what turns changed in locked conversations."""
    if rows:
        SAVE.run(connection, SAVED.of_records(rows))


def change_revision(connection: Connection, conversation_id: str, revision: str) -> None:
    """Let a conversation whose revision is of no use go on with another."""
    statement = update(ConversationRow).where(ConversationRow.id == conversation_id)
    connection.execute(statement.values(revision=revision))


def open_on_others(connection: Connection, revision: str, after: int, limit: int) -> list[Stored]:
    """Open conversations on other published revisions than this one, by their numbers from `after` on; not locked."""
    statement = select(*STORED).where(
        ConversationRow.closed_at.is_(None),
        ConversationRow.revision != revision,
        ConversationRow.revision.in_(select(PublicationRow.revision)),
        ConversationRow.number > after,
    )
    return read(Stored, connection.execute(statement.order_by(ConversationRow.number).limit(limit)))


def count_open(connection: Connection) -> dict[str, int]:
    """How many conversations are open on each revision."""
    statement = select(ConversationRow.revision, func.count().label("count")).where(ConversationRow.closed_at.is_(None))
    return {row[0]: row[1] for row in connection.execute(statement.group_by(ConversationRow.revision))}


def lock_next_send_at(connection: Connection, conversation_id: str) -> datetime | None:
    """Until when the conversation's address is spoken for; nobody else changes it before the transaction ends."""
    statement = select(ConversationRow.next_send_at).where(ConversationRow.id == conversation_id).with_for_update()
    return connection.execute(statement).scalar_one_or_none()


def hold_back(connection: Connection, conversation_id: str, until: datetime) -> None:
    """Pace what is sent next from that moment on."""
    statement = update(ConversationRow).where(ConversationRow.id == conversation_id)
    connection.execute(statement.values(next_send_at=until))


def latest(connection: Connection, channel: str, address: str) -> Stored | None:
    """The newest conversation of an address, open or closed, not locked."""
    statement = (
        select(*STORED)
        .where(ConversationRow.channel == channel, ConversationRow.address == address)
        .order_by(ConversationRow.number.desc())
        .limit(1)
    )
    return next(iter(read(Stored, connection.execute(statement))), None)


def entry(connection: Connection, conversation_id: str) -> str | None:
    """The deep link, command or draft that it began with."""
    return connection.execute(select(ConversationRow.entry).where(ConversationRow.id == conversation_id)).scalar()


def latest_of(connection: Connection, customer_id: str) -> Stored | None:
    """The newest conversation of a customer, wherever, open or closed, not locked."""
    statement = select(*STORED).where(ConversationRow.customer_id == customer_id)
    newest = statement.order_by(ConversationRow.opened_at.desc(), ConversationRow.number.desc()).limit(1)
    return next(iter(read(Stored, connection.execute(newest))), None)


def ask_for_latest_at(connection: Connection, keys: Collection[Key]) -> Callable[[], dict[str, Stored]]:
    """The same of whoever is at each of these addresses, by their ids; together with others: what this gives is called
    when all were sent.
    """
    rows = LATEST_AT.ask(connection, customers.ADDRESSES.of(keys))
    return lambda: {stored.customer_id: stored for stored in read(Stored, rows())}


def by_number(connection: Connection, number: int) -> Stored | None:
    """The conversation that people call by this number, not locked."""
    statement = select(*STORED).where(ConversationRow.number == number)
    return next(iter(read(Stored, connection.execute(statement))), None)
