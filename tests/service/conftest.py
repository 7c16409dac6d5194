"""A house of one process on each kind of database."""

from collections.abc import AsyncIterator

import pytest

from tests.service.shop import Shop


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    """The shop with its flows published, on a database of its own."""
    opened = Shop(database_url)
    await opened.publish()
    yield opened
    await opened.close(1)
