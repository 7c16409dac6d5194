"""Statements that the two engines spell in their own way."""

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from storage.tables import Row


def is_postgresql(connection: Connection) -> bool:
    """Whether other processes may write at the same time; SQLite lets one transaction write at a time."""
    return connection.dialect.name == "postgresql"


def insert_or(connection: Connection, table: type[Row]) -> PostgresqlInsert | SqliteInsert:
    """An INSERT that can say what happens on conflict."""
    return insert_postgresql(table) if is_postgresql(connection) else insert_sqlite(table)
