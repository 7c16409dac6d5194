"""The way to a database, which can be cut and mended."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

PIECE_BYTES = 65536
COMMITTED = b"COMMIT\0"  # as the server says that it has


class Cable:
    """Leads from a port of this machine to the socket of a PostgreSQL. `url` reaches the same database through it."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._user, self._name = parts.username or "postgres", parts.path
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._silent = False
        self._silenced = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"postgresql+psycopg://{self._user}@127.0.0.1:{port}{self._name}?sslmode=disable"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        assert self._server
        self._server.close()

    def cut(self) -> None:
        """From now on nothing gets through, in whatever transaction it is."""
        self._is_cut = True
        for line in self._lines:
            line.transport.abort()

    def mend(self) -> None:
        """New connections get through again."""
        self._is_cut = False

    async def lose_a_commit(self) -> None:
        """The next commit reaches the database, and is kept; the line breaks before anybody is told."""
        self._silenced.clear()
        self._silent = True
        await self._silenced.wait()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_unix_connection(self._socket)
        self._lines |= {writer, far_writer}
        with contextlib.suppress(OSError):
            await asyncio.gather(_carry(reader, far_writer), self._answer(far_reader, writer))
        for line in (writer, far_writer):  # a process that was killed leaves no end open
            line.transport.abort()
        self._lines -= {writer, far_writer}

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = b""
        while piece := await reader.read(PIECE_BYTES):
            seen = seen[-len(COMMITTED) :] + piece
            if self._silent and COMMITTED in seen:
                self._silent = False
                self._silenced.set()
                writer.transport.abort()
                return
            writer.write(piece)
            await writer.drain()
        writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE_BYTES):
        writer.write(piece)
        await writer.drain()
    writer.close()
