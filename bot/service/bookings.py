"""What a transaction books: rows of the outbox, each with its place in the limits."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from bot.content import Value
from bot.ports import AnyOutgoing, HideChoices
from bot.service.choices import ask_for_choices
from bot.service.holder import LEASE
from bot.service.installation import Installation
from bot.service.parcels import Parcel, outgoing_to_json
from storage import outbox, rate_limits
from storage.database import Connection

Key = tuple[str, str]  # channel and address
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

    def ask_for_places(self) -> Callable[[], "Placed"]:
        """Ask, together with others, where something waits that another process holds, and for a moment within the
        account's limit for each row that counts. What this gives has each row in its place, when all of that was
        sent.

        The limit is the last thing to be locked, so that transactions of other processes wait for nothing but the
        commit.
        """
        if not self._booked:
            return lambda: Placed([], [], [])
        keys = {(booked.channel, booked.address) for booked in self._booked}
        elsewhere = outbox.ask_where_held(self._connection, self._holder, keys)
        hidden = {number: look for number, booked in enumerate(self._booked) if (look := self._look(booked))}
        by_account: dict[str, list[int]] = {}
        for number, booked in enumerate(self._booked):
            limits = self._installation.limits_of(booked.channel)
            if limits.altogether is not None:
                by_account.setdefault(booked.channel, []).append(number)
        reserved = [(places, *self._reserve(channel, len(places))) for channel, places in sorted(by_account.items())]

        def place() -> Placed:
            slots: list[datetime | None] = [None] * len(self._booked)
            for places, first, interval in reserved:
                slot = first()
                for number in places:
                    slots[number] = slot
                    slot += interval
            for number, look in hidden.items():
                self._booked[number] = msgspec.structs.replace(self._booked[number], outgoing=look())
            return self._place(elsewhere(), slots)

        return place

    def _look(self, booked: Booked) -> Callable[[], HideChoices] | None:
        """Which message it is whose buttons go, if that can be known by now: it may be among these rows itself."""
        hidden = booked.outgoing
        if not isinstance(hidden, HideChoices) or hidden.message_id is not None:
            return None
        of_conversation = (other for other in self._booked if other.conversation == booked.conversation)
        if any(other.event is not None and other.event <= hidden.event for other in of_conversation):
            return None
        return ask_for_choices(self._connection, booked.conversation, booked.channel, hidden)

    def _reserve(self, channel: str, count: int) -> tuple[Callable[[], datetime], timedelta]:
        limits = self._installation.limits_of(channel)
        pace = limits.altogether
        assert pace is not None
        seconds = pace.interval_seconds
        first = rate_limits.ask_to_reserve(self._connection, limits.account, seconds, count, self.now, pace.burst)
        return first, timedelta(seconds=seconds)

    def _place(self, elsewhere: Collection[Key], slots: Sequence[datetime | None]) -> "Placed":
        """Those that need not wait behind another process's are leased to this one, and given back."""
        until = self.now + LEASE
        rows = []
        for booked, slot in zip(self._booked, slots, strict=True):
            ours = (booked.channel, booked.address) not in elsewhere
            rows.append(
                outbox.Booking(
                    conversation_id=booked.conversation,
                    event_number=booked.event,
                    channel=booked.channel,
                    address=booked.address,
                    body=outgoing_to_json(booked.outgoing),
                    booked_at=self.now,
                    due_at=booked.due_at if slot is None else max(booked.due_at, slot),
                    leased_by=self._holder if ours else None,
                    leased_until=until if ours else None,
                )
            )
        on_time = [slot is None or row.due_at == slot for row, slot in zip(rows, slots, strict=True)]
        return Placed(self._booked, rows, on_time)


class Placed:
    """The rows of one transaction as they will stand in the outbox. `on_time`: its place in the limit is `due_at`."""

    def __init__(self, booked: Sequence[Booked], rows: Sequence[outbox.Booking], on_time: Sequence[bool]) -> None:
        self._booked = booked
        self._rows = rows
        self._on_time = on_time

    @property
    def behind_others(self) -> bool:
        """Whether some of them wait behind what another process has still to send."""
        return any(row.leased_by is None for row in self._rows)

    def ask_to_write(self, connection: Connection) -> Callable[[], Parcels]:
        """Write them, together with others. What this gives is what this process has to send."""
        ids = outbox.ask_to_book(connection, self._rows)

        def parcels() -> Parcels:
            written = zip(ids(), self._rows, self._booked, self._on_time, strict=True)
            return tuple(
                _parcel(number, row, booked, on_time) for number, row, booked, on_time in written if row.leased_by
            )

        return parcels


def _parcel(number: int, row: outbox.Booking, booked: Booked, on_time: bool) -> Parcel:
    assert row.leased_until is not None
    return Parcel(
        id=number,
        conversation=row.conversation_id,
        event_number=row.event_number,
        channel=row.channel,
        address=row.address,
        outgoing=booked.outgoing,
        due_at=row.due_at,
        leased_until=row.leased_until,
        answer=row.booked_at,
        on_time=on_time,
    )
