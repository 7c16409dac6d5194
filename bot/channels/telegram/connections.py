"""Calls of one HTTP/1.1 server over connections that stay open.

aiohttp's client takes four times as long for a small POST, on what no call here has a use for: redirects, cookies,
compression, traces. Everything that is large or rare still goes through it.
"""

import asyncio
import re
import ssl
from time import monotonic
from urllib.parse import urlsplit

import msgspec

CONNECTIONS = 100
CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 50.0  # shorter than Telegram's own, or calls run into connections that are closing
EYEBALLS_SECONDS = 0.25  # then the next address of the server is tried beside the first; RFC 8305
HEAD_BYTES = 64 * 1024

STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-5]\d\d)[ \r]")
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n")
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*\bchunked[ \t]*\r\n")
CLOSING = re.compile(rb"\r\nconnection:[^\r]*\bclose\b")
STAYING = re.compile(rb"\r\nconnection:[^\r]*\bkeep-alive\b")
CHUNK = re.compile(rb"([0-9a-f]+)[ \t]*(?:;[^\r]*)?\r\n", re.IGNORECASE)


class BadReply(ConnectionError):
    """What the server said is not HTTP, or not all of it came."""


class HungUp(ConnectionError):
    """The server ended the connection before it said anything."""


class Reply(msgspec.Struct, frozen=True):
    """`stays`: the connection takes another call."""

    status: int
    body: bytes
    stays: bool


def read_reply(received: bytes, *, ended: bool) -> Reply | None:
    """The reply in what has come so far, none if there must be more; `ended` when no more can come. Raises BadReply.

    Source: RFC 9112, sections 4, 6.3 and 7.1.
    """
    end = received.find(b"\r\n\r\n")
    if end < 0:
        if ended or len(received) > HEAD_BYTES:
            raise BadReply("no end of the reply's head")
        return None
    found = STATUS_LINE.match(received)
    if found is None:
        raise BadReply("no status line")
    status, start = int(found[2]), end + 4
    if status < 200:  # there is another one behind it
        return read_reply(received[start:], ended=ended)
    head = received[: end + 2].lower()
    found_body = _body(received, start, status, head, ended)
    if found_body is None:
        if ended:
            raise BadReply("the reply broke off")
        return None
    body, end = found_body
    stays = CLOSING.search(head) is None if found[1] == b"1" else STAYING.search(head) is not None
    return Reply(status, body, stays and not ended and end == len(received))  # nobody asked for what is behind it


def _body(received: bytes, start: int, status: int, head: bytes, ended: bool) -> tuple[bytes, int] | None:
    """What stands behind the head and where it ends, none if something is missing. Raises BadReply."""
    if status in (204, 304):
        return b"", start
    if CHUNKED.search(head):
        return _chunks(received, start)
    if length := LENGTH.search(head):
        end = start + int(length[1])
        return (received[start:end], end) if len(received) >= end else None
    return (received[start:], len(received)) if ended else None


def _chunks(received: bytes, start: int) -> tuple[bytes, int] | None:
    """The chunks put together and where they end, none if one is missing. Raises BadReply."""
    pieces: list[bytes] = []
    while True:
        size = CHUNK.match(received, start)
        if size is None:
            if b"\r\n" in received[start:]:
                raise BadReply("no size of a chunk")
            return None
        length = int(size[1], 16)
        if length == 0:  # fields may follow, up to an empty line
            end = received.find(b"\r\n\r\n", size.end() - 2)
            return (b"".join(pieces), end + 4) if end >= 0 else None
        start = size.end() + length + 2
        if len(received) < start:
            return None
        pieces.append(received[size.end() : start - 2])


class Connection(asyncio.Protocol):
    """One connection, which takes one call at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[Reply] | None = None
        self._received = b""
        self._used_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether it takes a call now."""
        return self._transport is not None and self._reply is None and not self._transport.is_closing()

    @property
    def is_fresh(self) -> bool:
        """Whether the server has hardly grown tired of it."""
        return self.is_open and monotonic() - self._used_at < KEEP_ALIVE_SECONDS

    async def call(self, request: bytes) -> Reply:
        """Send it and wait for the reply. Raises ConnectionError; whoever stops waiting must call `close`."""
        assert self._transport is not None
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._reply

    def close(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received = self._received + data if self._received else data
        self._read(ended=False)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._reply is None or self._reply.done():
            return
        if self._received:
            self._read(ended=True)
        else:
            self._reply.set_exception(HungUp("before the reply"))

    def _read(self, *, ended: bool) -> None:
        if self._reply is None or self._reply.done():  # nobody asked for this
            self.close()
            return
        try:
            reply = read_reply(self._received, ended=ended)
        except BadReply as broken:
            self._reply.set_exception(broken)
            self.close()
            return
        if reply is None:
            return
        self._reply.set_result(reply)
        self._reply, self._received, self._used_at = None, b"", monotonic()
        if not reply.stays:
            self.close()


class Connections:
    """Those to one server, at most CONNECTIONS; the one that was used last is used next.

    `url` is below which paths are called; `trust` says whose certificates count where it begins with https.
    """

    def __init__(self, url: str, trust: ssl.SSLContext) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._host = parts.hostname.encode("idna").decode()
        self._ssl = trust if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._ssl else 80)
        authority = f"[{self._host}]" if ":" in self._host else self._host
        authority += f":{parts.port}" if parts.port else ""
        self._head = (
            f"POST {parts.path}%b HTTP/1.1\r\nHost: {authority}\r\n"
            "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        ).encode("ascii")
        self._free: list[Connection] = []
        self._places = asyncio.Semaphore(CONNECTIONS)

    async def post_json(self, path: str, body: bytes, seconds: float) -> Reply:
        """POST the body there. Raises OSError, and TimeoutError when the reply takes longer than so many seconds."""
        request = self._head % (path.encode("ascii"), len(body), body)
        async with self._places, asyncio.timeout(seconds):
            while kept := self._take():
                try:
                    return await self._call(kept, request)
                except HungUp:
                    continue  # it had grown tired of an old connection, as servers may
            return await self._call(await self._connect(), request)

    async def _call(self, connection: Connection, request: bytes) -> Reply:
        try:
            return await connection.call(request)
        finally:
            if connection.is_open:
                self._free.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Hang up everywhere."""
        while self._free:
            self._free.pop().close()

    def _take(self) -> Connection | None:
        while self._free:
            connection = self._free.pop()
            if connection.is_fresh:
                return connection
            connection.close()
        return None

    async def _connect(self) -> Connection:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, connection = await asyncio.get_running_loop().create_connection(
                Connection, self._host, self._port, ssl=self._ssl, happy_eyeballs_delay=EYEBALLS_SECONDS
            )
        return connection
