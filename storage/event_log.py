"""The log of events: append, and read a transcript."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, insert, or_, select

from storage.batches import batch_of
from storage.prepared import Prepared
from storage.records import Record, columns, read
from storage.tables import ConversationRow, EventRow

FOLLOWED = 5  # conversations of one address that are read on: an old one may still get an answered survey


class Entry(Record, frozen=True, kw_only=True):
    """One event; `number` counts from 1 within its conversation, `body` is the event as JSON."""

    conversation_id: str
    number: int
    at: datetime
    kind: str
    body: str


ENTRY = columns(Entry, EventRow)
ENTRIES = batch_of(Entry, EventRow)
APPEND = Prepared(insert(EventRow).from_select(list(ENTRIES.columns), select(*ENTRIES.columns.values())))


def append(connection: Connection, rows: Sequence[Entry]) -> None:
    """Write events. Their conversations are locked, so that numbers follow each other."""
    if rows:
        APPEND.run(connection, ENTRIES.of_records(rows))


def read_conversation(
    connection: Connection, conversation_id: str, after: int = 0, kinds: Collection[str] = ()
) -> list[Entry]:
    """The events of a conversation in order, after that number, of these kinds or all."""
    statement = select(*ENTRY).where(EventRow.conversation_id == conversation_id, EventRow.number > after)
    if kinds:
        statement = statement.where(EventRow.kind.in_(kinds))
    return read(Entry, connection.execute(statement.order_by(EventRow.number)))


def read_address(
    connection: Connection, channel: str, address: str, after: Mapping[str, int], limit: int, kinds: Collection[str]
) -> list[Entry]:
    """What is new at an address since a reader's cursor, in order of time, at most `limit` of the oldest.

    `after` is the number of the last event read by conversation id. With an empty one: the newest `limit` events; what
    they left out, conversations older than all of them among it, is not read later either.
    """
    newest = (
        select(ConversationRow.id)
        .where(ConversationRow.channel == channel, ConversationRow.address == address)
        .order_by(ConversationRow.number.desc())
        .limit(FOLLOWED)
    )
    ids = list(connection.execute(newest).scalars())
    seen = [place for place, key in enumerate(ids) if key in after]
    if seen and len(seen) == len(after):  # or else the reader is behind all that is followed
        del ids[seen[-1] + 1 :]
    if not ids:
        return []
    unread = or_(*(and_(EventRow.conversation_id == key, EventRow.number > after.get(key, 0)) for key in ids))
    order = (EventRow.at, EventRow.conversation_id, EventRow.number)
    statement = select(*ENTRY).where(unread, EventRow.kind.in_(kinds)).limit(limit)
    if after:
        return read(Entry, connection.execute(statement.order_by(*order)))
    return read(Entry, connection.execute(statement.order_by(*(column.desc() for column in order))))[::-1]
