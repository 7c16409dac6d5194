"""One booked row on its way to its end: sent, refused or given up."""

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from bot.ports import (
    AnyOutgoing,
    Bundle,
    Channel,
    ChannelBusy,
    ChannelRefused,
    Clock,
    DeskCallback,
    DeskCard,
    DeskLine,
    DeskTicket,
    DeskTicketLine,
    Receipt,
    RunAction,
    Say,
)
from bot.service import bundles
from bot.service.breakdown import place_of
from bot.service.crowds import Crowds
from bot.service.installation import Installation
from bot.service.limits import LATE_SECONDS, Chats, Pace
from bot.service.measurements import Measurements
from bot.service.parcels import Parcel, Sent
from bot.service.settling import Settling
from bot.service.slots import Slots
from storage.database import DatabaseDown
from storage.rate_limits import FARTHEST

log = logging.getLogger(__name__)

T = TypeVar("T")
Hold = Callable[[Parcel], Awaitable[None]]
Keep = Callable[[], Awaitable[None]]

SENDS_AT_ONCE = 128  # a channel
ANSWER_SECONDS = 60.0  # a channel that is silent for so long has not taken the message
GIVE_UP_SECONDS = 24 * 3600.0  # an answer that comes later than this would only confuse
FIRST_RETRY_SECONDS = 0.5
LOST_PLACE_SECONDS = 0.25  # less than a first retry waits
LONGEST_RETRY_SECONDS = 60.0
DATABASE_RETRY_SECONDS = 1.0
ALBUM_SECONDS = 0.4  # the parts of an album come one by one, and nothing tells which is the last
LONG_WAIT_SECONDS = 1.0  # for a group: lines that came meanwhile are read in one go then
BUGS_BORNE = 5  # attempts at a message that breaks its channel


class Lost(Exception):
    """The row is no longer this process's to send."""


class Apart(Exception):
    """They were refused together; one by one, most of them may go."""


class Behind(Protocol):
    """What waits for the same address behind a row."""

    def rows(self) -> Sequence[Parcel]:
        """Those that this process holds, in order."""
        ...

    async def gather(self) -> None:
        """Lease those that nobody holds."""
        ...


class Sender:
    """Speaks to the channels within their limits, and again when they are busy, until `stopping` is set."""

    def __init__(
        self,
        *,
        channels: Mapping[str, Channel],
        installation: Installation,
        settling: Settling,
        slots: Slots,
        crowds: Crowds,
        clock: Clock,
        measurements: Measurements,
    ) -> None:
        self.channels = channels
        self.stopping = asyncio.Event()
        self._installation = installation
        self._settling = settling
        self._slots = slots
        self._crowds = crowds
        self._clock = clock
        self._measurements = measurements
        self._chats = Chats()
        self._places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(SENDS_AT_ONCE))

    async def bring(self, parcel: Parcel, behind: Behind, hold: Hold, keep_others: Keep) -> list[Sent]:
        """Bring the row to its end, and those with it that right behind it belong together with it.

        Gives what is still to be kept of them, nothing when the row was refused. `keep_others` is called before it may
        take long: what was sent until then is not left unmarked. Raises Lost, as does `hold`: is the row still ours?
        """
        attempts, bugs, alone = 0, 0, False
        due_at, on_time = parcel.due_at, parcel.on_time
        while True:
            await self._pause_until(due_at)
            await hold(parcel)
            if self._is_too_late(parcel):
                await self._refused(parcel, "gave_up", f"{attempts} attempts")
                return []
            try:
                return await self._try(parcel, None if alone else behind, hold, keep_others, on_time)
            except Apart:
                alone = True
                continue
            except ChannelRefused as refused:
                await self._refused(parcel, refused.code, refused.reason)
                return []
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
                    return []
            attempts, on_time = attempts + 1, False
            due_at = self._clock.now() + timedelta(seconds=wait)
            facts = {"channel": parcel.channel, "row": parcel.id, "attempt": attempts, "seconds": round(wait, 1)}
            log.warning("delivery_waits", extra={**facts, "reason": reason})
            await keep_others()

    async def keep(self, sent: Sequence[Sent], *, patient: bool) -> None:
        """Mark these rows; `patient` when nothing waits behind them. Raises Lost."""
        await self._insist(lambda: self._settling.sent(sent, patient=patient))

    async def _album(self, parcel: Parcel, behind: Behind) -> list[Parcel]:
        """The row with the rest of its album, which comes in a moment."""
        if not bundles.is_in_album(parcel):
            return [parcel]
        known = 0
        while known < (found := len(bundles.album(parcel, behind.rows()))) < bundles.ALBUM_PARTS:
            known = found
            await self._pause(ALBUM_SECONDS)
            await behind.gather()
        return bundles.album(parcel, behind.rows())

    async def _try(
        self, parcel: Parcel, behind: Behind | None, hold: Hold, keep_others: Keep, on_time: bool
    ) -> list[Sent]:
        """Send it, and as one with it what of that `behind` it belongs there."""
        parts: Sequence[Parcel] = [parcel] if behind is None else await self._album(parcel, behind)
        outgoing, thread = await self._addressed(parts)
        if self._installation.limits_of(parcel.channel).per_group is not None and _group(parcel, outgoing, thread):
            await keep_others()
        seconds = await self._wait_for_place(parcel, outgoing, thread, on_time)
        if behind is not None and len(parts) == 1 and seconds > LONG_WAIT_SECONDS:
            parts, outgoing = await self._caught_up(parcel, behind, outgoing)
        for part in parts:
            await hold(part)
        try:
            receipt = await self._send(parcel, outgoing, thread)
        except ChannelRefused as refused:
            if refused.code != "thread_gone":
                if len(parts) > 1:
                    raise Apart from refused
                raise
            await self._make_thread(parcel, thread)
            outgoing, thread = await self._addressed(parts)
            await self._wait_for_place(parcel, outgoing, thread, on_time=False)
            receipt = await self._send(parcel, outgoing, thread)
        now = self._clock.now()
        each = bundles.receipts(len(parts), receipt)
        return [Sent(parcel=part, receipt=one, at=now) for part, one in zip(parts, each, strict=True)]

    async def _caught_up(
        self, parcel: Parcel, behind: Behind, outgoing: AnyOutgoing
    ) -> tuple[Sequence[Parcel], AnyOutgoing]:
        """What it is by now, with what came behind it while it had to wait."""
        if isinstance(outgoing, DeskCard):
            card = await self._insist(lambda: self._settling.card_now(parcel, outgoing))
            return [parcel, *bundles.read_on_card(behind.rows())], card
        parts = bundles.lines(parcel, behind.rows())
        return parts, (await self._addressed(parts))[0]

    async def _addressed(self, parts: Sequence[Parcel]) -> tuple[AnyOutgoing, str | None]:
        found = [await self._insist(partial(self._settling.addressed, part)) for part in parts]
        return bundles.bundled([outgoing for outgoing, _ in found]), found[0][1]

    async def _make_thread(self, parcel: Parcel, gone: str | None) -> None:
        """The thread is gone: make it again. Raises ChannelRefused when that is not worth it."""
        card = await self._insist(lambda: self._settling.card_again(parcel, gone))
        if card is None:
            raise ChannelRefused("thread_gone", "nothing is left to be shown there")
        await self._wait_for_place(parcel, card, None, on_time=False)
        made = await self._send(parcel, card, None)
        await self._insist(lambda: self._settling.card_sent(card, made))

    async def _send(self, parcel: Parcel, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        # An action has a limit of its own, and to give up while its outcome waits for the database is to run it again.
        seconds = None if isinstance(outgoing, RunAction) else ANSWER_SECONDS
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
                raise ChannelBusy(f"no answer in {ANSWER_SECONDS:.0f} s") from None
            except ChannelBusy:
                result = "busy"
                raise
            except ChannelRefused:
                result = "refused"
                raise
            finally:
                self._measurements.delivered(parcel.channel, result, time.perf_counter() - began)

    async def _wait_for_place(self, parcel: Parcel, outgoing: AnyOutgoing, thread: str | None, on_time: bool) -> float:
        """Wait until the limits of the account, the chat and the group allow it; how many seconds for the group."""
        limits, messages = self._installation.limits_of(parcel.channel), bundles.messages_in(outgoing)
        said = outgoing.parts[0] if isinstance(outgoing, Bundle) else outgoing
        if limits.per_chat is not None and isinstance(said, Say) and said.replaces is None:
            moment = await self._place_in_chat(parcel, limits.per_chat)
            for _ in range(1, messages):
                self._chats.next((parcel.channel, parcel.address), limits.per_chat, self._clock.now())
            await self._pause_until(moment)
        if limits.per_chat is not None and parcel.is_for_one_agent:
            await self._pause_until(await self._slot(f"{limits.account} {parcel.address}", limits.per_chat))
        seconds = 0.0
        if group := _group(parcel, outgoing, thread):
            patience = _patience_seconds(outgoing)
            seconds = await self._unless_stopping(self._crowds.wait(parcel.channel, group, messages, patience))
        if limits.altogether is not None and (self._is_late(parcel) or not on_time or messages > 1):
            await self._pause_until(await self._slot(limits.account, limits.altogether, max(1, messages)))
        return seconds

    async def _place_in_chat(self, parcel: Parcel, pace: Pace) -> datetime:
        """When the chat can take it. What is late has lost its place, and another process may have sent meanwhile."""
        chat = (parcel.channel, parcel.address)
        if (self._clock.now() - parcel.due_at).total_seconds() < LOST_PLACE_SECONDS:
            return self._chats.next(chat, pace, self._clock.now())
        known = self._chats.spoken_for(chat)
        moment, until = await self._insist(lambda: self._settling.place_of(parcel, pace, known))
        self._chats.hold_back(chat, until, self._clock.now())
        return moment

    async def _slot(self, rate: str, pace: Pace, messages: int = 1) -> datetime:
        return await self._insist(lambda: self._slots.next(rate, pace, messages))

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

    async def _unless_stopping(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Raises Lost when the process stops meanwhile."""
        work, stop = asyncio.create_task(waiting), asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise Lost
            return work.result()
        finally:
            work.cancel()
            stop.cancel()

    async def _pause_until(self, moment: datetime) -> None:
        seconds = (moment - self._clock.now()).total_seconds()
        if seconds > 0:
            await self._pause(min(seconds, FARTHEST.total_seconds()))  # the clock may have gone back since

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


def _group(parcel: Parcel, outgoing: AnyOutgoing, thread: str | None) -> str:
    """The group that this goes to, nothing for a private chat."""
    if parcel.address.startswith("-"):
        return parcel.address  # the admins' chat
    if thread:
        return thread.partition(":")[0]
    if not isinstance(outgoing, DeskCallback | DeskCard | DeskTicket | DeskTicketLine):
        return ""
    return outgoing.group if outgoing.group.startswith("-") else ""  # a department may be one person


def _patience_seconds(outgoing: AnyOutgoing) -> float:
    """How much later those may come who go first in the same group: not at all where an agent waits for an answer."""
    match outgoing:
        case DeskCard() | DeskTicket():
            return 120.0
        case DeskLine(is_awaited=False) | DeskTicketLine():
            return 180.0
        case _:
            return 0.0
