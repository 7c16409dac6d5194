"""Messages of several parts that broke off between two of them: the next attempt goes on where the last one stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager

from bot.ports import ChannelBusy

REMEMBERED = 1000


class Parts:
    """The parts of one message, in their order; those that are there already are not sent again."""

    def __init__(self, sent: list[str]) -> None:
        self._sent = sent
        self._count = 0

    async def add(self, send: Callable[[], Awaitable[str]]) -> str:
        """Send the next part, unless that was done. Gives its message's id."""
        if self._count == len(self._sent):
            self._sent.append(await send())
        self._count += 1
        return self._sent[self._count - 1]


class Unfinished:
    """What was sent of messages that have to wait for the rest of them."""

    def __init__(self) -> None:
        self._sent: dict[Hashable, list[str]] = {}

    @contextmanager
    def resumed(self, message: Hashable) -> Iterator[Parts]:
        """The parts of this message, which is known again by its place and what it says."""
        sent = self._sent.pop(message, [])
        try:
            yield Parts(sent)
        except (ChannelBusy, asyncio.CancelledError):
            if sent:
                self._sent[message] = sent
                if len(self._sent) > REMEMBERED:
                    del self._sent[next(iter(self._sent))]
            raise
