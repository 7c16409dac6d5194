"""A database with all tables, on both engines, and what most tests put into it."""

from collections.abc import AsyncIterator, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from storage import conversations, customers
from storage.conversations import Started, Stored
from storage.customers import Caller
from storage.database import Database
from storage.engines import make_engine
from storage.identifiers import new_id
from tests.databases import EMPTY, postgres_copy

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database with no tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with postgres_copy(request.getfixturevalue("postgres_url"), EMPTY) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url, 4, writes=True)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A writing transaction; what a test did in it is lost at its end."""
    with engine.connect() as connection, connection.begin():
        yield connection


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


def open_conversation(connection: Connection, address: str = "7", channel: str = "telegram") -> Stored:
    """A customer at this address and their open conversation."""
    key = (channel, address)
    known = customers.find_or_make(connection, [Caller(channel=channel, address=address, name="Sara")], NOW)
    row = Started(
        id=new_id(),
        customer_id=known[key].id,
        channel=channel,
        address=address,
        revision="r1",
        language="en",
        state="{}",
        opened_at=NOW,
        heard_at=NOW,
    )
    conversations.start(connection, [row])
    return conversations.lock(connection, [row.id])[row.id]


def lock_open(connection: Connection, keys: Collection[conversations.Key]) -> dict[conversations.Key, Stored]:
    """The open conversations of these addresses; no other process can open one at those that are missing."""
    conversations.claim(connection, keys)
    return conversations.ask_to_lock_open(connection, keys)()
