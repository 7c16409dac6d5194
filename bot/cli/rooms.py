"""The database for a command, and what its failures say to people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.cli.failures import CommandFailed
from bot.settings import Settings
from storage.database import Database, DatabaseDown
from storage.schema import SchemaMismatch, check_schema


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, in the shape this program needs. Raises CommandFailed when it can't be used."""
    database = Database(settings.database.url)
    try:
        await database.read(check_schema)
        yield database
    except SchemaMismatch as mismatch:
        raise CommandFailed(str(mismatch)) from mismatch
    except DatabaseDown as down:
        raise CommandFailed(f"the database at {settings.database.address} does not answer ({down})") from down
    finally:
        await database.close()
