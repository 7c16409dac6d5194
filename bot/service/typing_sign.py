"""The sign that an answer is being made, shown to a customer for as long as it takes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.ports import Channel, ChannelBusy, ChannelRefused, ShowTyping
from bot.service.breakdown import place_of

log = logging.getLogger(__name__)

FIRST_SECONDS = 0.3  # what is back sooner needs no sign
AGAIN_SECONDS = 4.5  # messengers show it for five seconds

IsAwaited = Callable[[], Awaitable[bool]]


@asynccontextmanager
async def typing_shown(channel: Channel, address: str, is_awaited: IsAwaited) -> AsyncIterator[None]:
    """Show it until the block ends, or nobody waits any more. That it could not be shown stops nothing."""
    showing = asyncio.create_task(_show(channel, address, is_awaited))
    try:
        yield
    finally:
        showing.cancel()


async def _show(channel: Channel, address: str, is_awaited: IsAwaited) -> None:
    try:
        await asyncio.sleep(FIRST_SECONDS)
        while await is_awaited():
            await channel.send(address, ShowTyping(), None)
            await asyncio.sleep(AGAIN_SECONDS)
    except (ChannelBusy, ChannelRefused):
        return  # the answer itself meets the same, and is told of
    except Exception as bug:
        log.warning("typing_not_shown", extra={"error": place_of(bug)})
