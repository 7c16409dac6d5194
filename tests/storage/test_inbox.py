import asyncio
from datetime import timedelta

from sqlalchemy import Connection

from storage import inbox
from storage.database import Database
from tests.storage.conftest import NOW


def test_an_input_is_new_once(connection: Connection) -> None:
    keys = [("telegram", "2"), ("telegram", "1"), ("webchat", "1")]
    assert inbox.remember(connection, keys, NOW) == set(keys)
    assert inbox.remember(connection, [*keys, ("telegram", "3")], NOW) == {("telegram", "3")}
    assert inbox.remember(connection, keys, NOW) == set()
    assert inbox.remember(connection, [], NOW) == set()


def test_an_input_that_comes_twice_in_a_batch_is_new_once(connection: Connection) -> None:
    assert inbox.remember(connection, [("telegram", "1"), ("telegram", "1")], NOW) == {("telegram", "1")}


def test_ids_are_data(connection: Connection) -> None:
    hostile = [
        ("telegram", text)
        for text in ('"]]', "'; DROP TABLE inbox; --", "\\", "é👩‍👩‍👧ی", "", "null", "%(rows)s", ":rows ?")
    ]
    assert inbox.remember(connection, hostile, NOW) == set(hostile)
    assert inbox.remember(connection, hostile, NOW) == set()


def test_what_is_old_is_forgotten(connection: Connection) -> None:
    inbox.remember(connection, [("telegram", "old")], NOW - timedelta(days=3))
    inbox.remember(connection, [("telegram", "new")], NOW)
    assert inbox.prune(connection, NOW - timedelta(days=1)) == 1
    assert inbox.remember(connection, [("telegram", "old"), ("telegram", "new")], NOW) == {("telegram", "old")}


async def test_processes_that_get_the_same_inputs_share_them_out(url: str) -> None:
    databases = [Database(url), Database(url)]
    keys = [("telegram", str(number)) for number in range(40)]

    async def take(number: int) -> set[inbox.Key]:
        mine = keys if number % 2 else keys[::-1]
        return await databases[number % 2].run(lambda connection: inbox.remember(connection, mine, NOW))

    shares = await asyncio.gather(*(take(number) for number in range(8)))
    assert sorted(key for share in shares for key in share) == sorted(keys)
    for database in databases:
        await database.close()
