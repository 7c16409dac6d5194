"""What a transaction books: rows of the outbox, each with its place in the limits."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from bot.content import Value
from bot.ports import AnyOutgoing
from bot.service.installation import LEASE_SECONDS, Installation
from bot.service.parcels import Parcel, outgoing_to_json
from storage import outbox, rate_limits
from storage.database import Connection

Key = tuple[str, str]  # channel and address


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

    def __init__(self, connection: Connection, installation: Installation, now: datetime) -> None:
        self._connection = connection
        self._installation = installation
        self.now = now
        self._booked: list[Booked] = []

    def __len__(self) -> int:
        return len(self._booked)

    def add(self, booked: Booked) -> None:
        """Have this brought, after what was added before it."""
        self._booked.append(booked)

    def ask_for_places(self) -> Callable[[], tuple[Parcel, ...]]:
        """Ask, together with others, where something waits that another process holds, and for a moment within the
        account's limit for each row that counts. What this gives writes the rows, when all of that was sent.

        The limit is the last thing to be locked, so that transactions of other processes wait for nothing but the
        commit.
        """
        if not self._booked:
            return tuple
        keys = {(booked.channel, booked.address) for booked in self._booked}
        elsewhere = outbox.ask_where_held(self._connection, self._installation.process, keys)
        by_account: dict[str, list[int]] = {}
        for place, booked in enumerate(self._booked):
            limits = self._installation.limits_of(booked.channel)
            if limits.altogether is not None:
                by_account.setdefault(booked.channel, []).append(place)
        reserved = [(places, *self._reserve(channel, len(places))) for channel, places in sorted(by_account.items())]

        def write() -> tuple[Parcel, ...]:
            slots: list[datetime | None] = [None] * len(self._booked)
            for places, first, interval in reserved:
                slot = first()
                for place in places:
                    slots[place] = slot
                    slot += interval
            return self._write(elsewhere(), slots)

        return write

    def _reserve(self, channel: str, count: int) -> tuple[Callable[[], datetime], timedelta]:
        limits = self._installation.limits_of(channel)
        pace = limits.altogether
        assert pace is not None
        seconds = pace.interval_seconds
        first = rate_limits.ask_to_reserve(self._connection, limits.account, seconds, count, self.now, pace.burst)
        return first, timedelta(seconds=seconds)

    def _write(self, elsewhere: Collection[Key], slots: Sequence[datetime | None]) -> tuple[Parcel, ...]:
        """Book the rows. Those that need not wait behind another process's are leased to this one, and given back."""
        process, until = self._installation.process, self.now + timedelta(seconds=LEASE_SECONDS)
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
                    leased_by=process if ours else None,
                    leased_until=until if ours else None,
                )
            )
        ids = outbox.book(self._connection, rows)
        return tuple(
            Parcel(
                id=number,
                conversation=row.conversation_id,
                event_number=row.event_number,
                channel=row.channel,
                address=row.address,
                outgoing=booked.outgoing,
                due_at=row.due_at,
                leased_until=until,
                answer=self.now,
                on_time=slot is None or row.due_at == slot,
            )
            for number, row, booked, slot in zip(ids, rows, self._booked, slots, strict=True)
            if row.leased_by is not None
        )
