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
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.live import Live

from bot.cli.desk import usable_desk
from bot.cli.desk_screen import Look, drawn
from bot.cli.rooms import open_database
from bot.cli.writing import print_json
from bot.desk.desk_file import Desk
from bot.desk.waiting import expected_wait
from bot.reports.periods import BusinessCalendar
from bot.reports.wallboard import wallboard
from bot.service.desk.view import usual_turns, view
from bot.service.installation import SystemClock
from bot.settings import Settings
from storage.database import Database, DatabaseDown

EVERY_SECONDS = 2.0
TURNS_LAST = timedelta(minutes=1)
WIDTH = 140  # where the output is no terminal
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


class Window:
    """Looks at the desk through this database."""

    def __init__(self, database: Database, settings: Settings, desk: Desk) -> None:
        self._database = database
        self._business = settings.business
        self._desk = desk
        self._turns: dict[str, list[float]] = {}
        self._turns_until = datetime.min.replace(tzinfo=UTC)

    async def look(self) -> Look:
        """The desk now. Raises DatabaseDown."""
        calendar, now = BusinessCalendar(self._business), SystemClock().now()
        seen = await view(self._database, self._desk, now)
        if now >= self._turns_until:
            names = [queue.name for queue in seen.queues]
            local_now = now.astimezone(calendar.zone)
            self._turns = await usual_turns(self._database, names, local_now, self._business.weekend)
            self._turns_until = now + TURNS_LAST
        expected = {
            queue.name: expected_wait(self._turns.get(queue.name, []), queue.waiting + 1) for queue in seen.queues
        }
        return Look(desk=seen, today=await wallboard(self._database, calendar, now), expected=expected)


async def _show(settings: Settings, desk: Desk, *, as_json: bool) -> None:
    async with open_database(settings) as database:
        seen = await Window(database, settings, desk).look()
    if as_json:
        print_json({**msgspec.structs.asdict(seen.desk), "expected_wait": seen.expected, "today": seen.today})
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
        Console(width=width, highlight=False).print(drawn(seen, ZoneInfo(settings.business.time_zone)))


async def _watch(settings: Settings, desk: Desk) -> None:
    """Draw it again and again. A database that does not answer for a while ends nothing."""
    zone, ended = ZoneInfo(settings.business.time_zone), asyncio.Event()
    async with open_database(settings) as database:
        window = Window(database, settings, desk)
        seen = await window.look()
        with _keys(ended), Live(drawn(seen, zone), screen=True, auto_refresh=False) as screen:
            while not ended.is_set():
                trouble = ""
                try:
                    seen = await window.look()
                except DatabaseDown:
                    trouble = f"the database at {settings.database.address} does not answer"
                screen.update(drawn(seen, zone, trouble), refresh=True)
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
