"""One open line between a page and the house: what the visitor does goes in, what the log says comes out."""

import asyncio
from collections.abc import Mapping

import msgspec
from aiohttp import WSMsgType, web

from bot.channels.webchat.neighbours import Neighbours
from bot.channels.webchat.showing import items_of
from bot.channels.webchat.visitors import Patience
from bot.channels.webchat.wire import (
    MAX_TEXT,
    AnyInput,
    Hello,
    News,
    Ping,
    Pong,
    Refused,
    Taken,
    ToPage,
    Welcome,
    Write,
    heard_in,
    language_in,
    newest,
    read_message,
)
from bot.ports import Clock, Inbound
from bot.service.transcripts import Passage, Transcripts
from bot.service.turns import Turns

CHANNEL = "webchat"
HELLO_SECONDS = 10.0
READ_SECONDS = 60.0  # then it is asked again: a read must not outlive its line for long


class Line:
    """A line of the visitor `address`, whose page has seen what `cursor` says, from a `place` of the net."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        address: str,
        hello: Hello,
        *,
        turns: Turns,
        transcripts: Transcripts,
        patience: Patience,
        neighbours: Neighbours,
        place: str | None,
        clock: Clock,
    ) -> None:
        self._socket = socket
        self._address = address
        self._language = language_in(hello)
        self._cursor: Mapping[str, int] = hello.cursor
        self._spoken: dict[str, str] = {}  # the language of each conversation
        self._turns = turns
        self._transcripts = transcripts
        self._patience = patience
        self._neighbours, self._place = neighbours, place
        self._clock = clock
        self._telling = asyncio.Lock()

    async def hold(self, visitor: str) -> None:
        """Speak with the page until it goes. Raises what stops the house from listening, such as DatabaseDown."""
        passage = await self._read()
        self._cursor = passage.cursor
        items = tuple(items_of(passage.lines, self._spoken))
        await self._send(Welcome(visitor=visitor, items=items, cursor=newest(passage.cursor)))
        telling = asyncio.create_task(self._tell())
        listening = asyncio.create_task(self._listen())
        try:
            await asyncio.wait([telling, listening], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, listening):
                task.cancel()
            results = await asyncio.gather(telling, listening, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, ConnectionError):
                raise result

    # Out

    async def _tell(self) -> None:
        """Show what is new, whenever there is something new."""
        while True:
            before = self._cursor
            passage = await self._read(READ_SECONDS)
            async with self._telling:
                if self._cursor is before:
                    await self._show(passage)

    async def _catch_up(self) -> None:
        """Show what is there now."""
        async with self._telling:
            await self._show(await self._read())

    async def _show(self, passage: Passage) -> None:
        self._cursor = passage.cursor
        if items := tuple(items_of(passage.lines, self._spoken)):
            await self._send(News(items=items, cursor=newest(passage.cursor)))

    async def _read(self, wait_seconds: float = 0.0) -> Passage:
        return await self._transcripts.read_since(CHANNEL, self._address, self._cursor, wait_seconds=wait_seconds)

    async def _send(self, message: ToPage) -> None:
        await self._socket.send_str(msgspec.json.encode(message).decode())

    # In

    async def _listen(self) -> None:
        async for received in self._socket:
            if received.type is not WSMsgType.TEXT:
                continue
            message = read_message(received.data)
            match message:
                case Hello():
                    return  # once is enough: a page that begins again takes a new line
                case Ping():
                    await self._send(Pong())
                case _:
                    await self._hear(message)

    async def _hear(self, message: AnyInput) -> None:
        if isinstance(message, Write) and len(message.text) > MAX_TEXT:
            await self._send(Refused(id=message.id, reason="too_long"))
            return
        now, is_new = self._clock.now(), not self._cursor
        wait_seconds = self._patience.wait_seconds(self._address, now)
        if not wait_seconds and is_new:
            wait_seconds = self._neighbours.newcomer_waits(self._place, now)
        if wait_seconds:
            await self._send(Refused(id=message.id, reason="too_fast", after_seconds=wait_seconds))
            return
        inbound = Inbound(
            channel=CHANNEL,
            external_id=f"{self._address}.{message.id}",
            address=self._address,
            heard=heard_in(message),
            language=self._language,
        )
        await self._turns.take(inbound)
        await self._catch_up()
        await self._send(Taken(id=message.id))


async def first_message(socket: web.WebSocketResponse) -> Hello | None:
    """How the page introduces itself; none when it says something else, or nothing."""
    try:
        received = await socket.receive(HELLO_SECONDS)
        message = read_message(received.data) if received.type is WSMsgType.TEXT else None
    except (TimeoutError, msgspec.DecodeError):
        return None
    return message if isinstance(message, Hello) else None
