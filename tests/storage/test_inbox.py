import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from storage import inbox
from storage.database import Database
from tests.storage.conftest import NOW


def remember(connection: Connection, keys: Collection[inbox.Key], at: datetime) -> set[inbox.Key]:
    return inbox.ask_to_remember(connection, keys, at)()


def test_an_input_is_new_once(connection: Connection) -> None:
    keys = [("telegram", "2"), ("telegram", "1"), ("webchat", "1")]
    assert remember(connection, keys, NOW) == set(keys)
    assert remember(connection, [*keys, ("telegram", "3")], NOW) == {("telegram", "3")}
    assert remember(connection, keys, NOW) == set()
    assert remember(connection, [], NOW) == set()


def test_an_input_that_comes_twice_in_a_batch_is_new_once(connection: Connection) -> None:
    assert remember(connection, [("telegram", "1"), ("telegram", "1")], NOW) == {("telegram", "1")}


def test_ids_are_data(connection: Connection) -> None:
    hostile = [
        ("telegram", text)
        for text in ('"]]', "'; DROP TABLE inbox; --", "\\", "é👩‍👩‍👧ی", "", "null", "%(rows)s", ":rows ?")
    ]
    assert remember(connection, hostile, NOW) == set(hostile)
    assert remember(connection, hostile, NOW) == set()


def test_what_is_old_is_forgotten(connection: Connection) -> None:
    remember(connection, [("telegram", "old")], NOW - timedelta(days=3))
    remember(connection, [("telegram", "new")], NOW)
    assert inbox.prune(connection, NOW - timedelta(days=1)) == 1
    assert remember(connection, [("telegram", "old"), ("telegram", "new")], NOW) == {("telegram", "old")}


def test_what_is_old_is_forgotten_bit_by_bit(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PRUNED_AT_ONCE", 2)
    for days in range(3, 8):
        remember(connection, [("telegram", str(days))], NOW - timedelta(days=days))
    assert [inbox.prune(connection, NOW - timedelta(days=3)) for _ in range(3)] == [2, 2, 0]
    assert remember(connection, [("telegram", "3"), ("telegram", "4")], NOW) == {("telegram", "4")}


async def test_processes_that_get_the_same_inputs_share_them_out(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]
    keys = [("telegram", str(number)) for number in range(40)]

    async def take(number: int) -> set[inbox.Key]:
        mine = keys if number % 2 else keys[::-1]
        return await databases[number % 2].run(lambda connection: remember(connection, mine, NOW))

    shares = await asyncio.gather(*(take(number) for number in range(8)))
    assert sorted(key for share in shares for key in share) == sorted(keys)
    for database in databases:
        await database.close()
