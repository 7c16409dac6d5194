"""Brings what was booked to whom it is for: in order within an address, side by side across them.

A row stays in the hands of the process that leased it until it is sent or refused. Whoever finds the lease of a row run
out takes the row over, so that a message is sent twice rather than never.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.ports import Clock
from bot.service.breakdown import place_of
from bot.service.holder import LEASE, LEASE_SECONDS
from bot.service.installation import Installation
from bot.service.measurements import Measurements
from bot.service.parcels import Parcel, Sent, outgoing_from_json
from bot.service.sending import Lost, Sender
from bot.service.written import BEHIND, Written
from storage import outbox
from storage.database import Connection, Database, DatabaseDown
from storage.nudges import nudge
from storage.outbox import Leased

log = logging.getLogger(__name__)

Key = tuple[str, str]  # channel and address

LOOK_SECONDS = 1.0  # how often rows that nobody holds are looked for
PAUSE_SECONDS = 0.05  # between two looks
LISTEN_SECONDS = 60.0
OTHERS_WAIT = timedelta(seconds=5)
LEASED_AT_ONCE = 200
RENEW_SECONDS = LEASE_SECONDS / 3
RENEWED_AT_ONCE = 1000
MARGIN = timedelta(seconds=5)  # a lease that is about to run out is proved again before the row is sent
ANOTHER_VERSIONS = timedelta(minutes=10)  # to send what this one can't read; then what waits behind it goes on


class Delivery:
    """What one process has to send. Rows of channels that it does not serve are left to others."""

    def __init__(
        self,
        *,
        database: Database,
        installation: Installation,
        sender: Sender,
        clock: Clock,
        measurements: Measurements,
    ) -> None:
        self._database = database
        self._installation = installation
        self._sender = sender
        self._clock = clock
        self._measurements = measurements
        self._queues: dict[Key, deque[Parcel]] = {}
        self._leases: dict[int, datetime] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._taking_over = asyncio.Lock()
        self._bell = asyncio.Event()
        self._tells_others = asyncio.Event()
        self._others_wait_until = clock.now()

    def accept(self, written: Written) -> None:
        """Send what a transaction has just booked here."""
        for parcel in written.parcels:
            self._queue(parcel)
        if written.behind_others:
            self.look_again()
            self._tells_others.set()

    def look_again(self) -> None:
        """Something was booked that nobody holds, or may be sent now."""
        self._bell.set()

    async def run(self) -> None:
        """Take over what nobody sends, and keep hold of what waits here, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            group.create_task(self._tell_others())
            group.create_task(self._hear_others())
            group.create_task(self._renew())

    async def close(self, seconds: float) -> None:
        """Send for so long what can be sent; then leave the rest to others, or to the next start."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        self._sender.stopping.set()
        if self._tasks:
            _, hanging = await asyncio.wait(set(self._tasks), timeout=seconds)
            for task in hanging:
                task.cancel()
        if self._leases:
            with suppress(DatabaseDown):
                await self._database.run(partial(outbox.give_back, process=self._installation.holder.process))

    def _queue(self, parcel: Parcel) -> None:
        # A row without a channel here keeps its lease until it runs out, and is then taken by who serves the channel.
        if self._sender.stopping.is_set() or parcel.channel not in self._sender.channels:
            return
        is_known = parcel.id in self._leases
        self._leases[parcel.id] = parcel.leased_until
        if is_known:
            return
        key = (parcel.channel, parcel.address)
        if key in self._queues:
            self._queues[key].append(parcel)
            return
        self._queues[key] = deque([parcel])
        task = asyncio.create_task(self._send_all(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_all(self, key: Key) -> None:
        """Send what is queued for one address, one after the other."""
        queue = self._queues[key]
        unmarked: list[Sent] = []
        brought = 0

        async def keep() -> None:
            nonlocal brought
            if unmarked:
                await self._sender.keep(unmarked, patient=brought == len(queue))
            for _ in range(brought):
                self._is_done(queue.popleft())
            unmarked.clear()
            brought = 0

        try:
            while queue:
                behind = Behind(self, key, queue, queue[brought])
                sent = await self._sender.bring(queue[brought], behind, self._hold, keep)
                brought += max(1, len(sent))
                unmarked += sent
                if not _may_go_on(unmarked, queue, brought):
                    await keep()
        except Lost:
            if unmarked:
                with suppress(Lost):
                    await self._sender.keep(unmarked, patient=False)
            log.info("delivery_left", extra={"channel": key[0], "rows": len(queue)})
            if not self._sender.stopping.is_set():
                self._forget(queue)
                self._installation.holder.lose_sight(self._clock.now())
        except Exception as bug:
            log.error("delivery_broken", extra={"channel": key[0], "row": queue[0].id, "error": place_of(bug)})
            self._forget(queue)
            self._installation.holder.take_new_name()  # they are tried again when their leases have run out
        finally:
            del self._queues[key]
            if self._clock.now() < self._others_wait_until:
                self._bell.set()

    def _is_done(self, parcel: Parcel) -> None:
        del self._leases[parcel.id]
        if parcel.taken_over:
            self._bell.set()  # only the oldest row of an address can be taken over

    def _forget(self, queue: deque[Parcel]) -> None:
        for parcel in queue:
            self._leases.pop(parcel.id, None)

    async def _hold(self, parcel: Parcel) -> None:
        """Make sure that the row is still this process's. Raises Lost."""
        if self._leases[parcel.id] - MARGIN > self._clock.now():
            return
        with suppress(DatabaseDown):
            await self._renew_some([parcel.id])
        if self._leases.get(parcel.id, parcel.leased_until) <= self._clock.now():
            raise Lost

    async def _tell_others(self) -> None:
        """Whoever holds what something booked here waits behind shall say when it is sent."""
        while True:
            await self._tells_others.wait()
            self._tells_others.clear()
            with suppress(DatabaseDown):  # they look by themselves too
                await self._database.run(lambda connection: nudge(connection, BEHIND))

    async def _hear_others(self) -> None:
        """Somebody may wait behind what is sent from here: for a while, look again whenever an address is done."""
        watch = self._database.watch(BEHIND)
        while True:
            if await watch.wait(LISTEN_SECONDS):
                self._others_wait_until = self._clock.now() + OTHERS_WAIT
                self._bell.set()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            soon = self._clock.now() + LEASE - timedelta(seconds=RENEW_SECONDS)
            old = [row for row, until in self._leases.items() if until < soon]
            with suppress(DatabaseDown):
                for start in range(0, len(old), RENEWED_AT_ONCE):
                    await self._renew_some(old[start : start + RENEWED_AT_ONCE])

    async def _renew_some(self, ids: list[int]) -> None:
        until, holder = self._clock.now() + LEASE, self._installation.holder
        renew = partial(outbox.renew, holder=holder.name, process=holder.process, ids=ids, until=until)
        kept = await self._database.run(renew)
        for row in ids:
            if row in self._leases:
                self._leases[row] = until if row in kept else datetime.min.replace(tzinfo=until.tzinfo)

    async def _look(self) -> None:
        """Lease what nobody holds: rows of processes that died, and rows that had to wait behind another's."""
        while True:
            self._bell.clear()
            try:
                found = await self._lease(self._lease_free)
            except DatabaseDown as down:
                log.warning("outbox_unreachable", extra={"reason": str(down)})
                found = 0
            if found == LEASED_AT_ONCE:
                continue
            await asyncio.sleep(PAUSE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._bell.wait()

    async def _lease(self, lease: Callable[[Connection, str], list[Leased]]) -> int:
        """Take over what this leases under the name that it is given; how many rows. Raises DatabaseDown."""
        holder = self._installation.holder
        async with self._taking_over:
            name = holder.name
            known = list(self._leases) if holder.must_search(self._clock.now()) else None

            def work(connection: Connection) -> tuple[int, list[Parcel]]:
                if known is not None:
                    outbox.let_go(connection, name, holder.process, known)
                leased = lease(connection, name)
                return len(leased), [parcel for row in leased if (parcel := self._opened(connection, row))]

            try:
                count, parcels = await self._database.run(work)
            except DatabaseDown:
                holder.lose_sight(self._clock.now())
                raise
            for parcel in parcels:
                self._queue(parcel)
            return count

    def _lease_free(self, connection: Connection, holder: str) -> list[Leased]:
        now = self._clock.now()
        channels = list(self._sender.channels)
        leased = outbox.lease(connection, holder, now, now + LEASE, LEASED_AT_ONCE, channels)
        depth = outbox.depth(connection, now)
        age = (now - depth.oldest_due_at).total_seconds() if depth.oldest_due_at else 0.0
        self._measurements.outbox(depth.pending, age)
        return leased

    async def gather(self, key: Key) -> None:
        """Lease what nobody holds for an address whose oldest row is held here; what can't be had now comes later."""
        with suppress(DatabaseDown):
            await self._lease(partial(self._lease_at, key=key))

    def _lease_at(self, connection: Connection, holder: str, key: Key) -> list[Leased]:
        now = self._clock.now()
        return outbox.lease_at(connection, holder, now, now + LEASE, *key)

    def _opened(self, connection: Connection, row: Leased) -> Parcel | None:
        """What was leased, as it is sent; none when another version of this program has booked it."""
        try:
            outgoing = outgoing_from_json(row.body)
        except msgspec.DecodeError:
            log.error("row_unreadable", extra={"channel": row.channel, "row": row.id})
            if row.due_at + ANOTHER_VERSIONS < self._clock.now():
                outbox.mark(connection, [outbox.Mark(id=row.id, state="failed", error="unreadable")])
            return None
        return Parcel(
            id=row.id,
            conversation=row.conversation_id,
            event_number=row.event_number,
            channel=row.channel,
            address=row.address,
            outgoing=outgoing,
            due_at=min(row.due_at, self._clock.now()),
            leased_until=row.leased_until,
            taken_over=True,
        )


class Behind:
    """What waits for an address behind this parcel."""

    def __init__(self, delivery: Delivery, key: Key, queue: deque[Parcel], parcel: Parcel) -> None:
        self._delivery = delivery
        self._key = key
        self._queue = queue
        self._parcel = parcel

    def rows(self) -> Sequence[Parcel]:
        """Those that this process holds, in order."""
        return list(self._queue)[self._queue.index(self._parcel) + 1 :]

    async def gather(self) -> None:
        """Lease those that nobody holds."""
        await self._delivery.gather(self._key)


def _may_go_on(unmarked: Sequence[Sent], queue: Sequence[Parcel], brought: int) -> bool:
    """Whether the next row may be sent before these are marked.

    A process that dies before it marks them sends them again. Of messages that may happen to those of one answer alone,
    and only as far as they go out back to back.
    """
    if brought == len(queue):
        return False
    following = queue[brought]
    if following.is_about_sent:
        return False
    return following.is_edit or all(sent.parcel.is_edit or _goes_with(following, sent) for sent in unmarked)


def _goes_with(following: Parcel, sent: Sent) -> bool:
    """Whether it belongs to the same answer, and was due when that one was there."""
    is_same = following.answer is not None and following.answer == sent.parcel.answer
    return is_same and following.conversation == sent.parcel.conversation and following.due_at <= sent.at
