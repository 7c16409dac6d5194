"""What a transaction books: rows of the outbox, each with its place in the limits."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.content import Value
from bot.ports import AnyOutgoing, HideChoices
from bot.service.choices import ask_for_choices
from bot.service.holder import LEASE
from bot.service.installation import Installation
from bot.service.parcels import Parcel, outgoing_to_json
from storage import outbox, rate_limits
from storage.database import Connection
from storage.rate_limits import Reserved

Parcels = tuple[Parcel, ...]


class Booked(Value, frozen=True, kw_only=True):
    """What shall be brought to somebody, before it is written; `event` is the number of the event it comes of."""

    conversation: str
    event: int | None
    channel: str
    address: str
    outgoing: AnyOutgoing
    due_at: datetime


class Bookings:
    """The rows of one transaction, until they are written."""

    def __init__(self, connection: Connection, installation: Installation, holder: str, now: datetime) -> None:
        self._connection = connection
        self._installation = installation
        self._holder = holder
        self.now = now
        self._booked: list[Booked] = []

    def __len__(self) -> int:
        return len(self._booked)

    def add(self, booked: Booked) -> None:
        """Have this brought, after what was added before it."""
        self._booked.append(booked)

    def ask_to_write(self) -> Callable[[], "Written"]:
        """Write them, together with others. What this gives tells, when all were sent, what this process has to send.

        Each row that counts has a moment within the account's limit. The limit is the last thing to be locked, so that
        transactions of other processes wait for nothing but the commit.
        """
        if not self._booked:
            return lambda: Written((), behind_others=False)
        looks = {number: look for number, booked in enumerate(self._booked) if (look := self._look(booked))}
        slots = self._reserve()
        rows = [self._row(booked, slots.get(number)) for number, booked in enumerate(self._booked)]
        placed = outbox.ask_to_book(self._connection, rows)

        def written() -> Written:
            places = placed()
            parcels = []
            for number, (booked, row, place) in enumerate(zip(self._booked, rows, places, strict=True)):
                if place.leased_by is None:
                    continue
                slot, look = slots.get(number), looks.get(number)
                shown = booked if look is None else msgspec.structs.replace(booked, outgoing=look())
                on_time = slot is None or place.due_at == slot.reserved.moment(slot.place)
                parcels.append(_parcel(shown, row, place, on_time))
            return Written(tuple(parcels), behind_others=len(parcels) < len(rows))

        return written

    def _row(self, booked: Booked, slot: "Slot | None") -> outbox.Booking:
        return outbox.Booking(
            conversation_id=booked.conversation,
            event_number=booked.event,
            channel=booked.channel,
            address=booked.address,
            body=outgoing_to_json(booked.outgoing),
            booked_at=self.now,
            due_at=booked.due_at if slot is None else max(booked.due_at, slot.reserved.soonest(slot.place)),
            leased_by=self._holder,
            leased_until=self.now + LEASE,
            rate=None if slot is None else slot.reserved.key,
            rate_less=None if slot is None else slot.reserved.less(slot.place),
        )

    def _look(self, booked: Booked) -> Callable[[], HideChoices] | None:
        """Which message it is whose buttons go, if that can be known by now: it may be among these rows itself."""
        hidden = booked.outgoing
        if not isinstance(hidden, HideChoices) or hidden.message_id is not None:
            return None
        of_conversation = (other for other in self._booked if other.conversation == booked.conversation)
        if any(other.event is not None and other.event <= hidden.event for other in of_conversation):
            return None
        return ask_for_choices(self._connection, booked.conversation, booked.channel, hidden)

    def _reserve(self) -> dict[int, "Slot"]:
        """The slots of the rows that count, by their places among all rows."""
        by_account: dict[str, list[int]] = {}
        for number, booked in enumerate(self._booked):
            if self._installation.limits_of(booked.channel).altogether is not None:
                by_account.setdefault(booked.channel, []).append(number)
        slots: dict[int, Slot] = {}
        for channel, numbers in sorted(by_account.items()):
            limits = self._installation.limits_of(channel)
            pace = limits.altogether
            assert pace is not None
            reserved = rate_limits.ask_to_reserve(
                self._connection, limits.account, pace.interval_seconds, len(numbers), self.now, pace.burst
            )
            slots |= {number: Slot(reserved, place) for place, number in enumerate(numbers)}
        return slots


class Slot(NamedTuple):
    """One of the moments that a limit gave."""

    reserved: Reserved
    place: int


class Written(NamedTuple):
    """What this process has to send of what was booked. `behind_others`: more waits for what is held elsewhere."""

    parcels: Parcels
    behind_others: bool


def _parcel(booked: Booked, row: outbox.Booking, place: outbox.Placed, on_time: bool) -> Parcel:
    assert row.leased_until is not None
    return Parcel(
        id=place.id,
        conversation=row.conversation_id,
        event_number=row.event_number,
        channel=row.channel,
        address=row.address,
        outgoing=booked.outgoing,
        due_at=place.due_at,
        leased_until=row.leased_until,
        answer=row.booked_at,
        on_time=on_time,
    )
