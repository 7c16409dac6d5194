"""A hint that there is work, after the commit, in every process on PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.engines import make_engine
from storage.locks import alone
from storage.nudges import nudge
from tests.storage.line import postgres_line


async def test_whoever_waits_is_woken(database: Database) -> None:
    outbox, other = database.watch("outbox"), database.watch("other")
    await _until_heard(database, "outbox")
    assert await outbox.wait(10)
    waiting = asyncio.create_task(outbox.wait(30))
    await database.run(lambda connection: nudge(connection, "outbox"))
    assert await waiting
    await database.run(lambda connection: nudge(connection, "other"))
    assert await other.wait(10)


async def _until_heard(database: Database, topic: str) -> None:
    """The listener of PostgreSQL takes a moment to begin."""
    watch = database.watch(topic)
    while not await watch.wait(0.1):
        await database.run(lambda connection: nudge(connection, topic))


async def test_several_nudges_are_one(database: Database) -> None:
    watch = database.watch("outbox")
    await _until_heard(database, "outbox")
    await watch.wait(0)

    def work(connection: Connection) -> None:
        for _ in range(5):
            nudge(connection, "outbox")

    await database.run(work)
    assert await watch.wait(10)


async def test_what_was_undone_nudges_nobody(database: Database) -> None:
    undone, done = database.watch("undone"), database.watch("done")
    await _until_heard(database, "done")

    def work(connection: Connection) -> None:
        nudge(connection, "undone")
        raise LookupError

    while await undone.wait(0):  # the listener rings all once, when it begins
        pass
    while await done.wait(0):
        pass
    with pytest.raises(LookupError):
        await database.run(work)
    await database.run(lambda connection: nudge(connection, "done"))
    assert await done.wait(10), "nudges come in order, so the other one would be here"
    assert not await undone.wait(0)


async def test_other_processes_are_woken(postgres_database: str) -> None:
    one, other = Database(postgres_database), Database(postgres_database)
    watch = other.watch("outbox")
    await _until_heard(other, "outbox")
    while await watch.wait(0):
        pass
    await one.run(lambda connection: nudge(connection, "outbox"))
    assert await watch.wait(10)
    await one.close()
    await other.close()


async def test_a_listener_whose_line_broke_listens_again(postgres_database: str) -> None:
    async with postgres_line(postgres_database) as (line, url):
        one, other = Database(postgres_database), Database(url)
        watch = other.watch("outbox")
        await _until_heard(other, "outbox")
        while await watch.wait(0):
            pass
        line.cut()
        assert await watch.wait(20), "it looks by itself once it is back: what came meanwhile was not heard"
        await one.run(lambda connection: nudge(connection, "outbox"))
        assert await watch.wait(10)
        await one.close()
        await other.close()


def test_a_job_is_done_by_one_process_at_a_time(postgres_database: str) -> None:
    engine = make_engine(postgres_database, 2, writes=True)
    with engine.begin() as one:
        assert alone(one, "prune")
        with engine.begin() as other:
            assert not alone(other, "prune")
            assert alone(other, "freeze")
    with engine.begin() as other:
        assert alone(other, "prune")
    engine.dispose()
