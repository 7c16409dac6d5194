"""Limits that all processes keep together."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, case, type_coerce
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.columns import to_microseconds, to_moment
from storage.prepared import Prepared
from storage.tables import RateLimitRow

NEXT_AT = type_coerce(RateLimitRow.next_at, BigInteger)
PRESENT = bindparam("present", type_=BigInteger)
SPAN = bindparam("span", type_=BigInteger)  # that many intervals of microseconds
REST = bindparam("rest", type_=BigInteger)  # that many microseconds of quiet before
RESERVE = Prepared(
    insert_or(RateLimitRow)
    .values(key=bindparam("key"), next_at=PRESENT + SPAN)
    .on_conflict_do_update(
        index_elements=[RateLimitRow.key],
        set_={
            "next_at": type_coerce(case((NEXT_AT + REST > PRESENT, NEXT_AT + REST), else_=PRESENT) + SPAN, BigInteger)
        },
    )
    .returning(NEXT_AT),
    returns=(NEXT_AT,),
)


def reserve(
    connection: Connection, key: str, interval_seconds: float, count: int, now: datetime, burst: int = 1
) -> datetime:
    """The first of `count` moments, `interval_seconds` apart, that now belong to the caller alone.

    A key that was quiet long enough lets `burst` through at once. Source: the generic cell rate algorithm (ATM Forum,
    Traffic Management 4.0), kept as the theoretical arrival time of the next.
    """
    return ask_to_reserve(connection, key, interval_seconds, count, now, burst)()


def ask_to_reserve(
    connection: Connection, key: str, interval_seconds: float, count: int, now: datetime, burst: int = 1
) -> Callable[[], datetime]:
    """The same, together with others: what this gives is called when all were sent."""
    interval = round(interval_seconds * 1_000_000)
    asked = {"key": key, "present": to_microseconds(now), "span": count * interval, "rest": 0}
    rows = RESERVE.ask(connection, asked)

    def first() -> datetime:
        [(next_at,)] = rows()
        return max(now, to_moment(next_at - (count + burst - 1) * interval))

    return first


def reserve_together(
    connection: Connection, key: str, interval_seconds: float, count: int, now: datetime, burst: int = 1
) -> datetime:
    """The moment at which `count` at once are no more than if they had gone one by one.

    More than a burst at once need quiet before them for as long as the rest of them would have taken.
    """
    interval = round(interval_seconds * 1_000_000)
    span, rest = count * interval, max(0, count - burst) * interval
    asked = {"key": key, "present": to_microseconds(now), "span": span, "rest": rest}
    [(next_at,)] = RESERVE.run(connection, asked)
    return max(now, to_moment(next_at - span - max(0, burst - count) * interval))
