"""A strict Bot API server, the account that talks to it, and a house behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest
from aiohttp import web

from bot.channels.telegram.account import Account
from bot.settings import Secret, Telegram
from tests.botapi.server import BotApiServer
from tests.channels.telegram.house import House, HouseDown

SECRET = "a-secret-of-the-webhook"


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """The server; at the end of every test the bot must have made no mistake."""
    async with BotApiServer() as running:
        yield running
        assert running.violations == []


@pytest.fixture
async def house() -> House:
    return House()


Serve = Callable[..., Awaitable[Account]]


@pytest.fixture
async def serve(server: BotApiServer, house: House, tmp_path: Path) -> AsyncIterator[Serve]:
    """Begins to serve Telegram in a mode; ends it after the test."""
    async with AsyncExitStack() as stack:

        async def begin(mode: Literal["polling", "webhook"] = "polling") -> Account:
            app = web.Application()
            runner = web.AppRunner(app)
            stack.push_async_callback(runner.cleanup)
            account: Account

            async def handle(request: web.Request) -> web.StreamResponse:
                return await account.handle(request)

            site_url = ""
            if mode == "webhook":
                app.router.add_post("/telegram/webhook", handle)
                await runner.setup()
                site = web.TCPSite(runner, "127.0.0.1", 0)
                await site.start()
                site_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            account = Account(
                Telegram(token=Secret(server.token), api_url=server.url, mode=mode),
                turns=house,
                room=house,
                leases=house,
                outage=HouseDown,
                find_file=lambda key: tmp_path / key,
                languages=("en", "fa"),
                public_url=site_url or None,
                secret=SECRET,
            )
            house.channel = account.customers
            account.start()

            async def end() -> None:
                await account.stop_listening()
                await house.settle()
                await account.close()

            stack.push_async_callback(end)
            return account

        yield begin


@pytest.fixture(params=["polling", "webhook"])
async def account(request: pytest.FixtureRequest, serve: Serve) -> Account:
    """The account as it is served in either way."""
    return await serve(request.param)
