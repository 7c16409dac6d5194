"""The same message on both sides of the desk."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, true
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.batches import batch_of
from storage.prepared import Prepared
from storage.records import Record, columns, read
from storage.tables import DeskMessageRow


class Pair(Record, frozen=True, kw_only=True):
    """What one side calls X, the other calls Y. A long message can be several on the other side."""

    handoff_id: str
    desk_message_id: str
    customer_message_id: str


PAIR = columns(Pair, DeskMessageRow)


PAIRS = batch_of(Pair, DeskMessageRow)
KEEP = Prepared(
    insert_or(DeskMessageRow)
    .from_select(list(PAIRS.columns), select(*PAIRS.columns.values()).where(true()))
    .on_conflict_do_nothing()
)


def pair(connection: Connection, rows: Sequence[Pair]) -> None:
    """Keep pairs; one that is kept already stays."""
    if rows:
        KEEP.run(connection, PAIRS.of_records(rows))


def of_desk_message(connection: Connection, handoff_id: str, desk_message_id: str) -> list[Pair]:
    """What the customer sees of a message in the desk's thread."""
    statement = select(*PAIR).where(DeskMessageRow.handoff_id == handoff_id)
    return read(Pair, connection.execute(statement.where(DeskMessageRow.desk_message_id == desk_message_id)))


def of_customer_message(connection: Connection, handoff_id: str, customer_message_id: str) -> list[Pair]:
    """What the desk sees of a message in the customer's chat."""
    statement = select(*PAIR).where(DeskMessageRow.handoff_id == handoff_id)
    return read(Pair, connection.execute(statement.where(DeskMessageRow.customer_message_id == customer_message_id)))


def forget(connection: Connection, handoff_id: str) -> None:
    """The thread of this hand-off is gone, and what stood in it; what stands in private chats is not."""
    in_thread = (DeskMessageRow.handoff_id == handoff_id, ~DeskMessageRow.desk_message_id.contains("."))
    connection.execute(delete(DeskMessageRow).where(*in_thread))
