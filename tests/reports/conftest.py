"""A database with all tables, on both engines, and one transaction in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from storage.engines import make_engine
from storage.schema import migrate


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A writing transaction; what a test did in it is lost at its end."""
    migrate(database_url)
    engine = make_engine(database_url, 1, writes=True)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()
