"""Waiting for something to become true, woken by what changes it and by nothing else."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 60.0  # on a machine that is busy with much else; what comes ends the wait at once


class Bell:
    """Rung from plain code at every change; whoever waits looks again."""

    def __init__(self) -> None:
        self._waiters: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_until(self, ready: Callable[[], T | None], within: float) -> T | None:
        """The first thing ready() gives that is not None; None if that takes longer than within seconds."""
        try:
            async with asyncio.timeout(within):
                while (value := ready()) is None:
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.append(waiter)
                    await waiter
                return value
        except TimeoutError:
            return None
