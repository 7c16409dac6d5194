"""Who is offered which customer next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.content import Value
from bot.desk.desk_file import Queue


class Asked(Value, frozen=True, kw_only=True):
    """How often an agent was asked in vain since the customer began to wait, and when they declined last."""

    times: int
    declined_at: datetime | None = None


class Customer(Value, frozen=True, kw_only=True):
    """Somebody who waits and is offered to nobody.

    `wanted` is the agent who shall be asked before all others. `skills` are those that this customer needs besides
    the queue's.
    """

    handoff: str
    number: int
    queue: Queue
    queued_at: datetime
    priority: int = 0
    skills: frozenset[str] = frozenset()
    language: str = ""
    wanted: str | None = None
    asked: Mapping[str, Asked] = {}


class Person(Value, frozen=True, kw_only=True):
    """An agent who is there. `room`: how many more they may be given; an offer takes as much room as a customer.

    `free_since` is when they last had anything to do, or came; `given_at` when they were last given or offered a
    customer, none if not lately. Without `languages` they speak all.
    """

    id: str
    queues: frozenset[str]
    capacity: int
    room: int
    free_since: datetime
    given_at: datetime | None = None
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


class Offer(Value, frozen=True, kw_only=True):
    """This customer shall be offered to this agent now."""

    handoff: str
    agent: str


def in_order(customers: Iterable[Customer]) -> list[Customer]:
    """By priority, the queue's and their own, and then who has waited longest."""

    def place(customer: Customer) -> tuple[int, datetime, int]:
        return -(customer.priority + customer.queue.priority), customer.queued_at, customer.number

    return sorted(customers, key=place)


def route(customers: Iterable[Customer], people: Sequence[Person], now: datetime) -> list[Offer]:
    """What to offer now: each customer to one agent, and to each agent no more than they have room for."""
    offers = []
    there = {person.id: person for person in people}
    for customer in in_order(customers):
        able = [person for person in there.values() if may_be_asked(person, customer, now)]
        if not able:
            continue
        best = min(able, key=lambda person: _rank(person, customer))
        offers.append(Offer(handoff=customer.handoff, agent=best.id))
        at = now + timedelta(microseconds=len(offers))  # one after the other, or they would all be the last in turn
        there[best.id] = msgspec.structs.replace(best, room=best.room - 1, given_at=at, free_since=at)
    return offers


def may_be_asked(person: Person, customer: Customer, now: datetime) -> bool:
    """Whether the customer may be offered to this agent now.

    Of a queue from which agents pick by themselves nobody is offered, but to the agent who is wanted, once. Who has
    just declined is left alone for as long as an offer lasts.
    """
    queue, asked = customer.queue, customer.asked.get(person.id)
    if queue.distribution == "manual" and (person.id != customer.wanted or asked is not None):
        return False
    pause = timedelta(seconds=queue.offer_seconds)
    if asked is not None and asked.declined_at is not None and now < asked.declined_at + pause:
        return False
    return person.room > 0 and queue.name in person.queues and customer.skills | set(queue.skills) <= person.skills


def _rank(person: Person, customer: Customer) -> tuple[Any, ...]:
    """The least is asked first: not asked yet, wanted, speaks the language, and then as the queue shares out."""
    asked = customer.asked.get(person.id)
    times = asked.times if asked else 0
    return (
        times,
        person.id != customer.wanted,
        not speaks(person, customer.language),
        *_turn(person, customer.queue),
        person.id,
    )


def _turn(person: Person, queue: Queue) -> tuple[Any, ...]:
    """How the queue shares its customers out."""
    has = person.capacity - person.room
    match queue.distribution:
        case "least_busy":
            return (has / person.capacity, person.free_since)
        case "round_robin":
            return (person.given_at is not None, person.given_at or person.free_since)
        case _:  # the longest idle one; of those who have customers, who has fewest
            return (has, person.free_since)


def speaks(person: Person, language: str) -> bool:
    """Whether the agent speaks the language, in whatever country's way."""
    spoken = {_plain(known) for known in person.languages}
    return not spoken or not language or _plain(language) in spoken


def _plain(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()
