"""`switchboard migrate`: the database brought up to date."""

from argparse import Namespace

from bot.cli.failures import CommandFailed
from bot.settings import Settings
from storage import schema
from storage.database import DatabaseDown


def migrate(arguments: Namespace, settings: Settings) -> int:
    """Bring the database up to date."""
    try:
        schema.migrate(settings.database.url)
    except schema.SchemaMismatch as mismatch:
        raise CommandFailed(str(mismatch)) from mismatch
    except DatabaseDown as down:
        raise CommandFailed(f"the database at {settings.database.address} does not answer ({down})") from down
    print(f"{settings.database.address} is up to date")
    return 0
