"""One booked row on its way to its end: sent, refused or given up."""

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.ports import (
    AnyOutgoing,
    Channel,
    ChannelBusy,
    ChannelRefused,
    Clock,
    DeskCallback,
    DeskCard,
    DeskTicket,
    DeskTicketLine,
    Receipt,
    RunAction,
    Say,
)
from bot.service.breakdown import place_of
from bot.service.installation import Installation
from bot.service.limits import LATE_SECONDS, Chats, Pace
from bot.service.measurements import Measurements
from bot.service.parcels import Parcel, Sent
from bot.service.settling import Settling
from bot.service.slots import Slots
from storage.database import DatabaseDown

log = logging.getLogger(__name__)

T = TypeVar("T")
Hold = Callable[[Parcel], Awaitable[None]]

SENDS_AT_ONCE = 128  # a channel
ANSWER_SECONDS = 60.0  # a channel that is silent for so long has not taken the message
GIVE_UP_SECONDS = 24 * 3600.0  # an answer that comes later than this would only confuse
FIRST_RETRY_SECONDS = 0.5
LOST_PLACE_SECONDS = 0.25  # less than a first retry waits
LONGEST_RETRY_SECONDS = 60.0
DATABASE_RETRY_SECONDS = 1.0
BUGS_BORNE = 5  # attempts at a message that breaks its channel


class Lost(Exception):
    """The row is no longer this process's to send."""


class Sender:
    """Speaks to the channels within their limits, and again when they are busy, until `stopping` is set."""

    def __init__(
        self,
        *,
        channels: Mapping[str, Channel],
        installation: Installation,
        settling: Settling,
        slots: Slots,
        clock: Clock,
        measurements: Measurements,
    ) -> None:
        self.channels = channels
        self.stopping = asyncio.Event()
        self._installation = installation
        self._settling = settling
        self._slots = slots
        self._clock = clock
        self._measurements = measurements
        self._chats = Chats()
        self._places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(SENDS_AT_ONCE))

    async def bring(self, parcel: Parcel, hold: Hold, keep_others: Callable[[], Awaitable[None]]) -> Sent | None:
        """Bring the row to its end; what is still to be kept of it, none when it was refused.

        `keep_others` is called when this takes longer than one try: what was sent before it is not left unmarked for so
        long. Raises Lost, as does `hold`, which proves whose the row is.
        """
        attempts, bugs = parcel.attempts, 0
        due_at, on_time = parcel.due_at, parcel.on_time
        while True:
            await self._pause_until(due_at)
            await hold(parcel)
            if self._is_too_late(parcel):
                await self._refused(parcel, "gave_up", f"{attempts} attempts")
                return None
            try:
                return await self._try(parcel, on_time)
            except ChannelRefused as refused:
                await self._refused(parcel, refused.code, refused.reason)
                return None
            except ChannelBusy as busy:
                wait, reason = _retry_seconds(attempts, busy.retry_after_seconds), busy.reason
            except Lost:
                raise
            except Exception as bug:
                bugs += 1
                wait, reason = _retry_seconds(attempts, None), place_of(bug)
                if bugs == BUGS_BORNE:
                    log.error("delivery_broken", extra={"channel": parcel.channel, "row": parcel.id, "error": reason})
                    await self._refused(parcel, "refused", reason)
                    return None
            attempts, on_time = attempts + 1, False
            due_at = self._clock.now() + timedelta(seconds=wait)
            facts = {"channel": parcel.channel, "row": parcel.id, "attempt": attempts, "seconds": round(wait, 1)}
            log.warning("delivery_waits", extra={**facts, "reason": reason})
            await keep_others()

    async def keep(self, sent: Sequence[Sent], *, patient: bool) -> None:
        """Mark these rows; `patient` when nothing waits behind them. Raises Lost."""
        await self._insist(lambda: self._settling.sent(sent, patient=patient))

    async def _try(self, parcel: Parcel, on_time: bool) -> Sent:
        outgoing, thread = await self._insist(lambda: self._settling.addressed(parcel))
        try:
            receipt = await self._send(parcel, outgoing, thread, on_time=on_time)
        except ChannelRefused as refused:
            if refused.code != "thread_gone":
                raise
            card = await self._insist(lambda: self._settling.card_again(parcel, thread))
            if card is None:
                raise
            made = await self._send(parcel, card, None, on_time=False)
            await self._insist(lambda: self._settling.card_sent(card, made))
            outgoing, thread = await self._insist(lambda: self._settling.addressed(parcel))
            receipt = await self._send(parcel, outgoing, thread, on_time=False)
        return Sent(parcel=parcel, receipt=receipt, at=self._clock.now())

    async def _send(self, parcel: Parcel, outgoing: AnyOutgoing, thread: str | None, *, on_time: bool) -> Receipt:
        await self._wait_for_place(parcel, outgoing, thread, on_time)
        seconds = ANSWER_SECONDS
        if isinstance(outgoing, RunAction):
            seconds += outgoing.timeout_seconds
        async with self._places[parcel.channel]:
            began = time.perf_counter()
            result = "broken"
            try:
                async with asyncio.timeout(seconds):
                    receipt = await self.channels[parcel.channel].send(parcel.address, outgoing, thread)
                result = "sent"
                return receipt
            except TimeoutError:
                result = "busy"
                raise ChannelBusy(f"no answer in {seconds:.0f} s") from None
            except ChannelBusy:
                result = "busy"
                raise
            except ChannelRefused:
                result = "refused"
                raise
            finally:
                self._measurements.delivered(parcel.channel, result, time.perf_counter() - began)

    async def _wait_for_place(self, parcel: Parcel, outgoing: AnyOutgoing, thread: str | None, on_time: bool) -> None:
        """Wait until the limits of the account, the chat and the group allow it."""
        limits = self._installation.limits_of(parcel.channel)
        if limits.per_chat is not None and isinstance(outgoing, Say) and outgoing.replaces is None:
            moment = await self._place_in_chat(parcel, limits.per_chat)
            await self._pause_until(moment)
        if limits.per_chat is not None and parcel.is_for_one_agent:
            await self._pause_until(await self._slot(f"{limits.account} {parcel.address}", limits.per_chat))
        named = outgoing.group if isinstance(outgoing, DeskCallback | DeskCard | DeskTicket | DeskTicketLine) else ""
        group = thread.partition(":")[0] if thread else named
        if parcel.address.startswith("-"):
            group = parcel.address  # the admins' chat
        if limits.per_group is not None and group:
            await self._pause_until(await self._slot(f"{limits.account} {group}", limits.per_group))
        if limits.altogether is not None and (self._is_late(parcel) or not on_time):
            await self._pause_until(await self._slot(limits.account, limits.altogether))

    async def _place_in_chat(self, parcel: Parcel, pace: Pace) -> datetime:
        """When the chat can take it. What is late has lost its place, and another process may have sent meanwhile."""
        chat = (parcel.channel, parcel.address)
        if (self._clock.now() - parcel.due_at).total_seconds() < LOST_PLACE_SECONDS:
            return self._chats.next(chat, pace, self._clock.now())
        known = self._chats.spoken_for(chat)
        moment, until = await self._insist(lambda: self._settling.place_of(parcel, pace, known))
        self._chats.hold_back(chat, until, self._clock.now())
        return moment

    async def _slot(self, rate: str, pace: Pace) -> datetime:
        return await self._insist(lambda: self._slots.next(rate, pace))

    async def _refused(self, parcel: Parcel, code: str, reason: str) -> None:
        facts = {"channel": parcel.channel, "row": parcel.id, "conversation": parcel.conversation}
        log.warning("delivery_failed", extra={**facts, "code": code, "reason": reason})
        await self._insist(lambda: self._settling.refused(parcel, code, reason))

    def _is_late(self, parcel: Parcel) -> bool:
        return (self._clock.now() - parcel.due_at).total_seconds() > LATE_SECONDS

    def _is_too_late(self, parcel: Parcel) -> bool:
        return (self._clock.now() - parcel.due_at).total_seconds() > GIVE_UP_SECONDS

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the database until it answers."""
        while True:
            try:
                return await ask()
            except DatabaseDown:
                await self._pause(DATABASE_RETRY_SECONDS)

    async def _pause_until(self, moment: datetime) -> None:
        seconds = (moment - self._clock.now()).total_seconds()
        if seconds > 0:
            await self._pause(seconds)

    async def _pause(self, seconds: float) -> None:
        """Let time pass. Raises Lost when the process stops meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return
        raise Lost


def _retry_seconds(attempts: int, asked_for: float | None) -> float:
    """Twice as long after each attempt, by chance a little more, so that many do not come back at one moment."""
    wait = min(FIRST_RETRY_SECONDS * 2**attempts, LONGEST_RETRY_SECONDS) if asked_for is None else asked_for
    return wait * random.uniform(1.0, 1.25)  # noqa: S311 - chance, not secrecy
