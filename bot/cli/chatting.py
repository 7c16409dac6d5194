"""`switchboard chat`: a customer in the terminal, with a house of their own that is thrown away afterwards."""

import asyncio
import os
import sys
import tempfile
import threading
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from bot.app import App, StartFailed
from bot.cli.asides import SIGN, Asides
from bot.cli.chat_clock import ChatClock
from bot.cli.failures import CommandFailed
from bot.cli.flow_folder import check_folder
from bot.cli.terminal import Terminal
from bot.engine.inputs import CommandHeard
from bot.logs import configure_logging
from bot.problems import did_you_mean
from bot.service.house import House
from bot.settings import Database, Secret, Settings
from storage.schema import migrate

NOTICE = (
    "A conversation on a throw-away database: nothing is kept. Answer by number or in words; :help tells what else "
    "can be done here, :quit or Ctrl-D ends it.\n"
)
QUIT = (":quit", "/quit", "/exit")


def chat(arguments: Namespace, settings: Settings) -> int:
    """Be a customer until there is nothing more to say."""
    configure_logging("warning", "console")
    check_folder(settings)
    try:
        asyncio.run(converse(settings, arguments, _typed(), _write))
    except StartFailed as failure:
        raise CommandFailed(str(failure)) from failure
    return 0


async def converse(
    settings: Settings, arguments: Namespace, lines: AsyncIterator[str], write: Callable[[str], None]
) -> None:
    """One customer's conversation, on a database that is thrown away. Raises CommandFailed, StartFailed."""
    clock = ChatClock(_beginning(arguments.at, settings))
    with tempfile.TemporaryDirectory(prefix="switchboard-chat-") as folder:
        url = f"sqlite:///{Path(folder) / 'switchboard.db'}"
        migrate(url)
        own = msgspec.structs.replace(
            settings,
            database=Database(url=Secret(url)),
            flows=msgspec.structs.replace(settings.flows, publish="on_change"),
        )
        app = App(own, clock)
        try:
            await app.open_service()
            await _talk(app.house, clock, arguments, lines, write)
        finally:
            await app.close()


async def _talk(
    house: House, clock: ChatClock, arguments: Namespace, lines: AsyncIterator[str], write: Callable[[str], None]
) -> None:
    house.installation.pulled = frozenset({arguments.channel})
    _check_language(arguments.language, house)
    unlike = _opened(arguments.flow, house)
    house.start()
    write(NOTICE)
    terminal = Terminal(house, arguments.channel, arguments.language, write, "> " if sys.stdin.isatty() else "")
    asides = Asides(terminal, house, clock, write, shows_state=arguments.state, unlike=unlike)
    await _begin(terminal, asides, arguments.slot, arguments.flow)
    while (line := await terminal.next(lines)) is not None:
        typed = line.strip()
        if typed in QUIT:
            return
        if typed.startswith(SIGN):
            await asides.obey(typed)
        elif typed:
            await terminal.say(typed)
            await asides.after_turn()


def _write(text: str) -> None:
    print(text, end="", flush=True)


def _beginning(at: str | None, settings: Settings) -> datetime | None:
    """The moment that `--at` names; without a zone it is meant in the business's own."""
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise CommandFailed(f"--at {at!r} is no moment: write it like '2026-03-21 09:30'", 2) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.business.time_zone))


def _check_language(language: str | None, house: House) -> None:
    if language is not None and language not in house.languages():
        advice = did_you_mean(language, house.languages()) or f"they speak {', '.join(house.languages())}"
        raise CommandFailed(f"the flows do not speak {language!r}: {advice}", 2)


def _opened(name: str | None, house: House) -> str | None:
    """Let the flow begin by its name, also one that only others start; then why this can't be saved as a test."""
    program = house.programs.newest_program()
    assert program is not None
    flow = program.flows.get(name or program.flow_set.start)
    if flow is None or name is None:
        if name is None:
            return None
        advice = did_you_mean(name, program.flow_set.flows) or f"there are {', '.join(program.flow_set.flows)}"
        raise CommandFailed(f"there is no flow {name!r}: {advice}", 2)
    if flow.guard is None:
        return None
    unguarded = msgspec.structs.replace(flow, guard=None)
    links = tuple(sorted({*program.deep_links, name}, key=len, reverse=True))
    flows = {**program.flows, name: unguarded}
    house.programs.keep(msgspec.structs.replace(program, flows=flows, deep_links=links))
    return f"no test can begin with {name!r}, which begins only if {flow.guard}: begin with a flow that leads to it"


async def _begin(terminal: Terminal, asides: Asides, slots: Sequence[str], flow: str | None) -> None:
    if slots:
        await asides.fill(*slots)
    if flow is not None or not slots:
        await terminal.hear(CommandHeard(name="start", argument=flow or ""))
        await asides.after_turn()


async def _typed() -> AsyncIterator[str]:
    """The lines of standard input. Where nobody saw them typed they are printed, for whoever reads the output."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    reader = threading.Thread(target=_read_lines, args=(loop, lines), daemon=True, name="typed-lines")
    reader.start()
    while (line := await lines.get()) is not None:
        if not sys.stdin.isatty():
            print(f"> {line}", flush=True)
        yield line


def _read_lines(loop: asyncio.AbstractEventLoop, lines: "asyncio.Queue[str | None]") -> None:
    """Read on a thread: a file cannot be waited for. Not through sys.stdin, whose lock would stay taken at the end."""
    rest = b""
    while chunk := os.read(sys.stdin.fileno(), 65_536):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            loop.call_soon_threadsafe(lines.put_nowait, line.decode(errors="replace"))
            if line.strip().decode(errors="replace") in QUIT:
                return
    if rest:
        loop.call_soon_threadsafe(lines.put_nowait, rest.decode(errors="replace"))
    loop.call_soon_threadsafe(lines.put_nowait, None)
