"""Answers to taps: whoever pressed a button sees it turn until it is answered."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.channels.telegram.api import Api
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import shortened
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)

NOTICE_UNITS = 200  # more is refused
REMEMBERED = 10_000
PATIENCE_SECONDS = 5.0  # Telegram's apps give a button up after ten or so
ATTEMPTS = 3
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 5.0  # later than that, nobody looks at the button any more


class Taps:
    """Answers each callback query once, beside everything else: no message waits for it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, query_id: str, notice: str = "") -> None:
        """Let the button come to rest, with a short notice if there is one. The same query again is passed over."""
        if query_id in self._answered:
            return
        self._answered[query_id] = None
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        task = asyncio.create_task(self._answer(query_id, notice))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @contextmanager
    def in_time(self, query_id: str) -> Iterator[None]:
        """Answer the query without a notice if what is done meanwhile takes longer than Telegram waits."""
        late = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self.answer, query_id)
        try:
            yield
        finally:
            late.cancel()

    async def close(self) -> None:
        """Finish what is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _answer(self, query_id: str, notice: str) -> None:
        params: dict[str, Any] = {"callback_query_id": query_id}
        if notice:
            params["text"] = shortened(notice, NOTICE_UNITS)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._api.call("answerCallbackQuery", params)
            except TelegramRefusal:
                return  # too late: the button rests by itself
            except ChannelBusy as busy:
                if attempt < ATTEMPTS:
                    pause = PAUSE_SECONDS if busy.retry_after_seconds is None else busy.retry_after_seconds
                    await asyncio.sleep(min(pause, LONGEST_PAUSE_SECONDS))
            else:
                return
        log.warning("tap_unanswered", extra={"attempts": ATTEMPTS})
