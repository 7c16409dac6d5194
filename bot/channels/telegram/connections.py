"""Calls of one HTTP/1.1 server over connections that stay open.

aiohttp's client takes four times as long for a small POST, on what no call here has a use for: redirects, cookies,
compression, traces. What is large or rare still goes through it. Replies are read by llhttp, through httptools.
"""

import asyncio
import ssl
from collections.abc import Callable
from time import monotonic
from urllib.parse import quote, urlsplit

import msgspec
from httptools import HttpParserError, HttpResponseParser

CONNECTIONS = 100
CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 50.0  # shorter than Telegram's own, or calls run into connections that are closing
EYEBALLS_SECONDS = 0.25  # then the next address of the server is tried beside the first; RFC 8305
SAY_THE_END = frozenset((b"content-length", b"transfer-encoding"))


class BadReply(ConnectionError):
    """What the server said is not HTTP, or not all of it came."""


class HungUp(ConnectionError):
    """The server ended the connection before it said anything to this call."""


class Reply(msgspec.Struct, frozen=True):
    """`stays`: the connection takes another call."""

    status: int
    body: bytes
    stays: bool


class Reading:
    """The replies of one connection, one after the other."""

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self._body: list[bytes] = []
        self._has_head = self._says_its_end = self._unasked = False
        self._reply: Reply | None = None

    def feed(self, received: bytes) -> Reply | None:
        """The reply that is whole with these bytes, none if there must be more. Raises BadReply."""
        try:
            self._parser.feed_data(received)
        except HttpParserError as error:
            if self._reply is None:
                raise BadReply(type(error).__name__) from None
            self._unasked = True
        reply, self._reply = self._reply, None
        return Reply(reply.status, reply.body, False) if reply is not None and self._unasked else reply

    def end(self) -> Reply:
        """The reply that is whole because nothing more can come. Raises BadReply."""
        if not self._has_head or self._says_its_end:
            raise BadReply("the reply broke off")
        return Reply(self._parser.get_status_code(), b"".join(self._body), False)

    # What httptools calls

    def on_message_begin(self) -> None:
        self._unasked = self._reply is not None
        self._has_head = self._says_its_end = False
        self._body = []

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() in SAY_THE_END:
            self._says_its_end = True

    def on_headers_complete(self) -> None:
        self._has_head = self._parser.get_status_code() >= 200  # below it, another one follows

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200 and self._reply is None:
            self._reply = Reply(status, b"".join(self._body), self._parser.should_keep_alive())


class Connection(asyncio.Protocol):
    """One connection, which takes one call at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[Reply] | None = None
        self._reading = Reading()
        self._speaks = False
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
        self._speaks = True
        self._read(lambda: self._reading.feed(data))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._reply is None or self._reply.done():
            return
        if self._speaks:
            self._read(self._reading.end)
        else:
            self._reply.set_exception(HungUp("before the reply"))

    def _read(self, read: Callable[[], Reply | None]) -> None:
        if self._reply is None or self._reply.done():  # nobody asked for this
            self.close()
            return
        try:
            reply = read()
        except BadReply as broken:
            self._reply.set_exception(broken)
            self.close()
            return
        if reply is None:
            return
        self._reply.set_result(reply)
        self._reply, self._speaks, self._used_at = None, False, monotonic()
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
        path = quote(parts.path, safe="/:%").replace("%", "%%")
        authority = f"[{self._host}]" if ":" in self._host else self._host
        authority += f":{parts.port}" if parts.port else ""
        self._head = (
            f"POST {path}%b HTTP/1.1\r\nHost: {authority}\r\n"
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
