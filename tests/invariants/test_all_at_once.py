"""Processes die, the database goes away, and answers to commits are lost, in any order: still nothing is amiss.

A few troubles each time, half as many as in the tests of deaths: see there for more, and for others.
"""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.server import BotApiServer
from tests.invariants.cable import Cable
from tests.invariants.checker import check_at_rest
from tests.invariants.crowd import Crowd
from tests.invariants.house import House
from tests.invariants.several import Several
from tests.invariants.test_kill import KILLS, MODES, SEED, TIMEOUT_SECONDS

BETWEEN_TURNS = (3, 30)  # that customers take between two troubles
AWAY_SECONDS = 1.0  # the database, at most


@pytest.mark.timeout(TIMEOUT_SECONDS)
async def test_deaths_outages_and_lost_answers(server: BotApiServer, tmp_path: Path, postgres_database: str) -> None:
    die, deaths = random.Random(SEED), list[float]()
    house = House.build(tmp_path / "house", server, postgres_database)
    crowd = Crowd(server, walking=18, dictating=12, seed=SEED)
    async with Cable(postgres_database) as cable, AsyncExitStack() as stack:
        line = {"DATABASE__URL": cable.url}
        several = await Several.begin(house, 2, stack, line, mode=MODES[(SEED + 1) % 2])
        await several.opened()
        crowd.come()
        for _ in range(KILLS // 2):
            await crowd.taken(die.randint(*BETWEEN_TURNS))
            trouble = die.choice(("death", "lost answer", "lost answer and death", "outage"))
            if trouble == "outage":
                await several.opened()  # who begins without a database says so and ends
                cable.cut()
                await asyncio.sleep(die.uniform(0, AWAY_SECONDS))
                cable.mend()
            if "lost answer" in trouble:
                await several.opened()
                await cable.lose_a_commit()
            if "death" in trouble:
                place = die.randrange(2)
                await several.processes[place].kill()
                deaths.append(time.time())
                await several.again(place)
        await several.opened()
        await check_at_rest(server, postgres_database, crowd, deaths)
        several.check_sound()
