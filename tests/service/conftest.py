"""A house of one process on each kind of database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.schema import migrate
from tests.service.shop import Shop


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    """The shop with its flows published, on a database of its own."""
    migrate(database_url)
    opened = Shop(database_url)
    await opened.publish()
    yield opened
    await opened.close(1)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file with all tables: for what does not depend on the kind of the database."""
    url = f"sqlite:///{tmp_path / 'switchboard.db'}"
    migrate(url)
    return url
