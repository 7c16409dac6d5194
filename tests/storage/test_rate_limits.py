"""Limits that all processes keep together."""

import asyncio
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine

from storage import rate_limits
from storage.database import Database
from storage.rows import Row
from storage.tables import RateLimitRow
from tests.storage.conftest import NOW


def seconds(moment: datetime) -> float:
    return (moment - NOW).total_seconds()


def reserve(connection: Connection, at: float, count: int = 1, burst: int = 1, key: str = "chat 1") -> float:
    now = NOW + timedelta(seconds=at)
    return seconds(rate_limits.reserve(connection, key, 1.0, count, now, burst))


def test_each_has_its_own_moment(connection: Connection) -> None:
    assert [reserve(connection, 0) for _ in range(3)] == [0, 1, 2]
    assert reserve(connection, 0, key="chat 2") == 0
    assert reserve(connection, 10) == 10, "what was not used is not saved up"
    assert reserve(connection, 10.5) == 11


def test_a_clock_that_went_ahead_and_is_right_again_keeps_nobody_waiting(connection: Connection) -> None:
    assert reserve(connection, 4 * 3600) == 4 * 3600
    assert [reserve(connection, 0) for _ in range(2)] == [0, 1]
    assert reserve(connection, 0, count=1000) == 2
    assert reserve(connection, 0) == 1002, "so much was really reserved"


def test_several_are_reserved_at_once(connection: Connection) -> None:
    assert reserve(connection, 0, count=5) == 0
    assert reserve(connection, 0) == 5


def test_a_burst_goes_through_at_once_and_comes_back_slowly(connection: Connection) -> None:
    assert [reserve(connection, 0, burst=3) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert [reserve(connection, 3, burst=3) for _ in range(2)] == [3, 4]
    assert [reserve(connection, 100, burst=3) for _ in range(4)] == [100, 100, 100, 101]


def test_no_window_of_time_holds_more_than_the_limit(engine: Engine) -> None:
    arrivals = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4)), min_size=1, max_size=12)

    @given(arrivals, st.integers(1, 5))
    def check(steps: list[tuple[float, int]], burst: int) -> None:
        with engine.connect() as connection:
            moments: list[float] = []
            at = 0.0
            for pause, count in steps:
                at += pause
                first = reserve(connection, at, count, burst)
                assert first >= round(at, 6) - 1e-6
                moments += [first + number for number in range(count)]
            moments.sort()
            for index, begin in enumerate(moments):
                held = sum(1 for moment in moments[index:] if moment <= begin + 2.0 + 1e-6)
                assert held <= burst + 2
            connection.rollback()

    check()


async def test_processes_never_get_the_same_moment(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]
    moments = await asyncio.gather(
        *(databases[at % 2].run(lambda connection: reserve(connection, 0, count=2)) for at in range(20))
    )
    assert sorted(moments) == list(range(0, 40, 2))
    for database in databases:
        await database.close()


@given(asks=st.lists(st.tuples(st.floats(0, 40), st.integers(1, 10)), min_size=1, max_size=30))
def test_several_at_once_are_never_more_than_a_minute_holds(asks: list[tuple[float, int]]) -> None:
    engine = create_engine("sqlite://")
    Row.metadata.create_all(engine, tables=[Row.metadata.tables[RateLimitRow.__tablename__]])
    sent: list[float] = []
    at = 0.0
    with engine.begin() as connection:
        for pause, count in asks:
            at = max(at + pause, sent[-1] if sent else 0.0)
            now = NOW + timedelta(seconds=at)
            moment = rate_limits.reserve_together(connection, "group", 4.0, count, now, 5)
            sent += [seconds(moment)] * count
    for first, later in zip(sent, sent[20:], strict=False):
        assert later - first >= 59.999
