"""What customers may ask of us: to see all that is kept about them, and to be forgotten."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.content import Value
from bot.ports import AnyDeskOutgoing, Clock, DeskErased, DeskForgotten, DeskState
from bot.service.desk.cards import DESK, desk_address
from bot.service.files import Files
from bot.service.parcels import outgoing_to_json
from bot.service.written import BEHIND
from storage import customers, outbox, privacy
from storage.database import Connection, Database, DatabaseDown
from storage.nudges import nudge
from storage.outbox import Booking
from storage.privacy import Seen, Shown

log = logging.getLogger(__name__)

GOODBYE = timedelta(seconds=60)  # a page that is open has it by then
LOOK_SECONDS = 30.0
ERASED_AT_ONCE = 50  # messages; who is interrupted begins with them again


class Kept(Value, frozen=True, kw_only=True):
    """All that is kept about one customer: rows by the name of their table, times in ISO 8601."""

    customer: str
    rows: Mapping[str, list[dict[str, Any]]]


class Privacy:
    """Answers for `export CUSTOMER`, `forget CUSTOMER` and `/forget`."""

    def __init__(self, *, database: Database, files: Files, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    async def find(self, channel: str, address: str) -> str | None:
        """The id of the customer at an address."""
        key = (channel, address)
        known = await self._database.read(lambda connection: customers.find(connection, [key]))
        return known[key].id if key in known else None

    async def export(self, customer: str) -> Kept:
        """Everything that is kept about a customer; nothing of one who is not known."""

        def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
            rows: dict[str, list[dict[str, Any]]] = {}
            for table, row in privacy.export(connection, customer):
                rows.setdefault(table, []).append(row)
            return rows

        return Kept(customer=customer, rows=await self._database.read(read))

    async def forget(self, customer: str) -> int:
        """Erase the person and what they said, files too; the counts stay. Gives how many conversations there were.

        The files go first: who is stopped before the rest is gone finds in the log which they are, and begins again.
        """
        now = self._clock.now()
        files = await self._database.read(lambda connection: privacy.uploads_of(connection, customer))
        await asyncio.to_thread(self._files.remove, files)
        forgotten = await self._database.run(lambda connection: self._forget(connection, customer, now))
        await asyncio.to_thread(self._files.remove, forgotten.files)  # what came meanwhile
        return forgotten.conversations

    def _forget(self, connection: Connection, customer: str, now: datetime) -> privacy.Forgotten:
        """Erase, and have removed what agents see, by whatever process serves them."""
        forgotten = privacy.forget(connection, customer, now)
        outbox.book(connection, [_removed(seen, now) for seen in forgotten.threads])
        outbox.book(connection, [_told(seen, now) for seen in forgotten.holders])
        outbox.book(connection, list(_erased(forgotten.shown, now)))
        nudge(connection, BEHIND)
        return forgotten

    async def run(self) -> None:
        """Forget those who asked for it in a chat, until cancelled."""
        while True:
            with suppress(DatabaseDown):
                await self.forget_leaving()
            await asyncio.sleep(LOOK_SECONDS)

    async def forget_leaving(self) -> int:
        """Forget who asked for it and has read the goodbye. Gives how many there were. Raises DatabaseDown.

        One whose files can't be deleted is tried again later, and keeps nobody else waiting.
        """
        before = self._clock.now() - GOODBYE
        leaving = await self._database.read(lambda connection: privacy.leaving(connection, before))
        for customer in leaving:
            try:
                await self.forget(customer)
            except OSError as trouble:
                log.error("customer_not_forgotten", extra={"customer": customer, "reason": trouble.strerror})
        return len(leaving)


def _removed(seen: Seen, now: datetime) -> Booking:
    """Nothing shall be left in the thread."""
    gone = DeskForgotten(handoff=seen.handoff_id, number=seen.number, thread=seen.place)
    return _booking(seen, desk_address(seen.handoff_id), gone, now)


def _told(seen: Seen, now: datetime) -> Booking:
    """Who has the customer learns that nobody is there any more."""
    over = DeskState(
        handoff=seen.handoff_id,
        number=seen.number,
        state="abandoned",
        queue=seen.queue,
        customer="",
        outcome="forgotten",
        to=seen.place,
    )
    return _booking(seen, seen.place, over, now)


def _erased(shown: Sequence[Shown], now: datetime) -> Iterator[Booking]:
    """What speaks of them elsewhere goes, chat by chat."""
    chats: defaultdict[str, list[Shown]] = defaultdict(list)
    for one in shown:
        chats[one.chat].append(one)
    for chat, known in chats.items():
        for start in range(0, len(known), ERASED_AT_ONCE):
            messages = tuple(one.message_id for one in known[start : start + ERASED_AT_ONCE])
            yield _booking(known[0], f"erased:{chat}", DeskErased(chat=chat, messages=messages), now)


def _booking(seen: Seen | Shown, address: str, outgoing: AnyDeskOutgoing, now: datetime) -> Booking:
    return Booking(
        conversation_id=seen.conversation_id,
        channel=DESK,
        address=address,
        body=outgoing_to_json(outgoing),
        booked_at=now,
        due_at=now,
    )
