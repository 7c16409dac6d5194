"""Databases for tests. The migrations run once for each kind; every test gets a copy of what they made."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from storage.schema import migrate

TEMPLATE = "all_tables"
EMPTY = "template1"  # what PostgreSQL copies when nothing else is said


def sqlite_copy(file: Path) -> str:
    """The URL of a new SQLite file with all tables, at this place. Raises FileExistsError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("xb") as copy:
        copy.write(_migrated_file())
    return f"sqlite:///{file}"


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory(prefix="switchboard-tables-") as folder:
        file = Path(folder) / "switchboard.db"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


def make_template(server_url: str) -> None:
    """Give the PostgreSQL server a database with all tables, unless another process of the same run did."""
    with _connected(server_url) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        if connection.execute("SELECT datname FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
        making = f"making_{secrets.token_hex(8)}"
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
        migrate(_url_of(server_url, making))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(making), sql.Identifier(TEMPLATE)))


@contextmanager
def postgres_copy(server_url: str, template: str) -> Iterator[str]:
    """The URL of a new database like the template, which is dropped afterwards whoever is still connected."""
    name = f"test_{secrets.token_hex(8)}"
    with _connected(server_url) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        yield _url_of(server_url, name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _connected(server_url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(server_url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def _url_of(server_url: str, name: str) -> str:
    return server_url.replace("/postgres?", f"/{name}?")
