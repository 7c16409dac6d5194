"""One transaction at a time: kept whole or not at all, run again where that is safe, and never a hang."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import engines, kept_settings
from storage.database import Database, DatabaseDown, Last
from storage.prepared import Prepared
from storage.tables import KeptSettingRow
from tests.storage.line import postgres_line


def keep(connection: Connection, key: str, value: str = "1") -> None:
    connection.execute(insert(KeptSettingRow).values(key=key, value=value))


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(KeptSettingRow)).scalar_one()


async def test_what_a_transaction_did_is_kept(database: Database) -> None:
    await database.run(lambda connection: keep(connection, "a"))
    assert await database.read(count) == 1


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        keep(connection, "a")
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await database.run(work)
    assert await database.read(count) == 0


async def test_a_bug_in_a_statement_is_no_outage(database: Database) -> None:
    await database.run(lambda connection: keep(connection, "a"))
    with pytest.raises(IntegrityError):
        await database.run(lambda connection: keep(connection, "a"))
    with pytest.raises(DBAPIError) as failure:
        await database.run(lambda connection: connection.exec_driver_sql("SELECT nothing FROM FROM"))
    assert not isinstance(failure.value, DatabaseDown)


KEEP = Prepared(
    insert(KeptSettingRow).values(key=bindparam("key"), value=bindparam("value")).returning(KeptSettingRow.value),
    returns=(KeptSettingRow.value,),
)


ADD = Prepared(
    update(KeptSettingRow)
    .where(KeptSettingRow.key == bindparam("of"))
    .values(value=KeptSettingRow.value + "1")
    .returning(KeptSettingRow.value),
    returns=(KeptSettingRow.value,),
)


def keep_last(connection: Connection, key: str, value: str = "1") -> Last[str]:
    """What is kept in company of the commit."""

    def last() -> Callable[[], str]:
        rows = KEEP.ask(connection, {"key": key, "value": value})
        return lambda: str(rows()[0][0])

    return last


async def test_what_goes_with_the_commit_is_kept_and_answered(database: Database) -> None:
    def work(connection: Connection) -> Last[str]:
        keep(connection, "a")
        return keep_last(connection, "b", "two")

    assert await database.run_to_last(work) == "two"
    assert await database.read(count) == 2


async def test_what_fails_with_the_commit_leaves_nothing(database: Database) -> None:
    await database.run(lambda connection: keep(connection, "b"))

    def work(connection: Connection) -> Last[str]:
        keep(connection, "a")
        return keep_last(connection, "b")

    with pytest.raises(IntegrityError):
        await database.run_to_last(work)
    assert await database.read(count) == 1
    assert await database.run_to_last(lambda connection: keep_last(connection, "c")) == "1"


async def test_reading_can_t_write(database: Database) -> None:
    with pytest.raises(DatabaseDown):  # as if it had become a standby
        await database.read(lambda connection: keep(connection, "a"))
    assert await database.read(count) == 0


async def test_reading_sees_one_moment_while_others_write(database: Database) -> None:
    reading, written = threading.Event(), threading.Event()

    def look_twice(connection: Connection) -> tuple[int, int]:
        first = count(connection)
        reading.set()
        assert written.wait(10)
        return first, count(connection)

    look = asyncio.create_task(database.read(look_twice))
    await asyncio.to_thread(reading.wait, 10)
    await database.run(lambda connection: keep(connection, "a"))
    written.set()
    assert await look == (0, 0)
    assert await database.read(count) == 1


async def test_many_at_once_are_all_kept(database: Database) -> None:
    async def one(number: int) -> None:
        await database.run(lambda connection: keep(connection, str(number)))

    await asyncio.gather(*(one(number) for number in range(50)))
    assert await database.read(count) == 50


async def test_the_first_to_keep_a_setting_wins_in_every_process(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]

    async def make(number: int) -> str:
        value = f"secret {number}"
        return await databases[number % 2].run(lambda connection: kept_settings.keep(connection, "webhook", value))

    assert len(set(await asyncio.gather(*(make(number) for number in range(8))))) == 1
    for database in databases:
        await database.close()


def server_process(connection: Connection) -> int:
    return int(connection.execute(select(func.pg_backend_pid())).scalar_one())


async def test_one_after_the_other_has_the_connection_that_is_warm(postgres_database: str) -> None:
    database = Database(postgres_database)
    together = threading.Barrier(3, timeout=20)

    def meet(connection: Connection) -> int:
        together.wait()
        return server_process(connection)

    assert len(set(await asyncio.gather(*(database.run(meet) for _ in range(3))))) == 3
    assert len({await database.run(server_process) for _ in range(6)}) == 1
    await database.close()


async def test_plans_are_made_anew_after_a_while(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "PLANS_SECONDS", 0)
    database = Database(postgres_database)
    assert await database.run(server_process) != await database.run(server_process)
    await database.close()


async def test_two_that_deadlock_are_both_done(postgres_database: str) -> None:
    database = Database(postgres_database)
    for key in ("a", "b"):
        await database.run(lambda connection, key=key: keep(connection, key, "0"))  # type: ignore[misc]
    both_hold_one = threading.Barrier(2, timeout=20)
    runs = []

    def add(connection: Connection, first: str, second: str) -> None:
        runs.append(first)
        for key in (first, second):
            connection.execute(
                update(KeptSettingRow).where(KeptSettingRow.key == key).values(value=KeptSettingRow.value + "1")
            )
            if key == first and len(runs) <= 2:
                both_hold_one.wait()

    await asyncio.gather(
        database.run(lambda connection: add(connection, "a", "b")),
        database.run(lambda connection: add(connection, "b", "a")),
    )
    assert len(runs) == 3, "one was undone and ran again"
    values = await database.read(lambda connection: connection.execute(select(KeptSettingRow.value)).scalars().all())
    assert values == ["011", "011"]
    await database.close()


async def test_two_that_deadlock_in_the_commit_are_both_done(postgres_database: str) -> None:
    database = Database(postgres_database)
    for key in ("a", "b"):
        await database.run(lambda connection, key=key: keep(connection, key, "0"))  # type: ignore[misc]
    both_hold_one = threading.Barrier(2, timeout=20)
    runs = []

    def work(connection: Connection, first: str, second: str) -> Last[str]:
        runs.append(first)
        ADD.run(connection, {"of": first})
        if len(runs) <= 2:
            both_hold_one.wait()

        def last() -> Callable[[], str]:
            rows = ADD.ask(connection, {"of": second})
            return lambda: str(rows()[0][0])

        return last

    values = await asyncio.gather(
        database.run_to_last(lambda connection: work(connection, "a", "b")),
        database.run_to_last(lambda connection: work(connection, "b", "a")),
    )
    assert len(runs) == 3, "one was undone and ran again"
    assert sorted(values) == ["01", "011"]
    await database.close()


async def test_a_connection_that_went_stale_is_replaced(postgres_database: str) -> None:
    async with postgres_line(postgres_database) as (line, url):
        database = Database(url)
        await database.run(lambda connection: keep(connection, "a"))
        line.cut()
        await database.run(lambda connection: keep(connection, "b"))
        line.cut()
        assert await database.read(count) == 2
        await database.close()


async def test_a_line_that_breaks_in_the_commit_is_an_outage_and_not_run_twice(postgres_database: str) -> None:
    async with postgres_line(postgres_database) as (line, url):
        database = Database(url)
        await database.run(lambda connection: keep(connection, "a"))
        loop = asyncio.get_running_loop()
        runs = []

        async def cut() -> None:
            line.cut()

        def work(connection: Connection) -> None:
            runs.append(1)
            keep(connection, "b")
            asyncio.run_coroutine_threadsafe(cut(), loop).result(10)

        with pytest.raises(DatabaseDown):
            await database.run(work)
        assert len(runs) == 1
        assert await database.read(count) == 1
        await database.close()


@pytest.mark.parametrize(
    ("away", "back"),
    [
        ("ALTER TABLE kept_settings RENAME TO gone", "ALTER TABLE gone RENAME TO kept_settings"),
        ("ALTER TABLE kept_settings RENAME value TO gone", "ALTER TABLE kept_settings RENAME gone TO value"),
    ],
    ids=["empty", "older"],
)
async def test_another_database_all_at_once_is_an_outage_until_it_is_itself(
    postgres_database: str, away: str, back: str
) -> None:
    database = Database(postgres_database)
    await database.run(lambda connection: connection.execute(text(away)))
    with pytest.raises(DatabaseDown, match="does not exist"):
        await database.run(lambda connection: keep(connection, "a"))
    await database.run(lambda connection: connection.execute(text(back)))
    await database.run(lambda connection: keep(connection, "a"))
    assert await database.read(count) == 1
    await database.close()


async def test_without_rights_it_is_an_outage(postgres_database: str) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("SET LOCAL ROLE pg_monitor"))
        keep(connection, "a")

    database = Database(postgres_database)
    with pytest.raises(DatabaseDown, match="permission denied"):
        await database.run(work)
    await database.close()


async def test_a_server_that_is_away_is_an_outage_until_it_is_back(postgres_database: str) -> None:
    async with postgres_line(postgres_database) as (line, url):
        database = Database(url)
        await database.run(lambda connection: keep(connection, "a"))
        await line.close()
        with pytest.raises(DatabaseDown):
            await database.run(lambda connection: keep(connection, "b"))
        with pytest.raises(DatabaseDown):
            await database.read(count)
        await line.open(int(url.rsplit(":", 1)[1].split("/")[0]))
        await database.run(lambda connection: keep(connection, "b"))
        assert await database.read(count) == 2
        await database.close()


async def test_a_server_that_falls_silent_is_an_outage_and_its_threads_come_back(postgres_database: str) -> None:
    async with postgres_line(postgres_database) as (line, url):
        database = Database(url, answer_seconds=0.5)
        await database.run(lambda connection: keep(connection, "a"))
        line.fall_silent()
        line.refuse()
        outages = [database.run(lambda connection: keep(connection, "b")) for _ in range(6)]
        results = await asyncio.gather(*outages, return_exceptions=True)
        assert [type(result) for result in results] == [DatabaseDown] * 6
        await database.close()


async def test_a_file_that_another_program_holds_is_an_outage(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engines.SQLITE_SETTINGS, "busy_timeout", 10)
    database = Database(sqlite_url)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseDown):
            await database.run(lambda connection: keep(connection, "a"))
        assert await database.read(count) == 0, "readers don't wait for a writer"
        other.execute("ROLLBACK")
    other.close()
    await database.run(lambda connection: keep(connection, "a"))
    await database.close()


async def test_a_second_process_writes_to_the_same_file(sqlite_url: str) -> None:
    bot, command = Database(sqlite_url), Database(sqlite_url)

    async def write(database: Database, name: str) -> None:
        for number in range(20):
            await database.run(lambda connection, key=f"{name} {number}": keep(connection, key))  # type: ignore[misc]

    await asyncio.gather(write(bot, "bot"), write(command, "command"))
    assert await bot.read(count) == 40
    await bot.close()
    await command.close()


async def test_a_file_that_is_gone_is_an_outage_until_it_is_back(sqlite_url: str) -> None:
    """What is written to it meanwhile would be lost."""
    file = sqlite_url.removeprefix("sqlite:///")
    database = Database(sqlite_url)
    await database.run(lambda connection: keep(connection, "a"))
    assert await database.read(count) == 1
    shutil.move(file, f"{file}.elsewhere")
    for _ in range(2):
        with pytest.raises(DatabaseDown, match="gone"):
            await database.run(lambda connection: keep(connection, "b"))
        with pytest.raises(DatabaseDown, match="gone"):
            await database.read(count)
    shutil.move(f"{file}.elsewhere", file)
    await database.run(lambda connection: keep(connection, "b"))
    assert await database.read(count) == 2
    await database.close()


async def test_a_backup_in_the_place_of_a_file_is_what_is_written_to(sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    shutil.copy(file, f"{file}.backup")
    database = Database(sqlite_url)
    await database.run(lambda connection: keep(connection, "a"))
    assert await database.read(count) == 1
    shutil.move(f"{file}.backup", file)
    for left in ("-wal", "-shm"):
        shutil.move(file + left, f"{file}{left}.old")
    assert await database.read(count) == 0
    await database.run(lambda connection: keep(connection, "b"))
    assert await database.read(count) == 1
    await database.close()


async def test_a_file_that_is_no_database_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("this is a shopping list, not a database, and it is long enough to be read" * 20)
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(DatabaseDown):
        await database.run(count)
    await database.close()
