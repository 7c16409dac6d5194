"""The desk's file for a command."""

from pathlib import Path

from bot.cli.failures import CommandFailed
from bot.desk.desk_file import Desk, DeskReading, read_desk
from bot.settings import Settings


def read_desk_file(settings: Settings) -> DeskReading:
    """What came of the desk's file. Raises CommandFailed when it can't be read."""
    path = Path(settings.desk.path)
    try:
        return read_desk(str(path), path.read_bytes(), settings.business.time_zone)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}: see desk.path of the settings", 2) from error


def usable_desk(settings: Settings) -> Desk:
    """The desk. Raises CommandFailed when its file has errors, too."""
    reading = read_desk_file(settings)
    if reading.desk is None:
        raise CommandFailed(f"{settings.desk.path} has errors: see `switchboard check`")
    return reading.desk
