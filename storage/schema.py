"""The shape of the database: brought up to date, and compared with what this program needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from storage.database import DatabaseDown
from storage.engines import make_engine, take_time
from storage.failures import is_outage, reason_of

NEWEST = "0005"
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 7_310_001  # PostgreSQL's advisory lock: of several processes that start together, one migrates


class SchemaMismatch(Exception):
    """The database has another shape than this program needs. The text says what to do."""


def migrate(url: str) -> None:
    """Bring the database up to date. Several processes may do so at once.

    Raises UnusableUrl, SchemaMismatch, DatabaseDown.
    """
    engine = make_engine(url, 1, writes=True)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                take_time(connection)
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
            _check_encoding(connection)
            version = schema_version(connection)
            if version is not None and version > NEWEST:
                raise SchemaMismatch(_explain(version))
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as failure:
        if is_outage(failure):
            raise DatabaseDown(reason_of(failure)) from failure
        raise
    finally:
        engine.dispose()


def schema_version(connection: Connection) -> str | None:
    """The newest migration that was run; none in an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def check_schema(connection: Connection) -> None:
    """Raises SchemaMismatch unless the database has the shape this program needs."""
    _check_encoding(connection)
    version = schema_version(connection)
    if version != NEWEST:
        raise SchemaMismatch(_explain(version))


def _check_encoding(connection: Connection) -> None:
    """A database of another encoding takes no Persian, or can't read its own JSON."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        advice = "make another one with `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`"
        raise SchemaMismatch(f"the database keeps texts as {encoding}, and not as UTF8: {advice}")


def _explain(version: str | None) -> str:
    match version:
        case None:
            return "the database has no tables yet: run `switchboard migrate`"
        case str() if version < NEWEST:
            return f"the database is at version {version}, this program needs {NEWEST}: run `switchboard migrate`"
        case _:
            return f"the database is at version {version}, this program knows up to {NEWEST}: install a newer program"
