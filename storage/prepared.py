"""Statements of the hot path: written with SQLAlchemy, compiled once, and run past the rest of it.

The transaction of one turn has eight statements, and over each SQLAlchemy's execution takes twice as long as SQLite's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn, cast

import psycopg
from sqlalchemy import Boolean, Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.types import TypeEngine

from storage.columns import Moment, to_moment
from storage.engines import begin_unless_begun

Row = tuple[Any, ...]


class Prepared:
    """`returns` are the columns that come back, in their order. Parameters are given as the engine keeps them."""

    def __init__(self, statement: ClauseElement, returns: Iterable[Any] = ()) -> None:
        self.statement = statement
        kept = [column.type for column in returns]
        self._has_rows = bool(kept)
        self._readers = [(at, reader) for at, kind in enumerate(kept) if (reader := _reader(kind))]
        self._compiled: dict[str, Compiled] = {}

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Row]:
        """The rows that come back. Raises DBAPIError, as SQLAlchemy does."""
        return self.ask(connection, parameters)()

    def ask(self, connection: Connection, parameters: Mapping[str, Any]) -> Callable[[], list[Row]]:
        """Send it, and give what gives its rows, once: `together` with others, when all of them were sent.

        Raises DBAPIError, as SQLAlchemy does.
        """
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does by itself
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = Compiled(self.statement, dialect)
        raw = connection.connection.driver_connection
        assert raw is not None
        cursor = raw.cursor()
        try:
            if isinstance(raw, psycopg.Connection):
                begin_unless_begun(raw)
            cursor.execute(compiled.text, compiled.values(parameters))
        except dialect.loaded_dbapi.Error as error:
            cursor.close()
            _raise_as_sqlalchemy(connection, compiled.text, error)
        fetch = partial(self._fetch, connection, compiled.text, cursor)
        if isinstance(raw, psycopg.Connection):
            return fetch
        rows = fetch()  # SQLite looks for them now, and not before what comes next
        return lambda: rows

    def _fetch(self, connection: Connection, text: str, cursor: Any) -> list[Row]:
        try:
            rows: list[Row] = cursor.fetchall() if self._has_rows else []
        except connection.dialect.loaded_dbapi.Error as error:
            _raise_as_sqlalchemy(connection, text, error)
        finally:
            cursor.close()
        return [self._read(row) for row in rows] if self._readers else rows

    def _read(self, row: Row) -> Row:
        values = list(row)
        for at, reader in self._readers:
            if values[at] is not None:
                values[at] = reader(values[at])
        return tuple(values)


@contextmanager
def together(connection: Connection, *, commits: bool = False) -> Iterator[None]:
    """PostgreSQL gets the prepared statements in here without an answer to each; only rows are waited for.

    No other statements may run in here. Each way there and back that is saved is half a millisecond where the server
    is another machine, so rows that nothing in here needs are asked for behind it. With `commits` the commit goes with
    them, and nothing may be asked behind it; SQLite's is left to SQLAlchemy.
    """
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        yield
        return
    try:
        with raw.pipeline():
            yield
            if commits:
                # Not psycopg's own, which waits for an answer of its own, and not SQLAlchemy's: when this fails, the
                # server has yet to be told to roll back.
                raw.execute("COMMIT")
    except psycopg.Error as error:
        # A line that broke among several statements may be unable to leave them, and then is of no use any more.
        is_stuck = raw.pgconn.pipeline_status != psycopg.pq.PipelineStatus.OFF
        _raise_as_sqlalchemy(connection, "several statements", error, is_stuck=is_stuck)


class Compiled:
    """A statement in one engine's words."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self.text = compiled.string
        self._constants = compiled.params
        self._order: Sequence[str] | None = compiled.positiontup

    def values(self, parameters: Mapping[str, Any]) -> Mapping[str, Any] | Sequence[Any]:
        """What goes with the text, by name or by place."""
        given = {**self._constants, **parameters}
        return given if self._order is None else [given[name] for name in self._order]


def _reader(kept: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes Python's value of the engine's, none where they are the same."""
    if isinstance(kept, Moment):
        return to_moment
    return bool if isinstance(kept, Boolean) else None


def _raise_as_sqlalchemy(connection: Connection, text: str, error: Exception, *, is_stuck: bool = False) -> NoReturn:
    """Raise the error as every other statement does; a connection that is gone, or stuck, is not used again."""
    dialect = connection.dialect
    raw = connection.connection.driver_connection
    gone = is_stuck or dialect.is_disconnect(cast(Any, error), cast(Any, raw), None)
    if isinstance(raw, psycopg.Connection) and raw.closed:  # by the server, whatever kind of error it called that
        gone = True
    if gone:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    raise DBAPIError.instance(
        text, None, error, base, hide_parameters=True, connection_invalidated=gone, dialect=dialect
    ) from error
