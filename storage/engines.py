"""Connections to SQLite and PostgreSQL, set up so that what was committed is kept and nobody waits for ever."""

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, column, create_engine, event, func, make_url, select, table
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_SECONDS = 5
LOCK_SECONDS = 10  # how long a statement waits for another transaction
STATEMENT_SECONDS = 20
TRANSACTION_SECONDS = 60  # a process that hangs, or whose machine is gone, must not hold its locks for ever
SILENT_SECONDS = 10  # until either side asks whether the other is still there
ASKING_SECONDS = 5
QUESTIONS = 3

SQLITE_SETTINGS = {
    "journal_mode": "WAL",  # readers don't wait for the writer
    "synchronous": "FULL",  # a commit is on the disk
    "foreign_keys": "ON",
    "busy_timeout": LOCK_SECONDS * 1000,
    "journal_size_limit": 64 * 1024 * 1024,
}
POSTGRESQL_SETTINGS = {
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{TRANSACTION_SECONDS}s",
    "tcp_keepalives_idle": f"{SILENT_SECONDS}s",
    "tcp_keepalives_interval": f"{ASKING_SECONDS}s",
    "tcp_keepalives_count": f"{QUESTIONS}",
    "tcp_user_timeout": f"{LOCK_SECONDS}s",
    # The planner takes every batch for a hundred rows, and with the default, which is that of turning disks, it would
    # rather read a table of some ten thousand rows from end to end than look up a hundred.
    "random_page_cost": "1.1",
}
# What psycopg sends behind the last of several statements ends the server's count of idle time, so `together` needs
# another limit: https://www.postgresql.org/docs/17/runtime-config-client.html#GUC-TRANSACTION-TIMEOUT
VERSION_17 = 170000
SINCE_17 = {"transaction_timeout": f"{TRANSACTION_SECONDS}s"}
# A plan is made once for each statement of a connection, maybe while its tables are all but empty, and then it would
# read them from end to end for as long as it is kept. Transactions of turns look up a handful of rows by their keys.
BY_KEY = dict.fromkeys(
    ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_material"), "off"
)
PLANS_SECONDS = 60  # a connection lives no longer: its plans may be of a time when less was known of the tables
POSTGRESQL_LINE = {
    "client_encoding": "utf8",
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": SILENT_SECONDS,
    "keepalives_interval": ASKING_SECONDS,
    "keepalives_count": QUESTIONS,
    "tcp_user_timeout": LOCK_SECONDS * 1000,
}


class UnusableUrl(ValueError):
    """No database can be opened by this URL. The text says why, in one line that quotes no secret."""


def make_engine(url: str, connections: int, *, writes: bool) -> Engine:
    """An engine that keeps at most so many connections. Raises UnusableUrl.

    Reading transactions see one moment of the database and can't write.
    """
    parsed = _parsed(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed, connections, writes)
        case "postgresql":
            return _postgresql(parsed, connections, writes)
        case other:
            raise UnusableUrl(f"the database must be sqlite or postgresql, not {other}")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ValueError:
        raise UnusableUrl("its port must be a number") from None
    except ArgumentError:
        raise UnusableUrl("write it like postgresql+psycopg://user:password@host:5432/name") from None
    if "@" in f"{parsed.host}{parsed.database}" and parsed.get_backend_name() == "postgresql":
        raise UnusableUrl("an @ in its user or password must be written %40, and a / must be %2F")
    return parsed


def _sqlite(url: URL, connections: int, writes: bool) -> Engine:
    if not url.database or url.database == ":memory:":
        raise UnusableUrl("SQLite needs a file: sqlite:///var/switchboard.db")
    engine = create_engine(url, pool_size=connections, max_overflow=0)
    file = File(Path(url.database))
    event.listen(engine, "do_connect", file.make_way)
    event.listen(engine, "checkout", file.is_still_there)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # or sqlite3 would begin transactions by itself, and not all of them
        for name, value in SQLITE_SETTINGS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        if not writes:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails when another wrote in between: take the right to write.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class File:
    """Where an SQLite database is. What is written to one that was moved away or deleted would be lost, unseen."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._is_known = False

    def make_way(self, *_: Any) -> None:
        """SQLite makes the file, but not its folder; one that was here once is not made anew."""
        if self._is_known:
            self._number()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:  # SQLite itself would say less of it
            raise _cannot_open(f"{self._path.parent} cannot be made: {error.strerror}") from error

    def is_still_there(self, _: Any, opened: ConnectionPoolEntry, __: Any) -> None:
        """Raises DisconnectionError, so that it is opened anew, when another file is in its place."""
        self._is_known, number = True, self._number()
        if opened.info.setdefault("file", number) != number:
            raise DisconnectionError

    def _number(self) -> int:
        try:
            return self._path.stat().st_ino
        except OSError as error:
            raise _cannot_open(f"{self._path} is gone: {error.strerror}") from error


def _cannot_open(why: str) -> sqlite3.OperationalError:
    failure = sqlite3.OperationalError(why)
    failure.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    return failure


def _postgresql(url: URL, connections: int, writes: bool) -> Engine:
    try:
        make_conninfo(**dict.fromkeys(url.query, ""))
    except psycopg.ProgrammingError as error:
        raise UnusableUrl(str(error).strip()) from None
    line = {name: value for name, value in POSTGRESQL_LINE.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        pool_recycle=PLANS_SECONDS if writes else -1,
        pool_use_lifo=True,  # or the server would do one transaction after the other in as many cold processes
        connect_args=line,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: psycopg.Connection, _: Any) -> None:
        settings = POSTGRESQL_SETTINGS | (BY_KEY if writes else {})
        if connection.info.server_version >= VERSION_17:
            settings |= SINCE_17
        calls = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
        connection.execute(f"SELECT {calls}".encode())
        connection.commit()
        connection.autocommit = writes

    if writes:

        @event.listens_for(engine, "before_cursor_execute")
        def begin(connection: Connection, *_: Any) -> None:
            begin_unless_begun(connection.connection.driver_connection)

        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def begin_unless_begun(raw: Any) -> None:
    """Begin a transaction of a connection that writes to PostgreSQL, before its first statement.

    psycopg would do so by itself, but waits for the server's answer to that even where others go along.
    """
    if raw.autocommit and raw.pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        raw.execute("BEGIN")


def take_time(connection: Connection) -> None:
    """Let this transaction on PostgreSQL take and wait as long as it needs."""
    limits = column("name").in_(("lock_timeout", "statement_timeout", "transaction_timeout"))
    lift = select(func.set_config(column("name"), "0", True)).select_from(table("pg_settings")).where(limits)
    connection.execute(lift)
