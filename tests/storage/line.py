"""A line to PostgreSQL that can be cut, or fall silent, whenever a test likes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import make_url


class PostgresLine:
    """A TCP port that leads to a PostgreSQL's socket."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._writers: list[asyncio.StreamWriter] = []
        self._talks = asyncio.Event()
        self._talks.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, port: int = 0) -> int:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """The server has gone: nobody listens, and every connection is broken."""
        self.refuse()
        self.cut()
        self._talks.set()
        for task in self._tasks:
            task.cancel()

    def cut(self) -> None:
        """Break every connection now open."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def fall_silent(self) -> None:
        """Take everything and answer nothing."""
        self._talks.clear()

    def refuse(self) -> None:
        """Take no new connections."""
        if self._server is not None:
            self._server.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back_reader, back_writer = await asyncio.open_unix_connection(self._socket)
        self._writers += [writer, back_writer]
        for source, sink in ((reader, back_writer), (back_reader, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(65536):
                await self._talks.wait()
                sink.write(piece)
                await sink.drain()
        sink.close()


@contextlib.asynccontextmanager
async def postgres_line(url: str) -> AsyncIterator[tuple[PostgresLine, str]]:
    """The line to the server of this URL, and the URL by way of it."""
    folder = parse_qs(urlsplit(url).query)["host"][0]
    line = PostgresLine(f"{folder}/.s.PGSQL.5432")
    port = await line.open()
    parsed = make_url(url).set(host="127.0.0.1", port=port).difference_update_query(["host"])
    try:
        yield line, parsed.render_as_string(hide_password=False)
    finally:
        await line.close()
