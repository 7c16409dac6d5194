"""`switchboard chat`: a customer in the terminal, with a house of their own that is thrown away afterwards."""

import asyncio
import os
import sys
import tempfile
import threading
from argparse import Namespace
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from bot.app import App, StartFailed
from bot.cli.failures import CommandFailed
from bot.cli.terminal import QUIT, Terminal
from bot.logs import configure_logging
from bot.problems import did_you_mean
from bot.settings import Database, Secret, Settings
from storage.schema import migrate

NOTICE = (
    "A conversation on a throw-away database: nothing is kept. Answer by number or in words; /quit or Ctrl-D ends it."
)


def chat(arguments: Namespace, settings: Settings) -> int:
    """Be a customer until there is nothing more to say."""
    configure_logging("warning", "console")
    with tempfile.TemporaryDirectory(prefix="switchboard-chat-") as folder:
        url = f"sqlite:///{Path(folder) / 'switchboard.db'}"
        migrate(url)
        own = msgspec.structs.replace(
            settings,
            database=Database(url=Secret(url)),
            flows=msgspec.structs.replace(settings.flows, publish="on_change"),
        )
        try:
            asyncio.run(_converse(own, arguments.channel, arguments.language))
        except StartFailed as failure:
            raise CommandFailed(str(failure)) from failure
    return 0


async def _converse(settings: Settings, channel: str, language: str | None) -> None:
    app = App(settings)
    house = app.house
    house.installation.pulled = frozenset({channel})
    try:
        await app.open_service()
        if language is not None and language not in house.languages():
            advice = did_you_mean(language, house.languages()) or f"they speak {', '.join(house.languages())}"
            raise CommandFailed(f"the flows do not speak {language!r}: {advice}", 2)
        house.start()
        print(NOTICE)
        prompt = "> " if sys.stdin.isatty() else ""
        terminal = Terminal(house, channel, language, lambda text: print(text, end="", flush=True), prompt)
        await terminal.hold(_typed())
    finally:
        await app.close()


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
