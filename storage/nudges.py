"""Nudges: a process that waits for work learns at once that there is some, also from another process.

A nudge is sent when the transaction commits, and is only a hint: it may be lost with a connection, so that whoever
waits also looks by itself from time to time. On SQLite, which one process serves, nudges stay within the process.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterable

import psycopg
from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from storage.prepared import Prepared

BOOKED = "nudges"  # where an SQLite connection keeps what is to be rung after the commit
CHANNEL = "switchboard"
RECONNECT_SECONDS = 2
STOP_SECONDS = 0.5  # how long the listener may take to see that it shall stop


NUDGE = Prepared(select(func.pg_notify(CHANNEL, bindparam("topic"))))


def nudge(connection: Connection, topic: str) -> None:
    """Wake everyone who waits for the topic, once this transaction has committed."""
    if connection.dialect.name == "postgresql":
        NUDGE.run(connection, {"topic": topic})
    else:
        connection.info.setdefault(BOOKED, set()).add(topic)


class Watch:
    """Somebody's ear for one topic."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake it, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> bool:
        """True as soon as there was a nudge since the last call, False when the time is over: look by yourself."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class Nudges:
    """The watches of this process, and with an engine (of PostgreSQL) a thread that listens for all processes."""

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine
        self._watches: defaultdict[str, list[Watch]] = defaultdict(list)
        self._stop = threading.Event()
        self._listener: threading.Thread | None = None

    def watch(self, topic: str) -> Watch:
        """A new watch; call it on the event loop that will wait. The first one begins to listen."""
        if self._engine is not None and self._listener is None:
            self._listener = threading.Thread(
                target=self._hear, args=(self._engine,), name="database-nudges", daemon=True
            )
            self._listener.start()
        watch = Watch()
        self._watches[topic].append(watch)
        return watch

    def ring(self, topics: Iterable[str]) -> None:
        """Wake the watches of these topics."""
        for topic in topics:
            for watch in self._watches.get(topic, ()):
                watch.ring()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._listener is not None:
            self._listener.join()
        if self._engine is not None:
            self._engine.dispose()

    def _hear(self, engine: Engine) -> None:
        while not self._stop.is_set():
            try:
                with engine.connect() as connection:
                    raw = connection.connection.driver_connection
                    assert isinstance(raw, psycopg.Connection)
                    try:
                        self._hear_on(raw)
                    finally:
                        connection.invalidate()  # it is of no use to others, and a broken one can't be given back
            except (psycopg.Error, DBAPIError):
                self._stop.wait(RECONNECT_SECONDS)

    def _hear_on(self, raw: psycopg.Connection) -> None:
        raw.autocommit = True
        raw.execute(f"LISTEN {CHANNEL}".encode())
        self.ring(list(self._watches))  # what came while nobody listened
        while not self._stop.is_set():
            for notice in raw.notifies(timeout=STOP_SECONDS):
                self.ring((notice.payload,))
