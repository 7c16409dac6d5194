"""Everything that one transaction does, written at its end with one statement for each table."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zlib import crc32

import msgspec

from bot.content import Value
from bot.desk.hours import is_open
from bot.engine.conversation import Conversation, Customer, OpenHandoff, Wait
from bot.engine.inputs import AnyHeard, CommandHeard
from bot.engine.interpreter import open_conversation
from bot.engine.program import Program
from bot.ports import AnyOutgoing, Inbound, RunAction, ShowTyping
from bot.service.case import Case
from bot.service.installation import LEASE_SECONDS, Installation
from bot.service.limits import next_slot
from bot.service.parcels import Parcel, outgoing_to_json
from bot.service.programs import UnknownRevision
from storage import (
    conversations,
    customers,
    desk_messages,
    event_log,
    handoffs,
    legs,
    nudges,
    outbox,
    rate_limits,
    surveys,
)
from storage.conversations import Saved, Started, Stored
from storage.database import Connection
from storage.identifiers import new_id
from storage.prepared import together

Key = tuple[str, str]  # channel and address

BEHIND = "outbox"  # nudges when something is booked behind what another process has still to send
READING_TOPICS = tuple(f"reading {part}" for part in range(16))


def reading_topic(key: Key) -> str:
    """What nudges the processes where a page may wait for news at this address."""
    return READING_TOPICS[crc32(key[1].encode()) % len(READING_TOPICS)]


class Booked(Value, frozen=True, kw_only=True):
    """What shall be brought to somebody, before it is written; `event` is the number of the event it comes of."""

    conversation: str
    event: int | None
    channel: str
    address: str
    outgoing: AnyOutgoing
    due_at: datetime


class Written(Value, frozen=True, kw_only=True):
    """What a committed transaction leaves to be done: what to send from here, and where pages have something to read.

    `behind_others`: something was booked behind what another process has still to send.
    """

    parcels: tuple[Parcel, ...] = ()
    behind_others: bool = False
    read_at: frozenset[Key] = frozenset()
    states: tuple[tuple[Conversation, str], ...] = ()


class UnreadableState(Exception):
    """A conversation's state was written by another version, or its flows are gone."""


class Work:
    """One transaction: the conversations it has locked, and what it will write."""

    def __init__(self, connection: Connection, installation: Installation, now: datetime) -> None:
        self.connection = connection
        self.installation = installation
        self.now = now
        self.local_now = now.astimezone(installation.time_zone)
        self.legs: list[legs.Change] = []
        self.replied: list[tuple[str, str]] = []  # conversations and the agents who wrote in them
        self.marks: list[outbox.Mark] = []
        self.pairs: list[desk_messages.Pair] = []
        self._cases: dict[str, Case] = {}
        self._at: dict[Key, str] = {}  # the conversation that is or was open there
        self._unreadable: dict[str, Stored] = {}
        self._callers: dict[Key, Customer] = {}
        self._app_languages: dict[Key, str | None] = {}
        self._last: dict[str, Stored] = {}
        self._booked: list[Booked] = []

    # Reading

    def load(self, callers: Iterable[customers.Caller], ids: Collection[str]) -> None:
        """Lock the open conversations of these callers and those of these ids, in a fixed order.

        Who calls from an address without a conversation is looked up, or met for the first time.
        """
        by_key = {(caller.channel, caller.address): caller for caller in callers}
        if by_key:
            for key, stored in conversations.lock_open(self.connection, by_key).items():
                self._at[key] = stored.id
                self._load(stored)
        self._lock(ids)
        if strangers := [caller for key, caller in by_key.items() if key not in self._at]:
            self._look_up(strangers)

    def _lock(self, ids: Iterable[str]) -> None:
        if missing := set(ids) - self._cases.keys() - self._unreadable.keys():
            for stored in conversations.lock(self.connection, missing).values():
                self._load(stored)

    def _load(self, stored: Stored) -> None:
        try:
            conversation = self.installation.states.decode(stored.id, stored.state)
            program = self.installation.programs.of(self.connection, stored.revision)
        except (msgspec.DecodeError, UnknownRevision):
            if stored.closed_at is None:  # or else nothing is left to be heard: it was forgotten, or is too old
                self._unreadable[stored.id] = stored
        else:
            self._cases[stored.id] = Case.of(stored, conversation, program)

    def _look_up(self, callers: list[customers.Caller]) -> None:
        known = customers.find_or_make(self.connection, callers, self.now)
        self._last = conversations.latest_of(self.connection, [customer.id for customer in known.values()])
        # Who never had a conversation was never asked to rate one.
        asked = surveys.last_asked(self.connection, list(self._last)) if self._last else {}
        self._app_languages = {key: customer.app_language for key, customer in known.items()}
        self._callers = {
            key: Customer(
                id=customer.id,
                name=customer.name,
                phone=customer.phone,
                language=customer.language,
                surveyed=asked.get(customer.id, {}),
            )
            for key, customer in known.items()
        }

    def is_open(self, calendar: str) -> bool:
        """Whether the calendar of this name is open now; one that is gone from the desk's file never closes."""
        known = self.installation.desk.calendars.get(calendar)
        return known is None or is_open(known, self.now)

    def case(self, conversation: str) -> Case | None:
        """The locked conversation of this id, none if there is no such. Raises UnreadableState."""
        if conversation in self._unreadable:
            raise UnreadableState(conversation)
        return self._cases.get(conversation)

    def open_case(self, key: Key) -> Case | None:
        """The conversation that is open at this address now. Raises UnreadableState."""
        case = self.case(self._at[key]) if key in self._at else None
        return None if case is None or case.conversation.closed else case

    def last_case(self, key: Key) -> Case | None:
        """The newest conversation of the address when none is open there: it may still take a rating."""
        if key in self._at:
            return self.case(self._at[key])
        last = self._last.get(self._callers[key].id) if key in self._callers else None
        if last is None or (last.channel, last.address) != key:
            return None
        self._lock([last.id])
        return self.case(last.id)

    def blank_case(self, conversation: str | None, key: Key) -> Case | None:
        """A conversation whose state was of no use, with a blank one in its place: of all that was said, it knows
        whether people have it.
        """
        wanted = conversation or self._at.get(key) or ""
        stored = self._unreadable.pop(wanted, None)
        if stored is None:
            return self._cases.get(wanted)
        program = self._usable_program(stored)
        known = customers.addresses(self.connection, stored.customer_id)
        name = next((address.name for address in known if address.channel == stored.channel), "")
        blank = open_conversation(
            program,
            id=stored.id,
            channel=stored.channel,
            customer=Customer(id=stored.customer_id, name=name),
            language=stored.language,
            now=self.now,
        )
        blank = msgspec.structs.replace(blank, turns=1, handoffs=handoffs.count(self.connection, stored.id))
        if stored.handoff_id is not None:
            blank = msgspec.structs.replace(
                blank,
                waits=blank.waits + 1,
                wait=Wait(number=blank.waits + 1, kind="handoff", since=self.now),
                handoff=OpenHandoff(handoff=stored.handoff_id, queue="", since=self.now),
            )
        case = self._cases[stored.id] = Case.of(stored, blank, program)
        return case

    def _usable_program(self, stored: Stored) -> Program:
        """The one that the conversation began with; if that is of no use, it goes on with the newest."""
        programs = self.installation.programs
        try:
            return programs.of(self.connection, stored.revision)
        except UnknownRevision:
            conversations.change_revision(self.connection, stored.id, programs.current())
            return programs.of(self.connection, programs.current())

    def begin(self, inbound: Inbound) -> Case:
        """Open a conversation with whoever wrote this. Call `load` with their address before."""
        key = (inbound.channel, inbound.address)
        before = self._cases.get(self._at[key]) if key in self._at else None
        programs = self.installation.programs
        program = programs.of(self.connection, programs.current())
        customer = before.conversation.customer if before else self._callers[key]
        opened = open_conversation(
            program,
            id=new_id(),
            channel=inbound.channel,
            customer=customer,
            language=before.conversation.language if before else self._app_languages[key] or "",
            now=self.now,
            entry=_entry(inbound.heard),
        )
        case = Case(inbound.channel, inbound.address, customer.id, opened, program)
        if before is not None:
            case.previous_id, case.next_send_at = before.id, before.next_send_at
        elif (last := self._last.get(customer.id)) is not None:
            case.previous_id = last.id
            case.next_send_at = last.next_send_at if (last.channel, last.address) == key else None
        self._cases[case.id] = case
        self._at[key] = case.id
        return case

    # Writing

    def book(self, case: Case, outgoing: AnyOutgoing, event: int | None = None, *, paced: bool = False) -> None:
        """Have this brought to the customer; `paced` when it is a message of its own and not a change of one."""
        due_at = self.now
        pace = self.installation.limits_of(case.channel).per_chat if paced else None
        if pace is not None:
            due_at, case.next_send_at = next_slot(pace, case.next_send_at, self.now)
        self.book_elsewhere(case, case.channel, case.address, outgoing, event, due_at)

    def book_elsewhere(
        self,
        case: Case,
        channel: str,
        address: str,
        outgoing: AnyOutgoing,
        event: int | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Have this brought to another address than the customer's."""
        self._booked.append(
            Booked(
                conversation=case.id,
                event=event,
                channel=channel,
                address=address,
                outgoing=outgoing,
                due_at=due_at or self.now,
            )
        )

    def hold_back(self, conversation: str, until: datetime) -> None:
        """Book what comes next for this conversation's address behind this moment."""
        case = self._cases.get(conversation)
        if case is None:
            conversations.hold_back(self.connection, conversation, until)
        elif case.next_send_at is None or case.next_send_at < until:
            case.next_send_at = until

    def write(self) -> Written:
        """Write it all. After this the transaction has nothing to do but commit."""
        changed = [case for case in self._cases.values() if case.is_changed]
        rows = [case.row(self.now) for case in changed]
        if self.legs:
            legs.change(self.connection, self.legs)
        for conversation, agent in self.replied:
            legs.replied(self.connection, conversation, agent, self.now)
        desk_messages.pair(self.connection, self.pairs)
        read_at = frozenset(
            (case.channel, case.address) for case in changed if case.channel in self.installation.pulled
        )
        for topic in {reading_topic(key) for key in read_at}:
            nudges.nudge(self.connection, topic)
        with together(self.connection):
            conversations.start(self.connection, [row for row in rows if isinstance(row, Started)])
            conversations.save(self.connection, [row for row in rows if isinstance(row, Saved)])
            event_log.append(self.connection, [entry for case in changed for entry in case.entries(self.now)])
            outbox.mark(self.connection, self.marks)
            parcels = self._send_out() if self._booked else ()
        behind_others = len(parcels) < len(self._booked)
        if behind_others:
            nudges.nudge(self.connection, BEHIND)
        return Written(
            parcels=parcels,
            behind_others=behind_others,
            read_at=read_at,
            states=tuple((case.conversation, row.state) for case, row in zip(changed, rows, strict=True)),
        )

    def _send_out(self) -> tuple[Parcel, ...]:
        """Book the rows. Those that need not wait behind another process's are leased to this one, and given back."""
        process, until = self.installation.process, self.now + timedelta(seconds=LEASE_SECONDS)
        keys = {(booked.channel, booked.address) for booked in self._booked}
        elsewhere = outbox.held_elsewhere(self.connection, process, keys)
        slots = self._slots()
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
        ids = outbox.book(self.connection, rows)
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
                on_time=slot is None or row.due_at == slot,
            )
            for number, row, booked, slot in zip(ids, rows, self._booked, slots, strict=True)
            if row.leased_by is not None
        )

    def _slots(self) -> list[datetime | None]:
        """A moment within the account's limit for each booked row that counts.

        The last thing to be locked, so that transactions of other processes wait for nothing but the commit.
        """
        slots: list[datetime | None] = [None] * len(self._booked)
        by_account: dict[str, list[int]] = {}
        for place, booked in enumerate(self._booked):
            limits = self.installation.limits_of(booked.channel)
            if limits.altogether is not None and not isinstance(booked.outgoing, ShowTyping | RunAction):
                by_account.setdefault(booked.channel, []).append(place)
        for channel in sorted(by_account):
            limits = self.installation.limits_of(channel)
            places, pace = by_account[channel], limits.altogether
            assert pace is not None
            slot = rate_limits.reserve(
                self.connection, limits.account, pace.interval_seconds, len(places), self.now, pace.burst
            )
            for place in places:
                slots[place] = slot
                slot += timedelta(seconds=pace.interval_seconds)
        return slots


def _entry(heard: AnyHeard) -> str | None:
    """The deep link or command that a conversation begins with."""
    match heard:
        case CommandHeard(name="start", argument=argument):
            return argument or None
        case CommandHeard(name=name):
            return f"/{name}"
        case _:
            return None
