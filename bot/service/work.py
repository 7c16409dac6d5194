"""Everything that one transaction does, written at its end with one statement for each table."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from bot.desk.hours import is_open
from bot.engine.carrying import may_carry
from bot.engine.conversation import Customer, OpenHandoff, Wait
from bot.engine.interpreter import open_conversation
from bot.engine.program import Program
from bot.ports import AnyOutgoing, Inbound
from bot.service.bookings import Booked, Bookings
from bot.service.case import Case, entry_of
from bot.service.installation import Installation
from bot.service.limits import Pace, next_slot
from bot.service.programs import UnknownRevision
from bot.service.strangers import About, ask_about, customer_of, get_to_know, same_person
from bot.service.written import ROUTING, Key, Written, reading_topic
from storage import (
    conversations,
    customers,
    desk_messages,
    event_log,
    handoffs,
    inbox,
    legs,
    nudges,
    outbox,
    revisions,
)
from storage.conversations import Saved, Started, Stored
from storage.database import Connection
from storage.identifiers import new_id
from storage.prepared import together

T = TypeVar("T")

ReadWritten = Callable[[], Written]
Look = Callable[[Connection], Callable[[], T]]  # asks together with others, and gives what reads the answer


class UnreadableState(Exception):
    """A conversation's state was written by another version, or its flows are gone."""


class Work:
    """One transaction: the conversations it has locked, and what it will write. `holder` leases what it books."""

    def __init__(self, connection: Connection, installation: Installation, holder: str, now: datetime) -> None:
        self.connection = connection
        self.installation = installation
        self.now = now
        self.local_now = now.astimezone(installation.time_zone)
        self.legs: list[legs.Change] = []
        self.replied: list[tuple[str, str]] = []  # conversations and the agents who wrote in them
        self.marks: list[outbox.Mark] = []
        self.pairs: list[desk_messages.Pair] = []
        self.alerted: set[str] = set()  # batches of alerts that are brought up to date anyway
        self.needs_routing = False
        self._cases: dict[str, Case] = {}
        self._at: dict[Key, str] = {}  # the conversation that is or was open there
        self._unreadable: dict[str, Stored] = {}
        self._callers: dict[Key, Customer] = {}
        self._app_languages: dict[Key, str | None] = {}
        self._last: dict[str, Stored] = {}
        self._about = About({}, {}, {}, None)
        self._asked_about: set[Key] = set()  # addresses where nothing seemed to be open
        self._published: revisions.Publication | None = None
        self._bookings = Bookings(connection, installation, holder, now)
        self._seen: dict[Look[Any], Any] = {}

    # Reading

    def meet(
        self,
        inputs: Collection[Key],
        callers: Iterable[customers.Caller],
        ids: Collection[str] = (),
        looks: Sequence[Look[Any]] = (),
    ) -> set[Key]:
        """Note the inputs; lock the callers' open conversations and those of the ids; look at what shall be `seen`.
        Gives the inputs that are new.
        """
        addresses = {(caller.channel, caller.address) for caller in callers}
        strangers = sorted(key for key in addresses if not self.installation.states.is_open_at(key))
        with together(self.connection):
            new = inbox.ask_to_remember(self.connection, inputs, self.now) if inputs else set
            if strangers:  # nothing seems to be open there, so what a beginning needs is asked at once
                conversations.claim(self.connection, strangers)
            found = conversations.ask_to_lock(self.connection, addresses, ids) if addresses or ids else list
            about = ask_about(self.connection, strangers) if strangers else None
            seen = [look(self.connection) for look in looks]
        fresh = new()
        self._seen.update((look, read()) for look, read in zip(looks, seen, strict=True))
        for stored in found():
            if stored.closed_at is None and (key := (stored.channel, stored.address)) in addresses:
                self._at[key] = stored.id
            self._load(stored)
        if about is not None:
            self._about = self._about.and_about(about())
            self._asked_about.update(strangers)
        return fresh

    def seen(self, look: Look[T]) -> T:
        """What was found when the conversations were locked."""
        found: T = self._seen[look]
        return found

    def tell_time(self, now: datetime) -> None:
        """It is so late when all is locked: somebody else may have had the conversations for a while."""
        self.now, self.local_now = now, now.astimezone(self.installation.time_zone)
        self._bookings.now = now

    def load(self, callers: Iterable[customers.Caller], ids: Collection[str]) -> None:
        """Look up those of these callers who have no open conversation, or meet them for the first time; lock the
        conversations of these ids. Call `meet` before.
        """
        strangers = {key: caller for caller in callers if (key := (caller.channel, caller.address)) not in self._at}
        if unasked := strangers.keys() - self._asked_about:
            self._ask_about(unasked)
        if beginners := [caller for key, caller in strangers.items() if key not in self._at]:
            self._get_to_know(beginners)
        self._lock(ids)

    def call_on(self, caller: customers.Caller) -> None:
        """Lock what is open at this address, unless this transaction knows it already."""
        if (caller.channel, caller.address) not in self._at:
            self.meet((), [caller])
            self.load([caller], [])

    def _lock(self, ids: Iterable[str]) -> None:
        if missing := set(ids) - self._cases.keys() - self._unreadable.keys():
            for stored in conversations.lock(self.connection, missing).values():
                self._load(stored)

    def _load(self, stored: Stored) -> None:
        if (case := self._read(stored)) is not None:
            self._cases[stored.id] = case
        elif stored.closed_at is None:  # or else nothing is left to be heard: it was forgotten, or is too old
            self._unreadable[stored.id] = stored

    def _read(self, stored: Stored) -> Case | None:
        try:
            conversation = self.installation.states.decode(stored.id, stored.state)
            return Case.of(stored, conversation, self.installation.programs.of(self.connection, stored.revision))
        except (msgspec.DecodeError, UnknownRevision):
            return None

    def _ask_about(self, keys: Collection[Key]) -> None:
        """Somebody else may have opened a conversation there meanwhile; from now on, nobody else can."""
        with together(self.connection):
            conversations.claim(self.connection, keys)
            opened = conversations.ask_to_lock_open(self.connection, keys)
            about = ask_about(self.connection, keys)
        for key, stored in opened().items():
            self._at[key] = stored.id
            self._load(stored)
        self._about = self._about.and_about(about())
        self._asked_about.update(keys)

    def _get_to_know(self, callers: Sequence[customers.Caller]) -> None:
        about = self._about
        known = get_to_know(self.connection, callers, about, self.now)
        self._last |= about.last
        self._published = about.published
        self._app_languages |= {key: customer.app_language for key, customer in known.items()}
        self._callers |= {key: customer_of(customer, about) for key, customer in known.items()}

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

    def last_case(self, key: Key, is_wanted: Callable[[Case], bool] = lambda _: True) -> Case | None:
        """The newest conversation of the address when none is open there, if it is wanted: it may still take a rating.
        Only then is it locked.
        """
        if key in self._at:
            case = self.case(self._at[key])
            return case if case is not None and is_wanted(case) else None
        seen = self._last_seen(key)
        if seen is None or not is_wanted(seen):
            return None
        self._lock([seen.id])
        case = self.case(seen.id)
        return case if case is not None and is_wanted(case) else None

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

    def newest_program(self) -> Program:
        """What was published last, by whatever process: all of them switch together, with its commit."""
        programs = self.installation.programs
        published = self._published or revisions.current(self.connection)
        try:
            return programs.of(self.connection, published.revision if published else programs.current())
        except UnknownRevision:  # a newer version of this program has published it: the one before, until it is here
            return programs.of(self.connection, programs.current())

    def begin(self, inbound: Inbound, revision: str | None = None) -> Case:
        """Open a conversation with whoever wrote this, on the newest revision or on this one.

        Call `load` with their address before. Raises UnknownRevision, NothingPublished.
        """
        key = (inbound.channel, inbound.address)
        before = self._cases.get(self._at[key]) if key in self._at else None
        programs = self.installation.programs
        program = self.newest_program() if revision is None else programs.of(self.connection, revision)
        customer = before.conversation.customer if before else self._callers[key]
        earlier = (before or self._last_seen(key)) if may_carry(program.flow_set) else None
        opened = open_conversation(
            program,
            id=new_id(),
            channel=inbound.channel,
            customer=customer,
            language=before.conversation.language if before else self._app_languages[key] or "",
            now=self.now,
            entry=entry_of(inbound.heard),
            earlier=earlier.conversation if earlier else None,
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

    def _last_seen(self, key: Key) -> Case | None:
        """The newest conversation of the address when none is open there, not locked, if it can be read."""
        last = self._last.get(self._callers[key].id) if key in self._callers else None
        if last is not None and (last.channel, last.address) != key:  # they wrote from another address since
            last = conversations.latest(self.connection, *key)
        return None if last is None else self._read(last)

    # One person at several addresses

    def customer_at(self, key: Key) -> str:
        """Who writes from this address. Call `load` with it before."""
        case = self._cases.get(self._at[key]) if key in self._at else None
        return case.customer_id if case is not None else self._callers[key].id

    def open_cases_of(self, customer: str) -> list[Case]:
        """Those of a customer's conversations that are open and locked."""
        return [case for case in self._cases.values() if case.customer_id == customer and not case.conversation.closed]

    def join(self, kept: Customer, other: str) -> None:
        """Whoever was that other customer is this one, in all that the transaction has in hand."""
        for case in self._cases.values():
            if case.customer_id in (kept.id, other):
                case.customer_id = kept.id
                case.replace(customer=same_person(kept, case.conversation.customer))
        for key, caller in self._callers.items():
            if caller.id in (kept.id, other):
                self._callers[key] = same_person(kept, caller)
        if (last := conversations.latest_of(self.connection, kept.id)) is not None:
            self._last[kept.id] = last

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
        self._bookings.add(
            Booked(
                conversation=case.id,
                event=event,
                channel=channel,
                address=address,
                outgoing=outgoing,
                due_at=due_at or self.now,
            )
        )

    def book_outside(self, channel: str, address: str, outgoing: AnyOutgoing) -> None:
        """Have this brought to somebody outside of any conversation."""
        where = {"conversation": "", "channel": channel, "address": address}
        self._bookings.add(Booked(**where, event=None, outgoing=outgoing, due_at=self.now))

    def place_of(self, conversation: str, pace: Pace, after: datetime | None) -> tuple[datetime, datetime]:
        """When something that is late may be sent to this conversation's address, and until when it is spoken for
        then: behind all that was booked, in whatever process, and `after` that moment.
        """
        case = self._cases.get(conversation)
        booked = case.next_send_at if case else conversations.lock_next_send_at(self.connection, conversation)
        others = booked and booked - timedelta(seconds=pace.interval_seconds)  # it was booked itself
        moment, until = next_slot(pace, max(filter(None, (others, after)), default=None), self.now)
        if booked is None or booked < until:
            if case is None:
                conversations.hold_back(self.connection, conversation, until)
            else:
                case.next_send_at = until
        return moment, until

    def write(self) -> ReadWritten:
        """Write it all, together with the commit: nothing that is written depends on an answer."""
        changed = [case for case in self._cases.values() if case.is_changed]
        rows = [case.row(self.now) for case in changed]
        read_at = frozenset(case.key for case in changed if case.channel in self.installation.pulled)
        legs.change(self.connection, self.legs)
        for conversation, agent in self.replied:
            legs.replied(self.connection, conversation, agent, self.now)
        desk_messages.pair(self.connection, self.pairs)
        # In this order: where one has ended, the next one begins.
        conversations.save(self.connection, [row for row in rows if isinstance(row, Saved)])
        conversations.start(self.connection, [row for row in rows if isinstance(row, Started)])
        event_log.append(self.connection, [entry for case in changed for entry in case.entries(self.now)])
        outbox.mark(self.connection, self.marks)
        self._nudge(read_at)
        booked = self._bookings.ask_to_write()

        def written() -> Written:
            parcels, behind_others = booked()
            return Written(
                parcels=parcels,
                behind_others=behind_others,
                needs_routing=self.needs_routing,
                read_at=read_at,
                states=tuple((case.key, case.conversation, row.state) for case, row in zip(changed, rows, strict=True)),
            )

        return written

    def _nudge(self, read_at: Iterable[Key]) -> None:
        for topic in {reading_topic(key) for key in read_at}:
            nudges.nudge(self.connection, topic)
        if self.needs_routing:
            nudges.nudge(self.connection, ROUTING)
