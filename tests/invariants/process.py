"""The real program as a process of its own: started, killed, stopped, listened to."""

import asyncio
import re
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.botapi.bell import PATIENCE_SECONDS, Bell
from tests.invariants import nursery

START_SECONDS = 60.0
STOP_SECONDS = 30.0
MANY = "1000000"  # a second: where limits are not what is tested
BROKEN = ("turn_failed", "update_failed", "delivery_broken", "work_broken", "Traceback", "never retrieved")


class Process:
    """What `python -m bot run` is, in a folder of the test's. Settings are given by the name after SWITCHBOARD_.

    Whatever happens, it does not outlive its context.
    """

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self._process: nursery.Copy | None = None
        self._reader: asyncio.Task[None] | None = None
        self._bell = Bell()
        self._is_ended_by_us = False
        self.lines: list[str] = []

    async def __aenter__(self) -> Self:
        await self.spawn()
        await self.opened()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ended = self._process.status if self._process is not None and not self._is_ended_by_us else None
        await self.kill()
        assert ended is None, f"it ended by itself, with status {ended}:\n{self.said[-4000:]}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.status is None

    @property
    def said(self) -> str:
        """Everything on its standard output and standard error so far."""
        return "\n".join(self.lines)

    async def spawn(self) -> None:
        """Begin to start; `opened` waits until it serves."""
        self._folder.mkdir(exist_ok=True)
        self._process = await nursery.start(self._folder, self._settings)
        self._reader = asyncio.create_task(self._read(self._process))

    async def opened(self) -> None:
        """Raises AssertionError with what it said if it does not come to serve."""
        await self.says("is open.", within=START_SECONDS)

    async def says(self, words: str, *, within: float = PATIENCE_SECONDS, where: int = 0) -> str:
        """The first line with these words, from the `where`-th on. Raises AssertionError when none comes in time."""

        def ready() -> str | None:
            found = next((line for line in self.lines[where:] if words in line), None)
            return found if found is not None else None if self.is_running else ""

        found = await self._bell.wait_until(ready, within)
        assert found, f"it did not say {words!r}:\n{self.said[-4000:]}"
        return found

    async def address(self) -> str:
        """Where it serves HTTP."""
        found = re.search(r"http://[\w.:]+(?=/health/ready)", await self.says("/health/ready"))
        assert found
        return found[0]

    def check_sound(self) -> None:
        """Raises AssertionError if it met a bug of its own."""
        broken = [line for line in self.lines if any(word in line for word in BROKEN)]
        assert not broken, broken[:10]

    async def kill(self) -> None:
        """SIGKILL: nothing of it runs any more when this returns."""
        self._is_ended_by_us = self._is_ended_by_us or self.is_running
        if self._process is not None:
            self._process.signal(signal.SIGKILL)
        await self._ended()

    async def stop(self) -> int:
        """SIGTERM; its exit status. Raises AssertionError when it does not end."""
        assert self._process is not None
        self._is_ended_by_us = self.is_running
        self._process.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._ended()
        except TimeoutError:
            raise AssertionError(f"it did not stop:\n{self.said[-4000:]}") from None
        assert self._process.status is not None
        return self._process.status

    async def _ended(self) -> None:
        if self._reader is not None:
            await self._reader

    async def _read(self, process: nursery.Copy) -> None:
        async for line in process.stdout:
            self.lines.append(line.decode().rstrip("\n"))
            self._bell.ring()
        await process.end()
        self._bell.ring()
