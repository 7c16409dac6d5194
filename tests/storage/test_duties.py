"""Lasting work that one process does at a time."""

from datetime import timedelta

from sqlalchemy import Connection

from storage import duties
from tests.storage.conftest import NOW

MINUTE = timedelta(minutes=1)


def hold(connection: Connection, holder: str, at: timedelta = timedelta()) -> bool:
    return duties.hold(connection, "fetching", holder, NOW + at, NOW + at + MINUTE)


def test_one_has_it_until_it_lets_go_or_its_time_is_over(connection: Connection) -> None:
    assert hold(connection, "one")
    assert not hold(connection, "two")
    assert hold(connection, "one", MINUTE / 2), "it goes on with it"
    assert not hold(connection, "two", MINUTE)
    assert hold(connection, "two", 2 * MINUTE)
    duties.let_go(connection, "fetching", "one")
    assert not hold(connection, "one", 2 * MINUTE), "it was not its own any more"
    duties.let_go(connection, "fetching", "two")
    assert hold(connection, "one", 2 * MINUTE)


def test_who_died_when_the_clock_had_gone_ahead_has_it_no_longer_than_others(connection: Connection) -> None:
    assert hold(connection, "one", timedelta(hours=4))
    assert hold(connection, "two")
    assert not hold(connection, "one", MINUTE / 2)
