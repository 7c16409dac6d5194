"""The rest of the house as this room sees it: it keeps what comes in, and says what a test wants it to say."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

from bot.channels.telegram.customers import Customers
from bot.channels.telegram.wire import Update
from bot.engine.inputs import AnyHeard
from bot.ports import AnyOutgoing, ChannelBusy, ChannelRefused, Inbound, Receipt, Taken

Script = Callable[[Inbound], Sequence[AnyOutgoing]]


class HouseDown(Exception):
    """Nothing can be stored now."""


class House:
    """Turns and delivery: an input counts once, and what is said goes out in order within an address."""

    def __init__(self) -> None:
        self.script: Script = lambda inbound: ()
        self.channel: Customers | None = None
        self.inbounds: list[Inbound] = []
        self.outages = 0  # so many inputs can't be stored
        self.notice: str | None = None
        self.receipts: list[Receipt] = []
        self.refusals: list[ChannelRefused] = []
        self.came = asyncio.Condition()
        self._seen: set[str] = set()
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def heard(self) -> list[AnyHeard]:
        return [inbound.heard for inbound in self.inbounds]

    async def take(self, inbound: Inbound) -> Taken:
        await asyncio.sleep(0)  # a transaction lets others run
        if self.outages:
            self.outages -= 1
            raise HouseDown
        if inbound.external_id in self._seen:
            return Taken(duplicate=True)
        self._seen.add(inbound.external_id)
        self.inbounds.append(inbound)
        task = asyncio.create_task(self.say(inbound.address, *self.script(inbound)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        async with self.came:
            self.came.notify_all()
        return Taken(notice=self.notice)

    async def say(self, address: str, *outgoing: AnyOutgoing) -> None:
        """Bring it to a customer, again while Telegram is busy."""
        assert self.channel is not None
        async with self._lines[address]:
            for one in outgoing:
                await self._bring(address, one)

    async def _bring(self, address: str, outgoing: AnyOutgoing) -> None:
        assert self.channel is not None
        while True:
            try:
                self.receipts.append(await self.channel.send(address, outgoing, None))
            except ChannelBusy as busy:
                await asyncio.sleep(0.01 if busy.retry_after_seconds is None else busy.retry_after_seconds)
            except ChannelRefused as refused:
                self.refusals.append(refused)
                return
            else:
                return

    async def wait_for(self, count: int, *, within: float = 10.0) -> list[Inbound]:
        """The inputs, once there are so many."""
        async with asyncio.timeout(within), self.came:
            await self.came.wait_for(lambda: len(self.inbounds) >= count)
        return self.inbounds

    async def settle(self) -> None:
        """All that was to be said is said."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    # The parts that are not tried here

    def owns(self, chat_id: int) -> bool:
        return False

    async def take_update(self, update: Update) -> None:
        raise AssertionError("there is no desk")

    async def hold(self, job: str, seconds: float) -> bool:
        return True

    async def release(self, job: str) -> None:
        return
