"""One thing at a time in each lane; of those that wait, the oldest goes first."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

T = TypeVar("T")


class Lanes:
    """What comes side by side is brought into its order, as far as it waits at the same time."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[tuple[int, int, asyncio.Future[None]]]] = {}
        self._arrivals = count()

    async def run(self, lane: Hashable, number: int, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work when the lane is free and nothing with a lower number waits in it."""
        waiting = self._waiting.get(lane)
        if waiting is None:
            self._waiting[lane] = []
        else:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heappush(waiting, (number, next(self._arrivals), turn))
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._next(lane)
                raise
        try:
            return await work()
        finally:
            self._next(lane)

    def _next(self, lane: Hashable) -> None:
        waiting = self._waiting[lane]
        while waiting:
            turn = heappop(waiting)[2]
            if not turn.done():
                turn.set_result(None)
                return
        del self._waiting[lane]
