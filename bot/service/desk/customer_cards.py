"""The customer's card, whole, and the words that agents put on it."""

from collections.abc import Callable
from datetime import datetime

from bot.content import Value
from bot.desk_outgoing import KnownCustomer
from bot.events import AnyEvent, CustomerTagged, CustomerUntagged
from bot.service.consequences import record
from bot.service.desk.known_customers import known_customer
from bot.service.desk.showing import refresh_card
from bot.service.desk.words import shown_name
from bot.service.installation import Installation
from bot.service.jobs import DESK_ACTS, Job
from bot.service.turns import Turns
from bot.service.work import Work
from storage import customer_past, customers, handoffs
from storage.database import Connection, Database

SHOWN = 15  # conversations on a whole card
LONGEST_TAG = 32
MOST_TAGS = 20


class Reached(Value, frozen=True, kw_only=True):
    """Where a customer is reached; `username` where the channel has one."""

    channel: str
    name: str
    username: str | None
    is_blocked: bool


class OpenCall(Value, frozen=True, kw_only=True):
    """A call that is still to be made; `due_at` is none for as soon as possible."""

    phone: str
    queue: str
    due_at: datetime | None


class OpenCase(Value, frozen=True, kw_only=True):
    """A ticket that is still to be answered."""

    number: int
    department: str
    title: str
    due_at: datetime | None


class CustomerCard(Value, frozen=True, kw_only=True):
    """Everything about a customer that helps an agent; times are in the business's zone.

    `phone` is one that a channel vouched for. `known` is without the conversation in which the card was asked for.
    """

    name: str
    reached: tuple[Reached, ...]
    language: str
    phone: str | None
    known_since: datetime
    wants_no_follow_ups: bool
    calls: tuple[OpenCall, ...]
    cases: tuple[OpenCase, ...]
    known: KnownCustomer


class Tagging(Value, frozen=True, kw_only=True):
    """What became of a tag: `done`, it was so already (`same`), it cannot be kept (`unfit`, `full`), or `unknown`."""

    why: str
    tags: tuple[str, ...] = ()


class CustomerCards:
    """Shows what is known of the customer of a hand-off, and keeps what agents call them."""

    def __init__(self, *, database: Database, turns: Turns, installation: Installation) -> None:
        self._database = database
        self._turns = turns
        self._installation = installation

    async def card(self, handoff: str) -> CustomerCard | None:
        """The card of the customer of this hand-off. Raises DatabaseDown."""
        return await self._database.read(lambda connection: self._card(connection, handoff))

    async def tag(self, handoff: str, agent: str, external_id: str, word: str) -> Tagging | None:
        """Put a word on the customer's card; none when this came before. Raises DatabaseDown."""
        return await self._act(handoff, external_id, lambda work: _tag(work, handoff, agent, word))

    async def untag(self, handoff: str, agent: str, external_id: str, word: str) -> Tagging | None:
        """Take a word off the customer's card; none when this came before. Raises DatabaseDown."""
        return await self._act(handoff, external_id, lambda work: _untag(work, handoff, agent, word))

    async def _act(self, handoff: str, external_id: str, act: Callable[[Work], Tagging | None]) -> Tagging | None:
        conversation = handoff.partition(".")[0]
        return await self._turns.do(Job(act=act, again=None, key=(DESK_ACTS, external_id), conversation=conversation))

    def _card(self, connection: Connection, handoff_id: str) -> CustomerCard | None:
        handoff = handoffs.get(connection, handoff_id)
        person = customers.person(connection, handoff.customer_id) if handoff else None
        if handoff is None or person is None:
            return None
        known = customers.addresses(connection, person.id)
        name = next((one.name for one in known if one.channel == handoff.channel), "")
        zone = self._installation.time_zone
        return CustomerCard(
            name=shown_name(name, handoff.channel, person.id, self._installation.desk_language),
            reached=tuple(
                Reached(
                    channel=one.channel, name=one.name, username=one.username, is_blocked=one.blocked_at is not None
                )
                for one in known
            ),
            language=handoff.language,
            phone=person.phone,
            known_since=person.created_at.astimezone(zone),
            wants_no_follow_ups=person.opted_out_at is not None,
            calls=tuple(
                OpenCall(phone=one.phone, queue=one.queue, due_at=one.due_at and one.due_at.astimezone(zone))
                for one in customer_past.open_callbacks(connection, person.id)
            ),
            cases=tuple(
                OpenCase(
                    number=one.number,
                    department=one.department,
                    title=one.title,
                    due_at=one.due_at and one.due_at.astimezone(zone),
                )
                for one in customer_past.open_tickets(connection, person.id)
            ),
            known=known_customer(connection, handoff, zone, SHOWN),
        )


def _tag(work: Work, handoff: str, agent: str, word: str) -> Tagging:
    tag = " ".join(word.split()).lstrip("#").strip()
    if not tag.isprintable() or not 0 < len(tag) <= LONGEST_TAG:
        return Tagging(why="unfit")
    return _change(work, handoff, CustomerTagged(tag=tag, agent=agent))


def _untag(work: Work, handoff: str, agent: str, word: str) -> Tagging:
    return _change(work, handoff, CustomerUntagged(tag=" ".join(word.split()).lstrip("#").strip(), agent=agent))


def _change(work: Work, handoff: str, event: CustomerTagged | CustomerUntagged) -> Tagging:
    """Write it down, unless it is so already."""
    case = work.case(handoff.partition(".")[0])
    if case is None:
        return Tagging(why="unknown")
    connection, customer, changed = work.connection, case.customer_id, False
    before = _tags(connection, customer)
    if isinstance(event, CustomerTagged):
        if len(before) >= MOST_TAGS and event.tag.casefold() not in map(str.casefold, before):
            return Tagging(why="full", tags=before)
        changed = customers.tag(connection, customer, event.tag)
    elif kept := customers.untag(connection, customer, event.tag):
        event, changed = CustomerUntagged(tag=kept, agent=event.agent), True
    if changed:
        events: list[AnyEvent] = [event]
        record(work, case, events)
        refresh_card(work, case)
    return Tagging(why="done" if changed else "same", tags=_tags(connection, customer))


def _tags(connection: Connection, customer: str) -> tuple[str, ...]:
    person = customers.person(connection, customer)
    return tuple(person.tags or ()) if person else ()
