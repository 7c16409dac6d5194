"""SIGKILL at any moment loses nothing that was acknowledged, and leaves nothing unsent that was booked.

A few deaths each time. For many: SWITCHBOARD_KILLS=60, and another SWITCHBOARD_KILLS_SEED for other moments.
"""

import asyncio
import os
import random
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.server import BotApiServer
from tests.invariants.checker import check_at_rest
from tests.invariants.crowd import Crowd
from tests.invariants.house import House, Mode
from tests.invariants.process import Process
from tests.invariants.several import Several
from tests.ports import free_port

KILLS = int(os.environ.get("SWITCHBOARD_KILLS", "6"))
SEED = int(os.environ.get("SWITCHBOARD_KILLS_SEED", "0"))
LIFE_SECONDS = 1.2  # between two deaths, at most
STARTING_SECONDS = 0.6
KILLED_WHILE_STARTING = 0.15
TIMEOUT_SECONDS = 300 + 30 * KILLS

MODES: tuple[Mode, ...] = ("webhook", "polling")


@pytest.mark.timeout(TIMEOUT_SECONDS)
async def test_killed_at_any_moment_on_sqlite(server: BotApiServer, tmp_path: Path) -> None:
    database_url = f"sqlite:///{tmp_path / 'switchboard.db'}"
    house = House.build(tmp_path / "house", server, database_url)
    port, die = free_port(), random.Random(SEED)
    crowd = Crowd(server, walking=24, dictating=6, seed=SEED)
    crowd.come()
    deaths: list[float] = []
    for number in range(KILLS):
        process = house.process(mode=MODES[number % 2], port=port)
        await process.spawn()
        await _die_some_time(process, die)
        deaths.append(time.time())
        crowd.go_on()
    async with house.process(mode=MODES[KILLS % 2], port=port) as last:
        await _look_closely(server, database_url, crowd, deaths)
        last.check_sound()


@pytest.mark.timeout(TIMEOUT_SECONDS)
@pytest.mark.parametrize("mode", MODES)
async def test_killed_at_any_moment_on_postgresql(
    server: BotApiServer, tmp_path: Path, postgres_database: str, mode: Mode
) -> None:
    house = House.build(tmp_path / "house", server, postgres_database)
    die, crowd = random.Random(SEED), Crowd(server, walking=24, dictating=6, seed=SEED)
    deaths: list[float] = []
    async with AsyncExitStack() as stack:
        several = await Several.begin(house, 2, stack, mode=mode)
        crowd.come()
        for number in range(KILLS // 2):
            await _die_some_time(several.processes[number % 2], die)
            deaths.append(time.time())
            crowd.go_on()
            await several.again(number % 2)
        await several.opened()
        await _look_closely(server, postgres_database, crowd, deaths)
        several.check_sound()


async def _die_some_time(process: Process, die: random.Random) -> None:
    """Mostly while it serves, now and then while it starts."""
    try:
        if die.random() < KILLED_WHILE_STARTING:
            await asyncio.sleep(die.uniform(0, STARTING_SECONDS))
        else:
            await process.opened()
            await asyncio.sleep(die.uniform(0, LIFE_SECONDS))
    finally:
        await process.kill()


async def _look_closely(server: BotApiServer, database_url: str, crowd: Crowd, deaths: list[float]) -> None:
    repeats = await check_at_rest(server, database_url, crowd, deaths)
    print(f"{len(deaths)} deaths, {crowd.turns_taken} turns, {repeats} answers begun again")
