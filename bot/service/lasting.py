"""Works that last as long as the process does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.service.breakdown import place_of

log = logging.getLogger(__name__)

RESTART_SECONDS = 1.0


async def keep_running(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run it to its end, if it has one. A bug in one of the lasting works ends neither the others nor this one."""
    while True:
        try:
            return await run()
        except Exception as bug:
            log.error("work_broken", extra={"work": name, "error": place_of(_first(bug))})
        await asyncio.sleep(RESTART_SECONDS)


def _first(bug: BaseException) -> BaseException:
    """What went wrong inside a group of tasks."""
    while isinstance(bug, BaseExceptionGroup):
        bug = bug.exceptions[0]
    return bug
