"""Limits that all processes keep together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BigInteger, Connection, and_, bindparam, case, literal, type_coerce
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.columns import MICROSECOND, to_microseconds, to_moment
from storage.prepared import Prepared
from storage.tables import RateLimitRow

# What is spoken for until later than that was so by a clock that went ahead: nobody has so much to say.
FARTHEST = timedelta(minutes=30)

NEXT_AT = type_coerce(RateLimitRow.next_at, BigInteger)
PRESENT = bindparam("present", type_=BigInteger)
SPAN = bindparam("span", type_=BigInteger)  # that many intervals of microseconds
REST = bindparam("rest", type_=BigInteger)  # that many microseconds of quiet before
IS_BUSY = and_(NEXT_AT + REST > PRESENT, NEXT_AT - literal(FARTHEST // MICROSECOND, BigInteger) < PRESENT)
RESERVE = Prepared(
    insert_or(RateLimitRow)
    .values(key=bindparam("key"), next_at=PRESENT + SPAN)
    .on_conflict_do_update(
        index_elements=[RateLimitRow.key],
        set_={"next_at": type_coerce(case((IS_BUSY, NEXT_AT + REST), else_=PRESENT) + SPAN, BigInteger)},
    )
    .returning(NEXT_AT),
    returns=(NEXT_AT,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """Moments in a row, of which the first is `back` microseconds before what is free `next` of the limit, or `now`."""

    key: str
    now: datetime
    interval: timedelta
    back: int
    next: Callable[[], int]

    def soonest(self, place: int) -> datetime:
        """No sooner than this is the moment at that place, counted from 0."""
        return self.now + place * self.interval

    def less(self, place: int) -> int:
        """Nor sooner than so many microseconds before what is free next."""
        return self.back - place * (self.interval // MICROSECOND)

    def moment(self, place: int) -> datetime:
        """The moment at that place, when all was sent."""
        return max(self.soonest(place), to_moment(self.next() - self.less(place)))


def reserve(
    connection: Connection, key: str, interval_seconds: float, count: int, now: datetime, burst: int = 1
) -> datetime:
    """The first of `count` moments, `interval_seconds` apart, that now belong to the caller alone.

    A key that was quiet long enough lets `burst` through at once. Source: the generic cell rate algorithm (ATM Forum,
    Traffic Management 4.0), kept as the theoretical arrival time of the next.
    """
    return ask_to_reserve(connection, key, interval_seconds, count, now, burst).moment(0)


def ask_to_reserve(
    connection: Connection, key: str, interval_seconds: float, count: int, now: datetime, burst: int = 1
) -> Reserved:
    """The same, together with others: statements behind it can have the moments from `soonest` and `less`."""
    interval = round(interval_seconds * 1_000_000)
    asked = {"key": key, "present": to_microseconds(now), "span": count * interval, "rest": 0}
    rows = RESERVE.ask(connection, asked)

    @cache
    def free_next() -> int:
        [(next_at,)] = rows()
        return int(next_at)

    back = (count + burst - 1) * interval
    return Reserved(key=key, now=now, interval=interval * MICROSECOND, back=back, next=free_next)


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
