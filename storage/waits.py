"""How long customers have waited in a queue before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, union_all

from storage.records import Record, read
from storage.tables import HandoffRow

MOST_OF_A_STRETCH = 100  # waits; more of the same hours tell no more


class Wait(Record, frozen=True, kw_only=True):
    """A customer who stood in the queue until `left_at`, or stands there yet.

    A person first wrote to them at `answered_at`, if anybody did.
    """

    queued_at: datetime
    left_at: datetime | None
    answered_at: datetime | None


def waits(connection: Connection, queue: str, stretches: Sequence[tuple[datetime, datetime]]) -> list[Wait]:
    """The waits of who asked for this queue and came in within these stretches of time, each from and up to a moment.

    They are found by an index, stretch by stretch.
    """
    left_at = func.coalesce(HandoffRow.taken_at, HandoffRow.closed_at).label("left_at")
    within = [
        select(HandoffRow.queued_at, left_at, HandoffRow.first_reply_at)
        .where(HandoffRow.first_queue == queue, HandoffRow.queued_at >= start, HandoffRow.queued_at < end)
        .order_by(HandoffRow.queued_at)
        .limit(MOST_OF_A_STRETCH)
        .subquery()
        for start, end in stretches
    ]
    statement = union_all(*(select(stretch) for stretch in within))
    return read(Wait, connection.execute(statement))
