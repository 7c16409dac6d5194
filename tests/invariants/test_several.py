"""Any number of processes serve the same PostgreSQL: what reaches several of them counts once, and in order."""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path

from tests.botapi.server import BotApiServer
from tests.invariants.checker import check_at_rest
from tests.invariants.crowd import Crowd
from tests.invariants.house import House
from tests.invariants.several import Several

TIMES = 4  # that an update is brought again at once
NEWEST = 30  # updates among which it is chosen
PAUSE_SECONDS = 0.01


async def test_four_processes_hear_everything_once(
    server: BotApiServer, tmp_path: Path, postgres_database: str
) -> None:
    house = House.build(tmp_path / "house", server, postgres_database)
    crowd = Crowd(server, walking=30, dictating=10)
    async with AsyncExitStack() as stack:
        several = await Several.begin(house, 4, stack)
        crowd.come()
        again = asyncio.create_task(_bring_again(server))
        await several.opened()
        await crowd.taken(150)
        await several.processes[1].kill()
        deaths = [time.time()]
        await crowd.taken(150)
        again.cancel()
        await check_at_rest(server, postgres_database, crowd, deaths)
        several.check_sound()
        assert sum(update.deliveries > TIMES for update in server.feed.everything.values()) > 50


async def _bring_again(server: BotApiServer) -> None:
    """Telegram brings updates again and again, some while they are on their way for the first time."""
    die, updates = random.Random(0), server.feed.everything
    while True:
        newest = [number for number, update in islice(reversed(updates.items()), NEWEST) if update.deliveries]
        if newest:
            server.deliver_again(die.choice(newest), times=TIMES)
        await asyncio.sleep(PAUSE_SECONDS)
