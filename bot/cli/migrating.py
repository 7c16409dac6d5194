"""`switchboard migrate`: the database brought up to date."""

from argparse import Namespace

from bot.cli.rooms import failures_explained
from bot.settings import Settings
from storage.schema import migrate as bring_up_to_date


def migrate(arguments: Namespace, settings: Settings) -> int:
    """Bring the database up to date."""
    with failures_explained(settings):
        bring_up_to_date(settings.database.url)
    print(f"{settings.database.address} is up to date")
    return 0
