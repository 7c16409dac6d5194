"""Work that is cheaper done for many than one by one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
R = TypeVar("R")


class Together(Generic[A, R]):
    """What is asked for while `do` runs is done together by its next run."""

    def __init__(self, do: Callable[[list[A]], Awaitable[Sequence[R]]]) -> None:
        self._do = do
        self._asked: list[tuple[A, asyncio.Future[R]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, one: A) -> R:
        """Have this done, and get what it comes to. Raises what `do` raises."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._asked.append((one, answer))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                await self._answer(asked)
        finally:
            self._worker = None

    async def _answer(self, asked: list[tuple[A, asyncio.Future[R]]]) -> None:
        try:
            results = await self._do([one for one, _ in asked])
        except Exception as failure:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(failure)
            return
        for (_, answer), result in zip(asked, results, strict=True):
            if not answer.done():
                answer.set_result(result)
