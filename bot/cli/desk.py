"""The desk's file for a command."""

from collections.abc import Collection
from pathlib import Path

from bot.cli.failures import CommandFailed
from bot.desk.desk_file import Desk, DeskReading, read_desk
from bot.problems import did_you_mean
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


def check_name(name: str | None, known: Collection[str], what: str, settings: Settings) -> None:
    """Raises CommandFailed on a name that the desk's file does not have; `what` is what it would be, "queue"."""
    if name is not None and name not in known:
        advice = did_you_mean(name, known) or f"there are {', '.join(known) or 'none'}"
        raise CommandFailed(f"{name!r} is no {what} of {settings.desk.path}: {advice}", 2)
