"""A whole shift with real processes: agents in a group and in private chats, all kinds of customers, a restart, a kill.

It takes its time, and is worked only when asked for (`make soak`): SWITCHBOARD_SHIFT=40 customers, and another
SWITCHBOARD_SHIFT_SEED for other habits.
"""

import asyncio
import os
import random
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.botapi.server import BotApiServer
from tests.invariants.checker import ANSWERED_BEFORE, at_rest
from tests.invariants.several import Several
from tests.invariants.waiting import until
from tests.shifts.floor import DESK_CHAT, JOBS, QUEUES, build, hire
from tests.shifts.inspecting import (
    check_handoffs,
    check_lines,
    check_presence,
    check_ratings,
    check_words,
    read_events,
    unfinished,
)
from tests.shifts.shift import Customer, Desk

CUSTOMERS = int(os.environ.get("SWITCHBOARD_SHIFT", "12"))
SEED = int(os.environ.get("SWITCHBOARD_SHIFT_SEED", "0"))
FLOOD = 12
APART_SECONDS = 0.12
REST_SECONDS = 120.0
SHIFT_SECONDS = 60.0 + 4 * CUSTOMERS
SETTINGS = {"TELEGRAM__DESK_CHAT_ID": str(DESK_CHAT)}


class Shift:
    """Everybody who takes part."""

    def __init__(self, server: BotApiServer) -> None:
        self.server = server
        self.die = random.Random(SEED)
        self.customers = [Customer(server, number, self.die) for number in range(CUSTOMERS)]
        self.desks: list[Desk] = []
        self.left = 0

    async def work(self, database: Database, disturb: Callable[["Shift"], Coroutine[Any, Any, None]]) -> None:
        """Until the last customer has left, and is done with at the desk."""
        acts = [disturb(self), *map(self._visit, self.customers)]
        acting = [asyncio.create_task(act) for act in acts]
        working = [asyncio.create_task(desk.work()) for desk in self.desks]

        async def is_over() -> bool:
            for task in (*acting, *working):
                if task.done():
                    task.result()
            return all(task.done() for task in acting) and not await database.read(unfinished)

        try:
            await until(is_over, SHIFT_SECONDS, "somebody is forgotten")
        finally:
            for task in (*acting, *working):
                task.cancel()
            await asyncio.gather(*acting, *working, return_exceptions=True)

    async def have_left(self, share: float) -> None:
        """Until this share of the customers has left."""
        while self.left < share * CUSTOMERS:  # noqa: ASYNC110 - nothing rings when it does
            await asyncio.sleep(0.05)

    async def _visit(self, customer: Customer) -> None:
        await asyncio.sleep(customer.number * APART_SECONDS)
        await customer.visit(self.die.choice(QUEUES), FLOOD if customer.number % 13 == 5 else 0)
        self.left += 1
        for desk in self.desks:
            desk.gone.add(str(customer.number))


async def look_closely(shift: Shift, database: Database, deaths: bool) -> None:
    server = shift.server
    await at_rest(server, database, REST_SECONDS)
    mistakes = [mistake for mistake in server.violations if not (deaths and mistake == ANSWERED_BEFORE)]
    assert not mistakes, mistakes[:10]
    events = await database.read(read_events)
    ends = await database.read(check_handoffs)
    await database.read(check_presence)
    check_ratings(events)
    check_words(server, events, shift.customers, shift.desks, deaths)
    await database.read(lambda connection: check_lines(server, connection, events))
    print(ends)


async def begin(server: BotApiServer, database: Database) -> Shift:
    shift = Shift(server)
    people = await hire(server, database)
    names = [job.name for job in JOBS]
    for job in JOBS:
        others = [name for name in names if name != job.name]
        shift.desks.append(Desk(job, people[job.name], others, shift.die))
    return shift


@pytest.mark.timeout(SHIFT_SECONDS + REST_SECONDS + 60)
async def test_a_shift_on_sqlite(server: BotApiServer, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/switchboard.db"
    house, database = build(tmp_path / "house", server, url), Database(url)
    shift = await begin(server, database)
    process = house.process(SETTINGS)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        stack.push_async_exit(process)
        await process.spawn()
        await process.opened()

        async def disturb(shift: Shift) -> None:
            await shift.have_left(0.3)
            assert await process.stop() == 0
            await process.spawn()
            await process.opened()
            await shift.have_left(0.6)
            await process.kill()
            await process.spawn()
            await process.opened()

        await shift.work(database, disturb)
        await look_closely(shift, database, deaths=True)
        process.check_sound()


@pytest.mark.timeout(SHIFT_SECONDS + REST_SECONDS + 60)
async def test_a_shift_in_four_processes(server: BotApiServer, tmp_path: Path, postgres_database: str) -> None:
    house, database = build(tmp_path / "house", server, postgres_database), Database(postgres_database)
    shift = await begin(server, database)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        several = await Several.begin(house, 4, stack, SETTINGS)
        await several.opened()

        async def disturb(shift: Shift) -> None:
            await shift.have_left(0.3)
            assert await several.processes[1].stop() == 0
            await several.again(1)
            await shift.have_left(0.6)
            await several.processes[2].kill()
            await several.again(2)

        await shift.work(database, disturb)
        await look_closely(shift, database, deaths=True)
        several.check_sound()
