"""The door to the database: one synchronous transaction at a time on a thread, awaited from outside."""

import asyncio
import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import psycopg
from sqlalchemy import Connection as Connection  # the one name of SQLAlchemy that whoever gives work to `run` needs
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from storage.engines import make_engine
from storage.failures import can_run_again, is_outage, reason_of
from storage.nudges import BOOKED, Nudges, Watch
from storage.prepared import together

T = TypeVar("T")

Last = Callable[[], Callable[[], T]]  # sends the last statements of a transaction, and gives what reads their answers

WRITERS = 4  # on PostgreSQL; SQLite lets one transaction write at a time
READERS = 2
ANSWER_SECONDS = 30  # more than any time limit of the database itself
ATTEMPTS = 5  # of a transaction that lost against others


class DatabaseDown(Exception):
    """The database does not answer. The work was not kept, except when the line broke in the very commit."""


class Database:
    """An SQLite file or a PostgreSQL server.

    `work` is a function of the open connection. It may run more than once, so it touches nothing but the database.
    Whoever waits longer than `answer_seconds` is told that the database is down.
    """

    def __init__(self, url: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._answer_seconds = answer_seconds
        self.is_sqlite = url.startswith("sqlite")
        writers = 1 if self.is_sqlite else WRITERS
        self._writing = make_engine(url, writers, writes=True)
        self._reading = make_engine(url, READERS, writes=False)
        self._nudges = Nudges(None if self.is_sqlite else make_engine(url, 1, writes=True))
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="database-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do the work in one transaction. Raises DatabaseDown, and what the work raises; then nothing is kept."""
        return await self.run_to_last(partial(_with_nothing, work))

    async def run_to_last(self, work: Callable[[Connection], Last[T]]) -> T:
        """The same, of work that leaves its last statements to go to the server in company of the commit.

        They are asked `together`; what reads their answers is called when all is kept.
        """
        return await self._on_thread(self._writers, self._writing, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Look at one moment of the database without changing it. Raises DatabaseDown, and what the work raises."""
        return await self._on_thread(self._readers, self._reading, partial(_with_nothing, work))

    def watch(self, topic: str) -> Watch:
        """An ear for `nudges.nudge` of this topic, in any process. It may miss one: look by yourself now and then."""
        return self._nudges.watch(topic)

    async def close(self) -> None:
        """Wait for what runs, and close the connections."""
        await asyncio.to_thread(self._nudges.close)
        for threads, engine in ((self._writers, self._writing), (self._readers, self._reading)):
            await asyncio.to_thread(threads.shutdown)
            engine.dispose()

    async def _on_thread(self, threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], Last[T]]) -> T:
        line = Line()
        try:
            async with asyncio.timeout(self._answer_seconds):
                return await asyncio.get_running_loop().run_in_executor(
                    threads, transact, engine, work, line, self._nudges
                )
        except TimeoutError as silence:
            line.cut()
            raise DatabaseDown(f"no answer in {self._answer_seconds} seconds") from silence


class Line:
    """The connection that a thread waits on, so that the wait can be ended from outside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: psycopg.Connection | None = None
        self._is_cut = False

    def hold(self, connection: Connection | None) -> None:
        """This is the connection now in use. Raises DatabaseDown when the line was cut."""
        raw = None if connection is None else connection.connection.driver_connection
        with self._lock:
            if self._is_cut and raw is not None:
                raise DatabaseDown("nobody waits for this any more")
            self._connection = raw if isinstance(raw, psycopg.Connection) else None

    def cut(self) -> None:
        """End the thread's wait: its connection breaks, as if the server had gone."""
        with self._lock:
            self._is_cut = True
            # It may break by itself at this very moment.
            with contextlib.suppress(OSError, psycopg.Error):
                if self._connection is not None:
                    with socket.socket(fileno=os.dup(self._connection.fileno())) as line:
                        line.shutdown(socket.SHUT_RDWR)


def _with_nothing(work: Callable[[Connection], T], connection: Connection) -> Last[T]:
    result = work(connection)
    return lambda: lambda: result


def transact(engine: Engine, work: Callable[[Connection], Last[T]], line: Line, nudges: Nudges) -> T:
    """Do the work in a transaction and commit it, once more where the database says that this is safe."""
    for attempt in range(1, ATTEMPTS + 1):
        committing = False
        try:
            with engine.connect() as connection:
                line.hold(connection)
                try:
                    with connection.begin():
                        connection.info.pop(BOOKED, None)  # of a transaction that was undone
                        last = work(connection)
                        committing = True
                        with together(connection, commits=True):
                            answer = last()
                    nudges.ring(connection.info.pop(BOOKED, ()))
                    return answer()
                finally:
                    line.hold(None)
        except DBAPIError as failure:
            stale = failure.connection_invalidated and attempt == 1 and not committing
            if not (stale or can_run_again(failure)) or attempt == ATTEMPTS:
                if is_outage(failure):
                    raise DatabaseDown(reason_of(failure)) from failure
                raise
            if not stale:  # two that collided must not meet again
                time.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311
    raise AssertionError("the last attempt returns or raises")
