"""A strict Bot API server, and the account that talks to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, REZA, SARA
from tests.channels.telegram.scripted import Scripted
from tests.channels.telegram.served import Mode, Shop

Connect = Callable[..., Awaitable[Shop]]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """The server; at the end of every test the bot must have made no mistake."""
    async with BotApiServer() as running:
        yield running
        assert running.violations == []


@pytest.fixture
async def stack(server: BotApiServer) -> AsyncIterator[AsyncExitStack]:
    """What a test opened is closed in the opposite order, before the server."""
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def house() -> Scripted:
    """What the account is connected with."""
    return Scripted()


@pytest.fixture
async def connect(server: BotApiServer, house: Scripted, stack: AsyncExitStack, tmp_path: Path) -> Connect:
    """Serves customers by polling or by webhook until the test ends."""

    async def serve(mode: Mode = "polling") -> Shop:
        shop = Shop(tmp_path, server)
        await shop.open(stack, mode, house)
        house.channel = shop.account.customers
        stack.push_async_callback(house.settle)
        return shop

    return serve


@pytest.fixture(params=["polling", "webhook"])
async def shop(request: pytest.FixtureRequest, connect: Connect) -> Shop:
    """Customers are served, in either way."""
    return await connect(request.param)


@pytest.fixture
async def desk_shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    """Two agents in a forum group"""
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK])
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Reza", telegram_id=REZA, queues=["support", "sales"])
    return shop


@pytest.fixture
def ali(server: BotApiServer, desk_shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], ALI, "Ali")


@pytest.fixture
def reza(server: BotApiServer, desk_shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], REZA, "Reza")


@pytest.fixture
def sara(server: BotApiServer, desk_shop: Shop) -> Person:
    return server.customer(SARA, "Sara")
