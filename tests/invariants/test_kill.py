"""SIGKILL at any moment loses nothing that was acknowledged, and leaves nothing unsent that was booked."""

import asyncio
import os
import random
import time
from pathlib import Path

import pytest

from storage.database import Database
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest, check, check_repeats
from tests.invariants.crowd import Crowd
from tests.invariants.house import House, Mode
from tests.invariants.process import free_port

KILLS = int(os.environ.get("SWITCHBOARD_KILLS", "6"))
SEED = int(os.environ.get("SWITCHBOARD_KILLS_SEED", "0"))
LIFE_SECONDS = 1.2  # of a process that serves, at most
STARTING_SECONDS = 3.0
KILLED_WHILE_STARTING = 0.15
SECONDS_A_KILL = 30


@pytest.mark.timeout(120 + KILLS * SECONDS_A_KILL)
async def test_a_kill_at_any_moment_loses_nothing(server: BotApiServer, tmp_path: Path, database_url: str) -> None:
    house = House.build(tmp_path / "house", server, database_url)
    port, die = free_port(), random.Random(SEED)
    crowd = Crowd(server, walking=50, dictating=10, seed=SEED)
    crowd.come()
    kills: list[float] = []
    for number in range(KILLS):
        await _live_and_die(house, "polling" if number % 2 else "webhook", port, die)
        kills.append(time.time())
        crowd.go_on()
    async with house.process("webhook", port=port):
        await crowd.go_home()
        database = Database(database_url)
        await at_rest(server, database)
        repeats = await check(server, database, crowd.customers)
        await database.close()
    check_repeats(repeats, kills)
    turns = sum(len(customer.said) for customer in crowd.customers)
    print(f"{KILLS} kills, {turns} turns, {len(repeats)} messages shown twice")


async def _live_and_die(house: House, mode: Mode, port: int, die: random.Random) -> None:
    """Start a process and kill it, mostly when it serves, now and then while it starts."""
    process = house.process(mode, port=port)
    await process.spawn()
    if die.random() < KILLED_WHILE_STARTING:
        await asyncio.sleep(die.uniform(0, STARTING_SECONDS))
    else:
        await process.opened()
        await asyncio.sleep(die.uniform(0, LIFE_SECONDS))
    await process.kill()
