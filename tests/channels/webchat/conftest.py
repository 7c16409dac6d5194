"""A house with the lamp shop's flows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.webchat.flows import SHOP
from tests.channels.webchat.house import House, house_of


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with house_of(tmp_path, SHOP) as opened:
        yield opened


@pytest.fixture
def chat(house: House) -> str:
    """The address of the page."""
    return f"{house.origin}/chat"
