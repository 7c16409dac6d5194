"""A visitor without a browser: says to the line what a page would say, and keeps what it shows."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

SECONDS = 60.0


class Visitor:
    """One open line. `visitor` is the secret that the server gave, `items` what it has shown so far."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.visitor = ""
        self.items: list[dict[str, Any]] = []
        self.cursor: dict[str, int] = {}

    async def greet(self, visitor: str | None = None, cursor: dict[str, int] | None = None, **more: Any) -> None:
        await self.send(kind="hello", visitor=visitor, cursor=cursor or {}, **more)
        welcome = await self.receive()
        assert welcome["kind"] == "welcome", welcome
        self.visitor = welcome["visitor"]

    async def send(self, **message: Any) -> None:
        await self.socket.send_json(message)

    async def receive(self) -> dict[str, Any]:
        """The next message, whose items are kept."""
        message: dict[str, Any] = await asyncio.wait_for(self.socket.receive_json(), SECONDS)
        if "items" in message:
            self.items += message["items"]
            self.cursor = message["cursor"]
        return message

    def stops_reading(self) -> None:
        """Take nothing more in, and stay."""
        connection = self.socket._conn  # aiohttp lends its transport to nobody
        assert connection is not None
        assert connection.transport is not None
        connection.transport.pause_reading()

    async def does(self, kind: str, id: str = "", **message: Any) -> dict[str, Any]:
        """Send an input and read on until it is answered. Gives the answer."""
        name = id or secrets.token_hex(8)
        await self.send(kind=kind, id=name, **message)
        while True:
            answer = await self.receive()
            if answer.get("id") == name:
                return answer

    async def sees(self, text: str) -> None:
        """Read on until somebody has said this."""
        while text not in self.said:
            await self.receive()

    async def closed(self) -> int | None:
        """Read to the end of the line. Gives its code."""
        while not self.socket.closed:
            message = await asyncio.wait_for(self.socket.receive(), SECONDS)
            if message.type is aiohttp.WSMsgType.CLOSE:
                return int(message.data)
        return self.socket.close_code

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [item["shown"] for item in self.items if item["shown"]["kind"] == "message"]

    @property
    def said(self) -> list[str]:
        """Who said what."""
        return [f"{one['by']}: {text_of(one)}" for one in self.messages]

    def token(self, label: str) -> str:
        """The newest button with this label."""
        buttons = [button for one in reversed(self.messages) for button in one.get("buttons", ())]
        return str(next(button["token"] for button in buttons if button["label"] == label))


def text_of(message: dict[str, Any]) -> str:
    return "".join(run["text"] for run in message.get("runs", ()))


@asynccontextmanager
async def line_to(origin: str, **headers: str) -> AsyncIterator[Visitor]:
    """A line that has not said anything yet."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{origin}/chat/line", headers=headers) as socket:
        yield Visitor(socket)


@asynccontextmanager
async def visitor_at(origin: str, visitor: str | None = None, **hello: Any) -> AsyncIterator[Visitor]:
    """A visitor who has been welcomed."""
    async with line_to(origin) as line:
        await line.greet(visitor, **hello)
        yield line
