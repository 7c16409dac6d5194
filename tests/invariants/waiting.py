"""Waiting for what nothing announces: the inside of a database, a port of another process."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.05


async def until(holds: Callable[[], Awaitable[bool]], within: float, otherwise: str) -> None:
    """Look again and again until it holds. Raises AssertionError with these words after so many seconds."""
    try:
        async with asyncio.timeout(within):
            while not await holds():  # noqa: ASYNC110 - nothing rings when it does
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise AssertionError(f"{otherwise} after {within} s") from None
