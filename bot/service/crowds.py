"""Chats that take only so many messages in a time, whoever writes them: who is most pressed goes first."""

import asyncio
import logging
from heapq import heapify, heappop, heappush
from itertools import count

from bot.ports import ChannelBusy, Clock
from bot.service.breakdown import place_of
from bot.service.installation import Installation
from bot.service.limits import Pace
from bot.service.slots import Slots
from storage.database import DatabaseDown
from storage.private_desk import PLACE, place_at

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
Waiting = tuple[float, int, int, "asyncio.Future[None]"]  # until when it would like to go, its turn, how many messages


def private_chat(telegram_id: int) -> str:
    """What the chat with one person is called among the chats that are waited for."""
    return place_at(telegram_id)


class Crowds:
    """One line for each group. A process holds one place in the shared rate, for whoever is most pressed by then."""

    def __init__(self, *, slots: Slots, installation: Installation, clock: Clock) -> None:
        self._slots = slots
        self._installation = installation
        self._clock = clock
        self._lines: dict[str, list[Waiting]] = {}
        self._turns = count()
        self._tasks: set[asyncio.Task[None]] = set()

    async def wait(self, channel: str, group: str, messages: int, patience_seconds: float) -> float:
        """Wait until the group, or an agent's private chat, can take so many messages at once; how many seconds.

        Who would like to go sooner goes first; who has waited longer than their patience yields to nobody new. Raises
        ChannelBusy when nothing is known of the line any more.
        """
        limits = self._installation.limits_of(channel)
        pace = limits.per_chat if group.startswith(PLACE) else limits.per_group
        if pace is None or messages == 0:
            return 0.0
        rate, began = f"{limits.account} {group}", self._clock.now().timestamp()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        is_first = rate not in self._lines
        heappush(self._lines.setdefault(rate, []), (began + patience_seconds, next(self._turns), messages, turn))
        if is_first:
            task = asyncio.create_task(self._serve(rate, pace))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await turn
        return self._clock.now().timestamp() - began

    async def _serve(self, rate: str, pace: Pace) -> None:
        """Let one after the other go, until nobody waits."""
        line = self._lines[rate]
        try:
            while waiting := _pressed(line):
                messages = waiting[2]
                try:
                    moment = await self._slots.next(rate, pace, messages)
                except DatabaseDown:
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                await asyncio.sleep(max(0.0, (moment - self._clock.now()).total_seconds()))
                _let_go(line, messages)
        except Exception as bug:
            log.error("crowd_broken", extra={"error": place_of(bug)})
        finally:
            del self._lines[rate]
            for *_, turn in line:
                if not turn.done():
                    turn.set_exception(ChannelBusy("the line for this chat broke"))


def _pressed(line: list[Waiting]) -> Waiting | None:
    """Who goes next; those who gave up are passed over."""
    while line and line[0][3].done():
        heappop(line)
    return line[0] if line else None


def _let_go(line: list[Waiting], messages: int) -> None:
    """The most pressed of those for whom there is room."""
    fitting = [waiting for waiting in line if waiting[2] <= messages and not waiting[3].done()]
    if fitting:
        goes = min(fitting)
        line.remove(goes)
        heapify(line)
        goes[3].set_result(None)
