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


class Agent(Value, frozen=True, kw_only=True):
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


def route(customers: Iterable[Customer], agents: Sequence[Agent], now: datetime) -> list[Offer]:
    """What to offer now: each customer to one agent, and to each agent no more than they have room for."""
    offers = []
    there = {agent.id: agent for agent in agents}
    for customer in in_order(customers):
        able = [agent for agent in there.values() if may_be_asked(agent, customer, now)]
        if not able:
            continue
        best = min(able, key=lambda agent: _rank(agent, customer))
        offers.append(Offer(handoff=customer.handoff, agent=best.id))
        at = now + timedelta(microseconds=len(offers))  # one after the other, or they would all be the last in turn
        there[best.id] = msgspec.structs.replace(best, room=best.room - 1, given_at=at, free_since=at)
    return offers


def may_be_asked(agent: Agent, customer: Customer, now: datetime) -> bool:
    """Whether the customer may be offered to this agent now.

    Of a queue from which agents pick by themselves nobody is offered, but to the agent who is wanted, once. Who has
    just declined is left alone for as long as an offer lasts.
    """
    queue, asked = customer.queue, customer.asked.get(agent.id)
    if queue.distribution == "manual" and (agent.id != customer.wanted or asked is not None):
        return False
    pause = timedelta(seconds=queue.offer_seconds)
    if asked is not None and asked.declined_at is not None and now < asked.declined_at + pause:
        return False
    return agent.room > 0 and queue.name in agent.queues and customer.skills | set(queue.skills) <= agent.skills


def _rank(agent: Agent, customer: Customer) -> tuple[Any, ...]:
    """The least is asked first: not asked yet, wanted, speaks the language, and then as the queue shares out."""
    asked = customer.asked.get(agent.id)
    times = asked.times if asked else 0
    return (
        times,
        agent.id != customer.wanted,
        not speaks(agent, customer.language),
        *_turn(agent, customer.queue),
        agent.id,
    )


def _turn(agent: Agent, queue: Queue) -> tuple[Any, ...]:
    """How the queue shares its customers out."""
    has = agent.capacity - agent.room
    match queue.distribution:
        case "least_busy":
            return (has / agent.capacity, agent.free_since)
        case "round_robin":
            return (agent.given_at is not None, agent.given_at or agent.free_since)
        case _:  # the longest idle one; of those who have customers, who has fewest
            return (has, agent.free_since)


def speaks(agent: Agent, language: str) -> bool:
    """Whether the agent speaks the language, in whatever country's way."""
    spoken = {_plain(known) for known in agent.languages}
    return not spoken or not language or _plain(language) in spoken


def _plain(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()
