"""One database of each kind with all tables, and for each test a transaction in it that is undone."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, Engine

from storage.engines import make_engine
from storage.schema import migrate


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        yield from _migrated(f"sqlite:///{tmp_path_factory.mktemp('reports') / 'switchboard.db'}")
        return
    url: str = request.getfixturevalue("postgres_url")
    name = f"reports_{secrets.token_hex(8)}"
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield from _migrated(url.replace("/postgres?", f"/{name}?"))
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _migrated(url: str) -> Iterator[Engine]:
    migrate(url)
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
