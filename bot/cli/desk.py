"""The desk's file for a command."""

from collections.abc import Collection, Sequence
from pathlib import Path

from bot.authored_files import content_of
from bot.cli.failures import CommandFailed
from bot.desk.desk_file import Desk, DeskReading, read_desk
from bot.problems import Problem, did_you_mean
from bot.settings import Settings


def read_desk_file(settings: Settings) -> DeskReading:
    """What came of the desk's file. Raises CommandFailed when it can't be read."""
    path = Path(settings.desk.path)
    try:
        return read_desk(str(path), content_of(path), settings.business.time_zone)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}: see desk.path of the settings", 2) from error


def desk_if_there(settings: Settings) -> DeskReading:
    """The same for a command that can do without it: that the file is not there is a warning."""
    if Path(settings.desk.path).exists():
        return read_desk_file(settings)
    without = Problem(
        file=settings.desk.path,
        line=1,
        column=1,
        code="no-desk",
        severity="warning",
        message="there is no such file, so the queues, calendars and departments that flows name are not checked",
        hint="desk.path of the settings says where it is",
    )
    return DeskReading(desk=None, names=None, problems=(without,))


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


def known_queues(wanted: Sequence[str], desk: Desk, settings: Settings) -> Sequence[str]:
    """Those that were named, each of which is in the desk's file. Raises CommandFailed."""
    for queue in wanted:
        check_name(queue, desk.queues, "queue", settings)
    return wanted
