"""What is to be brought to somebody: booked in the transaction that decided it, leased, sent, marked."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import aliased

from storage.batches import Batch, batch_of
from storage.columns import Later
from storage.prepared import Prepared
from storage.rate_limits import FARTHEST
from storage.records import Record, columns, read
from storage.rows import PRUNED_AT_ONCE
from storage.tables import OutboxRow, RateLimitRow

IS_PENDING = OutboxRow.state == literal_column("'pending'")  # as a parameter it would not be found in the partial index


class Booking(Record, frozen=True, kw_only=True):
    """Something to bring. With `leased_by` it is born leased to the holder that books it, a name of a process, unless
    something for the same address is unsent that this holder does not have: then it must wait behind.

    With `rate` it is due no sooner than so many microseconds (`rate_less`) before what is free next of that limit.
    """

    conversation_id: str
    event_number: int | None = None
    channel: str
    address: str
    body: str
    booked_at: datetime
    due_at: datetime
    leased_by: str | None = None
    leased_until: datetime | None = None
    rate: str | None = None
    rate_less: int | None = None


class Placed(Record, frozen=True, kw_only=True):
    """Where something that was booked stands now."""

    id: int
    due_at: datetime
    leased_by: str | None


class Leased(Record, frozen=True, kw_only=True):
    """A row to be sent by the process that leased it, before `leased_until`."""

    id: int
    conversation_id: str
    event_number: int | None
    channel: str
    address: str
    body: str
    due_at: datetime
    leased_until: datetime


class Booked(Record, frozen=True, kw_only=True):
    """A row, what became of it until now, and the channel's own id of the message once it was sent."""

    body: str
    state: Literal["pending", "sent", "failed"]
    message_id: str | None


class Fate(Record, frozen=True, kw_only=True):
    """What became of a row until now."""

    body: str
    state: Literal["pending", "sent", "failed"]
    sent_at: datetime | None


class Mark(Record, frozen=True, kw_only=True):
    """What became of a row."""

    id: int
    state: Literal["sent", "failed"]
    message_id: str | None = None
    error: str | None = None
    sent_at: datetime | None = None


class Depth(Record, frozen=True, kw_only=True):
    """How much waits to be sent, and since when the oldest of what is due."""

    pending: int
    oldest_due_at: datetime | None


OLDER = aliased(OutboxRow)
KEPT = tuple(name for name in Booking.__struct_fields__ if not name.startswith("rate"))
BOOKINGS = Batch(
    {**{name: getattr(OutboxRow, name).type for name in KEPT}, "rate": RateLimitRow.key.type, "rate_less": BigInteger()}
)
FREE_NEXT = select(RateLimitRow.next_at).where(RateLimitRow.key == BOOKINGS["rate"]).correlate(BOOKINGS.rows)
IS_HELD_ELSEWHERE = (
    exists()
    .where(
        OLDER.channel == BOOKINGS["channel"],
        OLDER.address == BOOKINGS["address"],
        OLDER.state == literal_column("'pending'"),
        or_(OLDER.leased_by.is_(None), OLDER.leased_by != BOOKINGS["leased_by"]),
    )
    .correlate(BOOKINGS.rows)
)
PLACED = {
    **{name: BOOKINGS[name] for name in KEPT},
    "due_at": Later(BOOKINGS["due_at"], type_coerce(FREE_NEXT.scalar_subquery(), BigInteger) - BOOKINGS["rate_less"]),
    "leased_by": case((~IS_HELD_ELSEWHERE, BOOKINGS["leased_by"])),
    "state": literal("pending"),
}
BOOK = Prepared(
    insert(OutboxRow).from_select(list(PLACED), select(*PLACED.values())).returning(*columns(Placed, OutboxRow)),
    returns=columns(Placed, OutboxRow),
)


def book(connection: Connection, rows: Sequence[Booking]) -> list[Placed]:
    """Book them. Gives their places in the same order; the order within an address is the order of sending."""
    return ask_to_book(connection, rows)()


def ask_to_book(connection: Connection, rows: Sequence[Booking]) -> Callable[[], list[Placed]]:
    """The same, together with others: what this gives is called when all were sent."""
    if not rows:
        return list
    placed = BOOK.ask(connection, BOOKINGS.of_records(rows))
    return lambda: sorted(read(Placed, placed()), key=lambda place: place.id)


IS_BEHIND = exists().where(
    OLDER.channel == OutboxRow.channel,
    OLDER.address == OutboxRow.address,
    OLDER.state == literal_column("'pending'"),
    OLDER.id < OutboxRow.id,
)
NOW = bindparam("now", type_=OutboxRow.due_at.type)
# Later than anything is booked or leased for: a clock had gone ahead, and is right again.
TOO_LATE = bindparam("too_late", type_=OutboxRow.due_at.type)
FREE = (
    select(OutboxRow.id)
    .where(
        IS_PENDING,
        OutboxRow.channel.in_(bindparam("channels", expanding=True)),
        or_(OutboxRow.due_at <= NOW, OutboxRow.due_at > TOO_LATE),
        or_(OutboxRow.leased_by.is_(None), OutboxRow.leased_until <= NOW, OutboxRow.leased_until > TOO_LATE),
        ~IS_BEHIND,
    )
    .order_by(OutboxRow.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("free")  # as a plain subquery it could be run, and lock, more than once
)
LEASE = (
    update(OutboxRow)
    .where(OutboxRow.id.in_(select(FREE.c.id)))
    .values(leased_by=bindparam("holder"), leased_until=bindparam("until"))
    .returning(*columns(Leased, OutboxRow))
)


def lease(
    connection: Connection, holder: str, now: datetime, until: datetime, limit: int, channels: Collection[str]
) -> list[Leased]:
    """Take due rows that nobody has, the oldest unsent one of each address only, for this holder until then."""
    parameters = {"holder": holder, "now": now, "until": until, "limit": limit, "channels": list(channels)}
    parameters["too_late"] = now + FARTHEST
    return sorted(read(Leased, connection.execute(LEASE, parameters)), key=lambda row: row.id)


def lease_at(
    connection: Connection, holder: str, now: datetime, until: datetime, channel: str, address: str
) -> list[Leased]:
    """Take every unsent row of an address that nobody holds, the oldest first; the caller holds the oldest of all."""
    free = or_(OutboxRow.leased_by.is_(None), OutboxRow.leased_until < now)
    statement = (
        update(OutboxRow)
        .where(IS_PENDING, OutboxRow.channel == channel, OutboxRow.address == address, free)
        .values(leased_by=holder, leased_until=until)
        .returning(*columns(Leased, OutboxRow))
    )
    return sorted(read(Leased, connection.execute(statement)), key=lambda row: row.id)


def renew(connection: Connection, holder: str, process: str, ids: Collection[int], until: datetime) -> set[int]:
    """Keep rows that are still this process's until then, now under this name. Gives those that are; another process
    has the rest.
    """
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), IS_PENDING, _held_by(process))
        .values(leased_by=holder, leased_until=until)
        .returning(OutboxRow.id)
    )
    return set(connection.execute(statement).scalars())


def free(connection: Connection) -> None:
    """Let all rows be taken over at once: who had leased them is gone."""
    connection.execute(update(OutboxRow).where(IS_PENDING).values(leased_by=None, leased_until=None))


def give_back(connection: Connection, process: str) -> None:
    """Let what this process had leased, under whatever name, be taken over at once."""
    connection.execute(update(OutboxRow).where(IS_PENDING, _held_by(process)).values(leased_by=None, leased_until=None))


def let_go(connection: Connection, holder: str, process: str, known: Collection[int]) -> None:
    """Let be taken over at once what is leased under earlier names of this process, but for the rows that it knows."""
    earlier = select(OutboxRow.id).where(IS_PENDING, _held_by(process), OutboxRow.leased_by < holder)
    if unknown := set(connection.execute(earlier).scalars()) - set(known):
        mine = update(OutboxRow).where(OutboxRow.id.in_(unknown), IS_PENDING, _held_by(process))
        connection.execute(mine.values(leased_by=None, leased_until=None))


def _held_by(process: str) -> ColumnElement[bool]:
    """A process has several names, one after the other, which begin with its own and a dot."""
    return OutboxRow.leased_by.startswith(f"{process}.", autoescape=True)


MARKS = batch_of(Mark, OutboxRow)
MARK = Prepared(
    update(OutboxRow)
    .where(OutboxRow.id == MARKS["id"], IS_PENDING)
    .values(
        state=MARKS["state"],
        message_id=MARKS["message_id"],
        error=MARKS["error"],
        sent_at=MARKS["sent_at"],
        leased_by=None,
        leased_until=None,
    )
)


def mark(connection: Connection, marks: Sequence[Mark]) -> None:
    """Keep what became of rows that were tried; one that was settled already stays as it is."""
    if marks:
        MARK.run(connection, MARKS.of_records(marks))


NEWEST = Prepared(
    select(*columns(Booked, OutboxRow))
    .where(
        OutboxRow.conversation_id == bindparam("conversation_id"),
        OutboxRow.event_number <= bindparam("last_event"),
        OutboxRow.channel == bindparam("channel"),
    )
    .order_by(OutboxRow.event_number.desc(), OutboxRow.id.desc())
    .limit(bindparam("at_most", type_=Integer)),
    returns=columns(Booked, OutboxRow),
)


def ask_for_newest(
    connection: Connection, conversation_id: str, channel: str, last_event: int, limit: int
) -> Callable[[], list[Booked]]:
    """What was booked of a conversation up to this event, the newest first; together with others."""
    asked = {"conversation_id": conversation_id, "channel": channel, "last_event": last_event, "at_most": limit}
    rows = NEWEST.ask(connection, asked)
    return lambda: read(Booked, rows())


def booked_at(connection: Connection, conversation_id: str, channel: str, at: datetime) -> list[Fate]:
    """What was booked of a conversation at this moment, in order."""
    of_conversation = (OutboxRow.conversation_id == conversation_id, OutboxRow.channel == channel)
    statement = select(*columns(Fate, OutboxRow)).where(*of_conversation, OutboxRow.booked_at == at)
    return read(Fate, connection.execute(statement.order_by(OutboxRow.id)))


def depth(connection: Connection, now: datetime) -> Depth:
    """What is booked and not sent."""
    oldest = func.min(OutboxRow.due_at).filter(OutboxRow.due_at <= now)
    pending, due_at = connection.execute(select(func.count(), oldest).where(IS_PENDING)).one()
    return Depth(pending=pending, oldest_due_at=due_at)


# The oldest by their ids: to look for them by time, the whole table would be read, and nobody can write meanwhile.
OLDEST = select(OutboxRow.id).where(~IS_PENDING).order_by(OutboxRow.id).limit(PRUNED_AT_ONCE)
PRUNE = delete(OutboxRow).where(OutboxRow.id.in_(OLDEST), OutboxRow.booked_at < bindparam("before"))


def prune(connection: Connection, before: datetime) -> int:
    """Forget what was settled, and booked before that, so much of it as takes a moment. Gives how many."""
    return connection.execute(PRUNE, {"before": before}).rowcount
