"""Inputs that were taken: the same one has no effect a second time."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, literal, select, true
from sqlalchemy.dialects.postgresql import insert  # SQLite understands its ON CONFLICT too

from storage.batches import Batch
from storage.columns import to_microseconds
from storage.prepared import Prepared
from storage.rows import PRUNED_AT_ONCE
from storage.tables import InboxRow

Key = tuple[str, str]  # channel, and the channel's own id of the input

KEYS = Batch({"channel": InboxRow.channel.type, "external_id": InboxRow.external_id.type})
REMEMBER = Prepared(
    insert(InboxRow)
    .from_select(
        ["channel", "external_id", "at"],
        select(KEYS["channel"], KEYS["external_id"], bindparam("now", type_=BigInteger)).where(true()),
    )
    .on_conflict_do_nothing()
    .returning(InboxRow.channel, InboxRow.external_id),
    returns=(InboxRow.channel, InboxRow.external_id),
)


def ask_to_remember(connection: Connection, keys: Collection[Key], now: datetime) -> Callable[[], set[Key]]:
    """Note these inputs, together with others: what this gives is called when all were sent, and gives those that are
    new. Waits for a process that is about to note one.
    """
    rows = REMEMBER.ask(connection, {**KEYS.of(sorted(keys)), "now": to_microseconds(now)})
    return lambda: {(channel, external_id) for channel, external_id in rows()}


def prune(connection: Connection, before: datetime) -> int:
    """Forget inputs older than that, which no channel will deliver again, so many as take a moment. Gives how many."""
    behind_them = select(InboxRow.at).order_by(InboxRow.at).offset(PRUNED_AT_ONCE).limit(1).scalar_subquery()
    until = func.coalesce(behind_them, literal(before, InboxRow.at.type))
    return connection.execute(delete(InboxRow).where(InboxRow.at < before, InboxRow.at < until)).rowcount
