"""A server and an aiogram bot that talks to it."""

from collections.abc import AsyncIterator, Callable

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.botapi.server import BotApiServer


class PlainSession(AiohttpSession):
    """Closes without aiogram's quarter of a second for TLS connections, which there are none of here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running


def bot_for(server: BotApiServer) -> Bot:
    return Bot(server.token, session=PlainSession(api=TelegramAPIServer.from_base(server.url)))


@pytest.fixture
def bot_of() -> Callable[[BotApiServer], Bot]:
    """Makes a bot for a server that the test starts itself."""
    return bot_for


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with bot_for(server) as talking:
        yield talking
