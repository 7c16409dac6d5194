"""Offers in several processes of one PostgreSQL."""

import asyncio
import threading
from collections.abc import Callable

from storage import agents
from storage.database import Connection
from tests.service.test_handoffs import ask_for_a_person
from tests.service.test_routing import now_at, open_shop, route

PATIENCE_SECONDS = 25  # of a busy machine; less than the database is waited for


async def test_agents_are_never_given_more_than_they_can_have_by_two_processes(postgres_database: str) -> None:
    houses = [await open_shop(postgres_database, name) for name in ("one", "two")]
    team = [
        (await houses[0].agents.add(f"Agent {number}", telegram_id=None, queues=["support"], capacity=2)).id
        for number in range(3)
    ]
    waiting = [await ask_for_a_person(houses[number % 2], str(number)) for number in range(8)]
    picks = (
        house.handoffs.take(handoff, agent, f"{agent} {handoff}")
        for house, agent in zip((*houses, houses[0]), team, strict=True)
        for handoff in waiting
    )
    await asyncio.gather(*(house.routing.route() for house in houses), *picks)
    for house in houses:
        await route(house)
    loads = await houses[0].database.read(
        lambda connection: [one.load + one.offered for one in agents.every(connection)]
    )
    assert loads == [2, 2, 2]
    states = [(await now_at(houses[0], handoff)).state for handoff in waiting]
    assert sorted(state == "queued" for state in states) == [False] * 6 + [True] * 2
    for house in houses:
        await house.close(1)


async def test_two_who_lock_agents_crosswise_both_come_through(postgres_database: str) -> None:
    house = await open_shop(postgres_database)
    one, two = await house.add_agent("One"), await house.add_agent("Two")
    both_hold = threading.Barrier(2)
    both_connected = threading.Barrier(2)  # on a busy machine that takes as long as all the rest

    def connect(_connection: Connection) -> None:
        both_connected.wait(PATIENCE_SECONDS)

    def lock(first: str, then: str) -> Callable[[Connection], int]:
        tries = 0

        def work(connection: Connection) -> int:
            nonlocal tries
            tries += 1
            agents.lock(connection, first)
            if tries == 1:
                both_hold.wait(PATIENCE_SECONDS)
            agents.lock(connection, then)
            return tries

        return work

    await asyncio.gather(house.database.run(connect), house.database.run(connect))
    tries = await asyncio.gather(house.database.run(lock(one, two)), house.database.run(lock(two, one)))
    assert sorted(tries) == [1, 2], "one of them lost to the other, and was run again"
    await house.close(1)
