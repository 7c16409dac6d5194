"""Limits that all processes keep together."""

from datetime import datetime

from sqlalchemy import BigInteger, Connection, case, type_coerce
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.columns import to_microseconds, to_moment
from storage.tables import RateLimitRow


def reserve(
    connection: Connection, key: str, interval_seconds: float, count: int, now: datetime, burst: int = 1
) -> datetime:
    """The first of `count` moments, `interval_seconds` apart, that now belong to the caller alone.

    A key that was quiet long enough lets `burst` through at once. Source: the generic cell rate algorithm (ATM Forum,
    Traffic Management 4.0), kept as the theoretical arrival time of the next.
    """
    interval = round(interval_seconds * 1_000_000)
    present = to_microseconds(now)
    next_at = type_coerce(RateLimitRow.next_at, BigInteger)
    statement = (
        insert_or(RateLimitRow)
        .values(key=key, next_at=to_moment(present + count * interval))
        .on_conflict_do_update(
            index_elements=[RateLimitRow.key],
            set_={
                "next_at": type_coerce(case((next_at > present, next_at), else_=present) + count * interval, BigInteger)
            },
        )
        .returning(next_at)
    )
    begins = connection.execute(statement).scalar_one() - count * interval - (burst - 1) * interval
    return max(now, to_moment(begins))
