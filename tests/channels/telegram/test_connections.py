"""HTTP as servers really speak it: in pieces, in chunks, until the line goes dead, and wrongly."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.connections import BadReply, Connections, Reading, Reply

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\n"
WHOLE = {
    "with a length": (OK + b"Content-Length: 4\r\n\r\ntrue", Reply(200, b"true", True)),
    "with other fields": (OK + b"server: x\r\ncontent-length:4 \r\nA: b\r\n\r\ntrue", Reply(200, b"true", True)),
    "with nothing in it": (OK + b"Content-Length: 0\r\n\r\n", Reply(200, b"", True)),
    "in chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\ntr\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
        Reply(200, b"tr0123456789", True),
    ),
    "in chunks with a trailer": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nSum: 1\r\n\r\n",
        Reply(200, b"x", True),
    ),
    "of an error": (
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}",
        Reply(429, b"{}", True),
    ),
    "that ends the line": (
        OK + b"Connection: close\r\nContent-Length: 4\r\n\r\ntrue",
        Reply(200, b"true", False),
    ),
    "of an old server": (b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ntrue", Reply(200, b"true", False)),
    "of an old server that stays": (
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\ntrue",
        Reply(200, b"true", True),
    ),
    "without a body": (b"HTTP/1.1 204 No Content\r\n\r\n", Reply(204, b"", True)),
    "after a first word": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue",
        Reply(200, b"true", True),
    ),
    "without a reason": (b"HTTP/1.1 200\r\nContent-Length: 4\r\n\r\ntrue", Reply(200, b"true", True)),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_reply_is_whole_with_its_last_byte_and_not_before(name: str) -> None:
    received, reply = WHOLE[name]
    assert Reading().feed(received) == reply
    for end in range(len(received)):
        reading = Reading()
        assert reading.feed(received[:end]) is None
        if end == 0:
            continue
        assert reading.feed(received[end:]) == reply
        broken = Reading()
        broken.feed(received[:end])
        with pytest.raises(BadReply):
            broken.end()


def test_without_a_length_the_reply_ends_with_the_line() -> None:
    reading = Reading()
    assert reading.feed(OK + b"\r\ntr") is None
    assert reading.feed(b"ue") is None
    assert reading.end() == Reply(200, b"true", False)


@pytest.mark.parametrize(
    "received",
    [
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nnot a number\r\n",
        b"x" * 100_000,
    ],
)
def test_what_is_not_http_is_refused(received: bytes) -> None:
    with pytest.raises(BadReply):
        Reading().feed(received)


@given(st.lists(st.binary(min_size=1, max_size=40)))
def test_chunks_are_put_together(pieces: Sequence[bytes]) -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    received = OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    assert Reading().feed(received) == Reply(200, b"".join(pieces), True)


@asynccontextmanager
async def calling(talk: Talk, path: str = "/bot1:x/") -> AsyncIterator[tuple[Connections, list[int]]]:
    """Connections to a server that talks like this; the second are the numbers of those that were made."""
    made: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.append(len(made) + 1)
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connections = Connections(f"http://127.0.0.1:{port}{path}", ssl.create_default_context())
    try:
        yield connections, made
    finally:
        connections.close()
        server.close()


async def request_of(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The head and the body of the next request. Raises IncompleteReadError when there is none."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    return head, await reader.readexactly(length)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        try:
            head, body = await request_of(reader)
        except asyncio.IncompleteReadError:
            return
        said = head.split(b"\r\n")[0] + b" " + body
        for piece in (b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: %d\r\n\r\n" % len(said), said[:5], said[5:]):
            writer.write(piece)
            await writer.drain()


async def test_a_call_arrives_and_its_connection_is_used_again() -> None:
    async with calling(echo) as (connections, made):
        for number in range(3):
            reply = await connections.post_json("getMe", b"%d" % number, 10)
            assert reply.body == b"POST /bot1:x/getMe HTTP/1.1 %d" % number
        assert made == [1]


@pytest.mark.parametrize(
    ("path", "asked"), [("/a%20b/bot1:x/", b"/a%20b/bot1:x/getMe"), ("/bot 1/é/", b"/bot%201/%C3%A9/getMe")]
)
async def test_the_path_of_the_server_arrives_as_it_is(path: str, asked: bytes) -> None:
    async with calling(echo, path) as (connections, _):
        assert (await connections.post_json("getMe", b"{}", 5.0)).body.split()[1] == asked


async def test_calls_at_the_same_time_have_connections_of_their_own() -> None:
    async with calling(echo) as (connections, made):
        replies = await asyncio.gather(*(connections.post_json("m", b"%d" % n, 10) for n in range(150)))
        assert [reply.body[-3:].split()[-1] for reply in replies] == [b"%d" % n for n in range(150)]
        assert 1 < len(made) <= 100


async def test_a_server_that_hangs_up_after_each_reply_is_called_anew() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\ntrue")

    async with calling(once) as (connections, made):
        for _ in range(3):
            assert (await connections.post_json("m", b"{}", 10)).body == b"true"
        assert made == [1, 2, 3]


async def test_a_connection_that_went_dead_in_between_is_not_used_again() -> None:
    gone = asyncio.Event()

    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(OK + b"Content-Length: 4\r\n\r\ntrue")
        writer.close()
        await writer.wait_closed()
        gone.set()

    async with calling(leave) as (connections, made):
        await connections.post_json("m", b"{}", 10)
        await gone.wait()
        assert (await connections.post_json("m", b"{}", 10)).status == 200
        assert made == [1, 2]


async def test_a_line_that_breaks_in_the_reply_is_an_error() -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(OK + b"Content-Length: 400\r\n\r\ntrue")

    async with calling(break_off) as (connections, _):
        with pytest.raises(ConnectionError):
            await connections.post_json("m", b"{}", 10)


async def test_nobody_there_is_an_error() -> None:
    async with calling(echo) as (connections, _):
        pass
    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's
        await connections.post_json("m", b"{}", 10)


async def test_silence_ends_in_time_and_its_connection_is_not_used_again() -> None:
    calls = 0

    async def fall_silent_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            await reader.read()
        else:
            await echo(reader, writer)

    async with calling(fall_silent_once) as (connections, made):
        with pytest.raises(TimeoutError):
            await connections.post_json("m", b"1", 0.1)
        assert (await connections.post_json("m", b"2", 10)).body.endswith(b"2")
        assert made == [1, 2]


async def test_what_comes_unasked_ends_the_connection() -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write((OK + b"Content-Length: 4\r\n\r\ntrue") * 2)
        await reader.read()

    async with calling(chatter) as (connections, made):
        await connections.post_json("m", b"{}", 10)
        await connections.post_json("m", b"{}", 10)
        assert made == [1, 2]
