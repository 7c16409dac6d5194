"""One database of each kind with all tables, and for each test a transaction in it that is undone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from storage.engines import make_engine
from tests.databases import TEMPLATE, postgres_copy, sqlite_copy


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        yield from _engine_of(sqlite_copy(tmp_path_factory.mktemp("reports") / "switchboard.db"))
        return
    with postgres_copy(request.getfixturevalue("postgres_url"), TEMPLATE) as url:
        yield from _engine_of(url)


def _engine_of(url: str) -> Iterator[Engine]:
    engine = make_engine(url, 1, writes=True)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A writing transaction; what a test did in it is undone at its end."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()
