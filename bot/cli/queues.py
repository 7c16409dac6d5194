"""Queues as they are named in commands."""

from collections.abc import Sequence

from bot.cli.failures import CommandFailed
from bot.desk.desk_file import Desk
from bot.problems import did_you_mean
from bot.settings import Settings


def known_queues(wanted: Sequence[str], desk: Desk, settings: Settings) -> Sequence[str]:
    """Those that were named, each of which is in the desk's file. Raises CommandFailed."""
    for queue in wanted:
        if queue not in desk.queues:
            advice = did_you_mean(queue, desk.queues) or f"there are {', '.join(desk.queues)}"
            raise CommandFailed(f"{queue!r} is no queue of {settings.desk.path}: {advice}", 2)
    return wanted
