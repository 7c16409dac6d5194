"""A strict Bot API server for the house, and a look into its database."""

from collections.abc import AsyncIterator

import pytest

from tests.botapi.server import BotApiServer


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running
