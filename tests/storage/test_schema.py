"""The migrations make the very tables that the code describes, on both engines."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from storage.engines import UnusableUrl, make_engine
from storage.schema import MIGRATIONS, NEWEST, SchemaMismatch, check_schema, migrate, schema_version
from storage.tables import Row


def test_the_migrations_make_what_the_code_describes(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    assert compare_metadata(context, Row.metadata) == []


def test_partial_indexes_have_their_conditions(connection: Connection) -> None:
    """The comparison above doesn't look at them."""
    if connection.dialect.name == "sqlite":
        made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
    else:
        made = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
    partial = {name for name, statement in made if statement and " WHERE " in statement}
    described = {
        index.name
        for table in Row.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[connection.dialect.name]["where"] is not None
    }
    assert partial == described
    assert "uq_conversations_open_address" in partial


def test_the_newest_version_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    engine = make_engine(database_url, 1, writes=False)
    with engine.connect() as connection:
        check_schema(connection)
    engine.dispose()


async def test_processes_that_start_together_migrate_once(empty_database_url: str, tmp_path: Path) -> None:
    program = "import sys; from storage.schema import migrate; migrate(sys.argv[1])"
    starts = [
        asyncio.create_subprocess_exec(
            sys.executable, "-c", program, empty_database_url, cwd=tmp_path, stderr=subprocess.PIPE, env=_path()
        )
        for _ in range(3)
    ]
    processes = await asyncio.gather(*starts)
    errors = [(await process.communicate())[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors
    engine = make_engine(empty_database_url, 1, writes=False)
    with engine.connect() as connection:
        assert schema_version(connection) == NEWEST
    engine.dispose()


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2])}


def test_an_empty_database_is_told_apart(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url, 1, writes=False)
    with (
        engine.connect() as connection,
        pytest.raises(SchemaMismatch, match="no tables yet: run `switchboard migrate`"),
    ):
        check_schema(connection)
    engine.dispose()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_takes_no_persian_is_refused(postgres_database: str, encoding: str) -> None:
    engine = create_engine(postgres_database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = f"{connection.execute(text('SELECT current_database()')).scalar_one()}_{encoding.lower()}"
        connection.execute(text(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"))
        url = str(engine.url.set(database=name))
        try:
            with pytest.raises(SchemaMismatch, match=f"texts as {encoding}.*CREATE DATABASE"):
                migrate(url)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.mark.parametrize(("version", "advice"), [("0000", "switchboard migrate"), ("9999", "install a newer program")])
def test_another_version_is_named_with_what_to_do(connection: Connection, version: str, advice: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    with pytest.raises(SchemaMismatch, match=f"version {version}.*{advice}"):
        check_schema(connection)


def test_a_newer_database_is_not_migrated(database_url: str) -> None:
    engine = make_engine(database_url, 1, writes=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="install a newer program"):
        migrate(database_url)
    with engine.connect() as connection:
        assert schema_version(connection) == "9999"
    engine.dispose()


def test_the_file_s_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "switchboard.db"
    migrate(f"sqlite:///{file}")
    assert file.exists()


def test_sqlite_keeps_what_was_committed(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}", 1, writes=True)
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UnusableUrl, match=r"SQLite needs a file|must be sqlite or postgresql"):
        make_engine(url, 1, writes=True)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+psycopg://me:hidden@here:hidden/name", "its port must be a number"),
        ("postgresql+psycopg://me:hi@dden@here/name", "must be written %40"),
        ("postgresql+psycopg://me:hi@dd/en@here/name", "must be written %40"),
        ("postgresql+psycopg:me:hidden@here", "write it like postgresql+psycopg://"),
        ("postgresql+psycopg://me:hidden@here/name?sslmod=require", 'invalid connection option "sslmod"'),
    ],
)
def test_a_wrong_url_is_explained_without_its_secret(url: str, why: str) -> None:
    with pytest.raises(UnusableUrl) as unusable:
        make_engine(url, 1, writes=True)
    said = str(unusable.value)
    assert why in said
    assert not any(part in said for part in ("hi@", "hidden", "dden", "dd/en", "\n"))


def test_options_that_postgresql_knows_are_taken() -> None:
    make_engine("postgresql+psycopg://me@/name?host=/run/a&sslmode=require&connect_timeout=3", 1, writes=True).dispose()


def test_every_reference_is_to_a_table_that_is_there(connection: Connection) -> None:
    inspector = inspect(connection)
    assert set(inspector.get_table_names()) == {*Row.metadata.tables, "alembic_version"}
