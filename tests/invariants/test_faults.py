"""Whatever Telegram answers, everything arrives in the end, once and in order, and its limits are kept by all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storage.database import Database
from tests.botapi.faults import RateLimits
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest, check
from tests.invariants.crowd import Crowd
from tests.invariants.house import House
from tests.invariants.several import Several

TURNS = 2
RATES = {
    "TELEGRAM__MESSAGES_PER_SECOND": "30",
    "TELEGRAM__MESSAGES_PER_CHAT_PER_SECOND": "1",
    "TELEGRAM__MESSAGES_PER_GROUP_PER_MINUTE": "20",
}
REST_SECONDS = 90.0  # a call that was met with silence is given up after half a minute


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(limits=RateLimits()) as running:
        yield running


@pytest.mark.timeout(240)
async def test_everything_arrives_once_and_within_the_limits(
    server: BotApiServer, tmp_path: Path, postgres_database: str
) -> None:
    house = House.build(tmp_path / "house", server, postgres_database)
    crowd = Crowd(server, walking=30)
    blocked = server.customer(999, "Blocked", started=True)
    async with AsyncExitStack() as stack:
        several = await Several.begin(house, 2, stack, RATES)
        await several.opened()
        server.fail_sometimes("too_many_requests", 0.03, method="sendMessage", seed=7)
        server.fail_sometimes("server_error", 0.03)
        server.fail_sometimes("bad_gateway", 0.02)
        server.fail_sometimes("garbage", 0.02)
        server.fail_sometimes("reset", 0.03)
        server.fail_next("silence", method="sendMessage", chat_id=1000)
        server.fail_next("slow", method="sendMessage", chat_id=1001, seconds=3.0)
        crowd.come(TURNS)
        await blocked.say("Hello")
        server.block(999)
        await crowd.go_home()
        database = Database(postgres_database)
        stack.push_async_callback(database.close)
        await at_rest(server, database, REST_SECONDS)
        assert {call.error for call in server.calls} >= {
            *("Too Many Requests: retry after 1", "Internal Server Error", "Bad Gateway", "garbage", "reset", "silence")
        }, "every kind of trouble was met"
        await check(server, database, crowd.customers)
        several.check_sound()
