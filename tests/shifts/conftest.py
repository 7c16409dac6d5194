"""A strict Bot API server for the house, and a look into its database."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.botapi.server import BotApiServer

collect_ignore = [] if "SWITCHBOARD_SHIFT" in os.environ else ["test_shift.py"]  # it takes its time: see there


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running
