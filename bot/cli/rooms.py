"""The database for a command, and what its failures say to people."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.cli.failures import CommandFailed
from bot.settings import Settings
from storage.database import Database, DatabaseDown
from storage.engines import UnusableUrl
from storage.schema import SchemaMismatch, check_schema


@contextmanager
def failures_explained(settings: Settings) -> Iterator[None]:
    """Have a database that can't be used raise CommandFailed, which says why."""
    address = settings.database.address
    try:
        yield
    except SchemaMismatch as mismatch:
        raise CommandFailed(str(mismatch)) from mismatch
    except DatabaseDown as down:
        raise CommandFailed(f"the database at {address} does not answer ({down})") from down
    except UnusableUrl as unusable:
        raise CommandFailed(f"database.url cannot be used: {unusable}", 2) from unusable


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, in the shape this program needs. Raises CommandFailed when it can't be used."""
    with failures_explained(settings):
        database = Database(settings.database.url)
        try:
            await database.read(check_schema)
            yield database
        finally:
            await database.close()
