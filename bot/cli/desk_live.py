"""`switchboard desk`: queues, agents and waiting customers, as they are now and from then on."""

import asyncio
import os
import shutil
import sys
import termios
import tty
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.live import Live

from bot.cli.desk import usable_desk
from bot.cli.desk_screen import drawn
from bot.cli.rooms import open_database
from bot.cli.writing import print_json
from bot.desk.desk_file import Desk
from bot.reports.periods import BusinessCalendar
from bot.reports.wallboard import Wallboard, wallboard
from bot.service.desk_view import DeskView, view
from bot.service.installation import SystemClock
from bot.settings import Settings
from storage.database import Database, DatabaseDown

EVERY_SECONDS = 2.0
WIDTH = 120  # where the output is no terminal
QUIT = frozenset(b"qQ")
PRESSED_AT_ONCE = 64


def watch(arguments: Namespace, settings: Settings) -> int:
    """Show the desk once, or until somebody presses q."""
    desk = usable_desk(settings)
    if arguments.format == "json" or arguments.once or not sys.stdout.isatty():
        asyncio.run(_show(settings, desk, as_json=arguments.format == "json"))
        return 0
    with suppress(KeyboardInterrupt):
        asyncio.run(_watch(settings, desk))
    return 0


async def _show(settings: Settings, desk: Desk, *, as_json: bool) -> None:
    async with open_database(settings) as database:
        seen, today = await _look(database, settings, desk)
    if as_json:
        print_json(
            {"at": seen.at, "queues": seen.queues, "agents": seen.agents, "waiting": seen.waiting, "today": today}
        )
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
        Console(width=width, highlight=False).print(drawn(seen, today, ZoneInfo(settings.business.time_zone)))


async def _look(database: Database, settings: Settings, desk: Desk) -> tuple[DeskView, Wallboard]:
    now = SystemClock().now()
    seen = await view(database, desk, now)
    return seen, await wallboard(database, BusinessCalendar(settings.business), now)


async def _watch(settings: Settings, desk: Desk) -> None:
    """Draw it again and again. A database that does not answer for a while ends nothing."""
    zone, ended = ZoneInfo(settings.business.time_zone), asyncio.Event()
    async with open_database(settings) as database:
        seen, today = await _look(database, settings, desk)
        with _keys(ended), Live(drawn(seen, today, zone), screen=True, auto_refresh=False) as screen:
            while not ended.is_set():
                trouble = ""
                try:
                    seen, today = await _look(database, settings, desk)
                except DatabaseDown:
                    trouble = f"the database at {settings.database.address} does not answer"
                screen.update(drawn(seen, today, zone, trouble), refresh=True)
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), EVERY_SECONDS)


@contextmanager
def _keys(ended: asyncio.Event) -> Iterator[None]:
    """Hear keys as they are pressed, where somebody sits at a keyboard."""
    if not sys.stdin.isatty():
        yield
        return
    keyboard, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    before = termios.tcgetattr(keyboard)

    def hear() -> None:
        if set(os.read(keyboard, PRESSED_AT_ONCE)) & QUIT:
            ended.set()

    tty.setcbreak(keyboard)
    loop.add_reader(keyboard, hear)
    try:
        yield
    finally:
        loop.remove_reader(keyboard)
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
