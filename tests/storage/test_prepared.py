"""Statements of the hot path behave like every other one."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import engines, inbox
from storage.columns import to_microseconds
from storage.database import Database, Last
from storage.failures import is_outage
from storage.prepared import Prepared, Row, together
from storage.schema import migrate
from storage.tables import ConversationRow, RateLimitRow
from tests.storage.conftest import NOW, open_conversation

KILL_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
KEYS = {("telegram", "1"), ("telegram", "2")}


def test_values_come_back_as_python_has_them(connection: Connection) -> None:
    stored = open_conversation(connection)
    names = (ConversationRow.id, ConversationRow.goal, ConversationRow.opened_at, ConversationRow.closed_at)
    prepared = Prepared(select(*names).where(ConversationRow.id == bindparam("id")), returns=names)
    assert prepared.run(connection, {"id": stored.id}) == [(stored.id, False, NOW, None)]
    assert prepared.run(connection, {"id": "nobody"}) == []


def test_constants_of_the_statement_are_given_with_it(connection: Connection) -> None:
    keep = Prepared(insert(RateLimitRow).values(key=bindparam("key"), next_at=NOW))
    assert keep.run(connection, {"key": "a", "next_at": to_microseconds(NOW)}) == []
    count = func.count()
    kept = Prepared(select(count).where(RateLimitRow.key == "a", RateLimitRow.key == bindparam("key")), returns=[count])
    assert kept.run(connection, {"key": "a"}) == [(1,)]
    assert kept.run(connection, {"key": "b"}) == [(0,)]


def test_what_it_does_is_undone_with_its_transaction(connection: Connection) -> None:
    with connection.begin_nested() as part:
        inbox.ask_to_remember(connection, KEYS, NOW)()
        part.rollback()
    assert inbox.ask_to_remember(connection, KEYS, NOW)() == KEYS


def test_without_a_transaction_it_begins_one(connection: Connection) -> None:
    with connection.engine.connect() as other:
        connection.rollback()
        inbox.ask_to_remember(other, KEYS, NOW)()
        assert other.in_transaction()
        other.rollback()
        assert inbox.ask_to_remember(other, KEYS, NOW)() == KEYS


def test_failures_are_those_of_sqlalchemy(connection: Connection) -> None:
    keep = Prepared(insert(RateLimitRow).values(key=bindparam("key"), next_at=bindparam("next_at")))
    keep.run(connection, {"key": "a", "next_at": 1})
    with pytest.raises(IntegrityError) as failure:
        keep.run(connection, {"key": "a", "next_at": 1})
    assert not failure.value.connection_invalidated
    assert "'a'" not in str(failure.value.statement)


def test_a_column_that_is_gone_is_a_failure_too(connection: Connection) -> None:
    with pytest.raises(DBAPIError):
        Prepared(update(RateLimitRow).values(key=text("nothing"))).run(connection, {})


def test_together_each_has_its_rows(connection: Connection) -> None:
    keep = Prepared(insert(RateLimitRow).values(key=bindparam("key"), next_at=bindparam("next_at")))
    kept = Prepared(select(RateLimitRow.key).order_by(RateLimitRow.key), returns=[RateLimitRow.key])
    with together(connection):
        keep.run(connection, {"key": "a", "next_at": 1})
        assert kept.run(connection, {}) == [("a",)]
        keep.run(connection, {"key": "b", "next_at": 1})
        keep.run(connection, {"key": "c", "next_at": 1})
    assert kept.run(connection, {}) == [("a",), ("b",), ("c",)]
    assert list(connection.execute(select(RateLimitRow.key).where(RateLimitRow.key == "c"))) == [("c",)]


def test_together_rows_can_be_asked_for_and_read_behind(connection: Connection) -> None:
    keep = Prepared(insert(RateLimitRow).values(key=bindparam("key"), next_at=bindparam("next_at")))
    kept = Prepared(select(RateLimitRow.key).order_by(RateLimitRow.key), returns=[RateLimitRow.key])
    with together(connection):
        keep.run(connection, {"key": "a", "next_at": 1})
        first = kept.ask(connection, {})
        keep.run(connection, {"key": "b", "next_at": 1})
        second = kept.ask(connection, {})
    assert (second(), first()) == ([("a",), ("b",)], [("a",)])


async def test_together_nobody_waits_for_the_answer_to_each(postgres_database: str) -> None:
    kept = Prepared(select(RateLimitRow.key), returns=[RateLimitRow.key])

    def ask(connection: Connection) -> list[str]:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        seen = []
        with together(connection):
            rows = [kept.ask(connection, {}) for _ in range(3)]
            seen.append(raw.info.transaction_status.name)  # as far as the server's answers have told
        seen.append(raw.info.transaction_status.name)
        assert [read() for read in rows] == [[], [], []]
        return seen

    database = Database(postgres_database)
    try:
        assert await database.run(ask) == ["ACTIVE", "INTRANS"]
    finally:
        await database.close()


async def test_a_transaction_goes_twice_to_the_server(postgres_database: str, tmp_path: Path) -> None:
    """To look, with its beginning, and to write, with its end."""
    kept = Prepared(select(func.pg_current_xact_id()), returns=[func.pg_current_xact_id()])
    database = Database(postgres_database)

    def look_and_write(connection: Connection) -> Last[list[list[Row]]]:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        raw.pgconn.trace(spoken.fileno())
        with together(connection):
            looked = [kept.ask(connection, {}) for _ in range(2)]

        def write() -> Callable[[], list[list[Row]]]:
            looked.extend(kept.ask(connection, {}) for _ in range(2))
            return lambda: [read() for read in looked]

        return write

    with (tmp_path / "spoken").open("wb") as spoken:
        try:
            found = await database.run_to_last(look_and_write)
        finally:
            await database.close()
    assert found == [found[0]] * 4, "all is one transaction"
    assert (tmp_path / "spoken").read_text().count("ReadyForQuery") == 2


@pytest.mark.parametrize("asks", [True, False])
def test_together_the_first_failure_counts(connection: Connection, asks: bool) -> None:
    keep = Prepared(insert(RateLimitRow).values(key=bindparam("key"), next_at=bindparam("next_at")))
    kept = Prepared(select(RateLimitRow.key), returns=[RateLimitRow.key])

    def fail() -> None:
        with connection.begin_nested(), together(connection):
            keep.run(connection, {"key": "a", "next_at": 1})
            keep.run(connection, {"key": "a", "next_at": 1})
            keep.run(connection, {"key": "b", "next_at": 1})
            if asks:
                kept.run(connection, {})

    with pytest.raises(IntegrityError):
        fail()
    assert kept.run(connection, {}) == []


def test_together_who_hangs_behind_does_not_keep_its_locks(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What psycopg sends last makes the server forget its limit of idle transactions."""
    migrate(postgres_database)
    patient = engines.make_engine(postgres_database, 1, writes=True)
    with patient.begin() as first:
        first.execute(insert(RateLimitRow).values(key="a", next_at=NOW))
    monkeypatch.setitem(engines.POSTGRESQL_SETTINGS, "idle_in_transaction_session_timeout", "1s")
    monkeypatch.setitem(engines.SINCE_17, "transaction_timeout", "1s")
    engine = engines.make_engine(postgres_database, 1, writes=True)
    look = Prepared(select(RateLimitRow.key).with_for_update(), returns=[RateLimitRow.key])
    hanging = engine.connect()
    with together(hanging):
        rows = look.ask(hanging, {})
    assert rows() == [("a",)]
    with patient.begin() as another:
        assert look.run(another, {}) == [("a",)], "which waits for no longer than engines.LOCK_SECONDS"
    with pytest.raises(DBAPIError) as failure:
        look.run(hanging, {})
    assert is_outage(failure.value)
    assert failure.value.connection_invalidated
    hanging.close()
    for used in (engine, patient):
        used.dispose()


async def test_what_meets_a_dead_connection_is_done_on_a_new_one(postgres_database: str) -> None:
    database = Database(postgres_database)
    try:
        await database.run(lambda connection: inbox.ask_to_remember(connection, set(), NOW)())
        await database.read(lambda connection: connection.execute(KILL_OTHERS))
        assert await database.run(lambda connection: inbox.ask_to_remember(connection, KEYS, NOW)()) == KEYS
    finally:
        await database.close()
