"""A house that keeps what comes in and says what a test wants it to say; what it says goes out as delivery does it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

from bot.channels.telegram.customers import Customers
from bot.engine.inputs import AnyHeard
from bot.ports import AnyOutgoing, ChannelBusy, ChannelRefused, Inbound, Receipt, Taken
from storage.database import DatabaseDown
from tests.botapi.bell import PATIENCE_SECONDS

Script = Callable[[Inbound], Sequence[AnyOutgoing]]


class Scripted:
    """Turns and delivery: an input counts once, and what is said goes out in order within an address."""

    def __init__(self) -> None:
        self.script: Script = lambda inbound: ()
        self.channel: Customers
        self.inbounds: list[Inbound] = []
        self.holds: asyncio.Event | None = None  # until then nothing can be stored
        self.outages = 0  # so many inputs can't be stored
        self.notice: str | None = None
        self.receipts: list[Receipt] = []
        self.refusals: list[ChannelRefused] = []
        self.busy: list[ChannelBusy] = []
        self.at_once = 0
        self.most_at_once: dict[str, int] = defaultdict(int)
        self._came = asyncio.Condition()
        self._seen: set[str] = set()
        self._inside: dict[str, int] = defaultdict(int)
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def heard(self) -> list[AnyHeard]:
        return [inbound.heard for inbound in self.inbounds]

    async def take(self, inbound: Inbound) -> Taken:
        self._inside[inbound.address] += 1
        self.most_at_once[inbound.address] = max(self.most_at_once[inbound.address], self._inside[inbound.address])
        try:
            await asyncio.sleep(0.001)  # a transaction lets others run
            if self.holds is not None:
                await self.holds.wait()
            if self.outages:
                self.outages -= 1
                raise DatabaseDown
            return await self._take(inbound)
        finally:
            self._inside[inbound.address] -= 1

    async def _take(self, inbound: Inbound) -> Taken:
        if inbound.external_id in self._seen:
            return Taken(duplicate=True)
        self._seen.add(inbound.external_id)
        self.inbounds.append(inbound)
        task = asyncio.create_task(self.say(inbound.address, *self.script(inbound)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        async with self._came:
            self._came.notify_all()
        return Taken(notice=self.notice)

    async def say(self, address: int | str, *outgoing: AnyOutgoing) -> None:
        """Bring it to a customer, again while Telegram is busy."""
        async with self._lines[str(address)]:
            for one in outgoing:
                await self._bring(str(address), one)

    async def _bring(self, address: str, outgoing: AnyOutgoing) -> None:
        while True:
            try:
                self.receipts.append(await self.channel.send(address, outgoing, None))
            except ChannelBusy as busy:
                self.busy.append(busy)
                await asyncio.sleep(0.01 if busy.retry_after_seconds is None else busy.retry_after_seconds)
            except ChannelRefused as refused:
                self.refusals.append(refused)
                return
            else:
                return

    async def wait_for(self, count: int, *, within: float = PATIENCE_SECONDS) -> list[AnyHeard]:
        """What was heard, once it is so much."""
        async with asyncio.timeout(within), self._came:
            await self._came.wait_for(lambda: len(self.inbounds) >= count)
        return self.heard

    async def settle(self) -> None:
        """All that was to be said is said."""
        while self._tasks:
            await asyncio.wait(self._tasks)
