"""Fetches updates from Telegram, where nobody outside can reach this machine."""

import asyncio
import logging
from collections import defaultdict
from typing import Any

import msgspec
from aiogram.methods import DeleteWebhook

from bot.channels.telegram.api import Api
from bot.channels.telegram.leases import Leases
from bot.channels.telegram.refusals import MISCONFIGURED_SECONDS, TelegramRefusal
from bot.channels.telegram.updates import NotTaken, Updates
from bot.channels.telegram.wire import ALLOWED_UPDATES, Update, decode_batch, decode_webhook, number_of
from bot.ports import ChannelBusy
from bot.service.breakdown import place_of

log = logging.getLogger(__name__)

JOB = "telegram-polling"
BATCH = 100
WAIT_SECONDS = 25  # Telegram holds an empty answer back for so long
GRACE_SECONDS = 15.0  # on top of that, until the line counts as dead
LEASE_SECONDS = 6.0  # when a process dies, nobody fetches for so long
RENEW_SECONDS = LEASE_SECONDS / 3
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_BETWEEN_SECONDS = (
    2.0  # where Telegram answers: one chat that can't go on must not keep the others waiting
)


class Polling:
    """The offset moves only past updates that are stored: what is not stored comes again."""

    def __init__(self, api: Api, updates: Updates, leases: Leases, outage: type[Exception]) -> None:
        self._api = api
        self._updates = updates
        self._leases = leases
        self._outage = outage
        self._offset = 0
        self._stopping = asyncio.Event()
        self._webhook_gone = False

    async def run(self) -> None:
        """Fetch until `stop`, or until cancelled; the batch in hand is finished."""
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                if not await self._leases.hold(JOB, LEASE_SECONDS):
                    await self._rest(RENEW_SECONDS)
                    continue
                await self._round()
                pause = FIRST_PAUSE_SECONDS
            except (ChannelBusy, TelegramRefusal, NotTaken, self._outage) as trouble:
                log.warning("polling_waits", extra={"reason": str(trouble), "seconds": pause})
                await self._rest(max(pause, _asked_to_wait(trouble)))
                longest = LONGEST_PAUSE_BETWEEN_SECONDS if isinstance(trouble, NotTaken) else LONGEST_PAUSE_SECONDS
                pause = min(pause * 2, longest)
            except Exception as bug:
                log.error("polling_broken", extra={"error": place_of(bug), "seconds": LONGEST_PAUSE_SECONDS})
                await self._rest(LONGEST_PAUSE_SECONDS)
        await self._sign_off()

    def stop(self) -> None:
        """Fetch no more."""
        self._stopping.set()

    async def _round(self) -> None:
        if not self._webhook_gone:
            await self._remove_webhook()
        fetching = asyncio.ensure_future(self._fetch(WAIT_SECONDS))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            done: set[asyncio.Future[Any]] = set()
            while not done:
                done, _ = await asyncio.wait(
                    {fetching, stopping}, timeout=RENEW_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if not done and not await self._leases.hold(JOB, LEASE_SECONDS):
                    return  # another process fetches now
            if fetching.done():
                await self._take(fetching.result())
        finally:
            fetching.cancel()
            stopping.cancel()

    async def _fetch(self, wait_seconds: int) -> tuple[msgspec.Raw, ...]:
        params = {"timeout": wait_seconds, "limit": BATCH, "allowed_updates": ALLOWED_UPDATES}
        if self._offset:
            params["offset"] = self._offset
        try:
            return decode_batch(await self._api.call("getUpdates", params, seconds=wait_seconds + GRACE_SECONDS))
        except TelegramRefusal as refusal:
            if refusal.code == 409:  # somebody else fetches, or has set a webhook since
                self._webhook_gone = False
            raise

    async def _take(self, batch: tuple[msgspec.Raw, ...]) -> None:
        """Take them side by side, those of one chat one after the other; move on to the first that failed."""
        chats: defaultdict[tuple[int, int], list[tuple[Update, msgspec.Raw]]] = defaultdict(list)
        numbers = []
        for body in batch:
            update = self._updates.read(body)
            number = update.update_id if update is not None else number_of(body)
            if number is not None:
                numbers.append(number)
            if update is not None:
                chats[update.lane].append((update, body))
        failed = [number for number in await asyncio.gather(*map(self._take_in_order, chats.values())) if number]
        if numbers:
            self._offset = min(failed) if failed else max(numbers) + 1
        else:
            self._offset = 0  # nothing is left to acknowledge, and after a quiet week numbers may begin anew, below it
        if failed:
            raise NotTaken(f"update {min(failed)}")

    async def _take_in_order(self, updates: list[tuple[Update, msgspec.Raw]]) -> int | None:
        """The number of the first update that was not taken; those after it in its chat wait too."""
        for update, body in sorted(updates, key=lambda pair: pair[0].update_id):
            try:
                await self._updates.take(update, body)
            except NotTaken:
                return update.update_id
        return None

    async def _remove_webhook(self) -> None:
        if decode_webhook(await self._api.call("getWebhookInfo", {})).url:
            log.info("webhook_removed")
            await self._api.ask(DeleteWebhook())
        self._webhook_gone = True

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _sign_off(self) -> None:
        """Acknowledge what was stored last, and let another process go on."""
        try:
            if self._offset:
                await self._fetch(0)
            await self._leases.release(JOB)
        except (ChannelBusy, TelegramRefusal, self._outage) as trouble:
            log.info("polling_ended_early", extra={"reason": str(trouble)})


def _asked_to_wait(trouble: Exception) -> float:
    if isinstance(trouble, TelegramRefusal) and trouble.misconfigured:
        return MISCONFIGURED_SECONDS
    return (trouble.retry_after_seconds or 0.0) if isinstance(trouble, ChannelBusy) else 0.0
