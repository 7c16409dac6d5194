"""The bots that are measured, each a process of its own on its own core."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.botapi.server import BotApiServer
from tests.ports import free_port

START_SECONDS = 60.0
STOP_SECONDS = 30.0
MANY = "1000000"  # a second: the bench measures what the bot can do, and not what Telegram allows
ROOT = Path(__file__).parent.parent
SHOP = ROOT / "bench" / "shop"
UNTOUCHED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")


class BotFailed(Exception):
    """A bot did not start or did not stop; the text ends with what it said."""


@dataclass(frozen=True, slots=True)
class Bot:
    """How to start one. `before` are commands that run first, such as making the tables."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    before: tuple[tuple[str, ...], ...] = ()


def bare_bot(server: BotApiServer) -> Bot:
    """aiogram alone."""
    port = str(free_port())
    return Bot("bare", ("-m", "bench.bare"), {"API_URL": server.url, "TOKEN": server.token, "PORT": port})


def our_bot(server: BotApiServer, name: str, database_url: str) -> Bot:
    """Ours, as `switchboard run` starts it."""
    port = free_port()
    settings = {
        "DATABASE__URL": database_url,
        "FLOWS__PATH": str(SHOP),
        "FLOWS__PUBLISH": "on_change",
        "HTTP__PORT": str(port),
        "HTTP__PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM__TOKEN": server.token,
        "TELEGRAM__API_URL": server.url,
        "TELEGRAM__MODE": "webhook",
        "TELEGRAM__MESSAGES_PER_SECOND": MANY,
        "TELEGRAM__MESSAGES_PER_CHAT_PER_SECOND": MANY,
        "LOG__LEVEL": "warning",
    }
    environment = {f"SWITCHBOARD_{name}": value for name, value in settings.items()}
    return Bot(name, ("-m", "bot", "run"), environment, before=(("-m", "bot", "migrate"),))


class Running:
    """A started bot, from entering to leaving the context."""

    def __init__(self, bot: Bot, server: BotApiServer, log: Path, cores: set[int] | None = None) -> None:
        """What the bot says goes into `log`; without `cores` it runs wherever it likes."""
        self._bot = bot
        self._server = server
        self._log = log
        self._pin: Callable[[], None] | None = (lambda: os.sched_setaffinity(0, cores)) if cores else None
        self._environment = {name: os.environ[name] for name in UNTOUCHED if name in os.environ} | dict(bot.environment)

    async def __aenter__(self) -> int:
        """Gives the process id, once the bot has told Telegram where it listens."""
        for command in self._bot.before:
            process = await self._start(command)
            if await process.wait() != 0:
                raise BotFailed(f"{' '.join(command)} failed:\n{self._said()}")
        self._process = await self._start(self._bot.command)
        ready = asyncio.create_task(self._is_ready())
        died = asyncio.create_task(self._process.wait())
        await asyncio.wait([ready, died], return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        if not ready.done() or not ready.result():
            ready.cancel()
            await self.__aexit__()
            raise BotFailed(f"the bot {self._bot.name} did not start:\n{self._said()}")
        return self._process.pid

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            raise BotFailed(f"the bot {self._bot.name} did not stop:\n{self._said()}") from None

    async def _start(self, command: tuple[str, ...]) -> asyncio.subprocess.Process:
        with self._log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *command,
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
                preexec_fn=self._pin,
            )

    async def _is_ready(self) -> bool | None:
        log = self._server.log
        return await log.bell.wait_until(lambda: log.counts["setWebhook"] > 0 or None, START_SECONDS)

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8")[-4000:]
