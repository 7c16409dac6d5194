"""The server in a process of its own, and the people on it, from a test's point of view."""

import asyncio
import sys
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.botapi.bell import PATIENCE_SECONDS
from tests.botapi.chats import User
from tests.botapi.entities import Wire
from tests.botapi.people import Seen
from tests.botapi.server import TOKEN


class RemoteServer:
    """Starts `python -m tests.botapi` and ends it; given a url, talks to one that runs already."""

    def __init__(self, url: str = "", *, options: tuple[str, ...] = ()) -> None:
        self.url = url
        self.token = TOKEN
        self._options = options
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        if not self.url:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.botapi", *self._options, stdout=asyncio.subprocess.PIPE
            )
            assert self._process.stdout
            self.url = (await self._process.stdout.readline()).decode().strip()
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()
        if self._process:
            self._process.terminate()
            await self._process.wait()

    async def call(self, path: str, wish: Wire) -> Any:
        """Raises AssertionError with the words of the other side."""
        assert self._session
        async with self._session.post(f"{self.url}/control/{path}", json=wish) as response:
            answer = await response.json()
        assert "failed" not in answer, answer["failed"]
        return answer["result"]

    async def stage(self, method: str, /, **given: object) -> Any:
        """Any method of the server that control.STAGE_METHODS names."""
        return await self.call(f"stage/{method}", {"given": given})

    async def log(self, *, method: str | None = None, chat_id: int | None = None, since: int = 0) -> Wire:
        """calls (from the since-th on), counts, violations, unanswered, pending, updates."""
        answer: Wire = await self.call("log", {"method": method, "chat_id": chat_id, "since": since})
        return answer

    async def customer(
        self, user_id: int, first_name: str = "Sara", *, language_code: str = "en", started: bool = False
    ) -> "RemotePerson":
        given = {"first_name": first_name, "language_code": language_code, "started": started}
        return RemotePerson(self, await self.stage("customer", user_id=user_id, **given))

    async def forum(self, chat_id: int, title: str = "Desk") -> int:
        answer = await self.stage("forum", chat_id=chat_id, title=title)
        return int(answer["chat_id"])

    async def member(
        self, chat_id: int, user_id: int, first_name: str = "Ali", *, status: str = "member"
    ) -> "RemotePerson":
        return RemotePerson(
            self, await self.stage("member", chat=chat_id, user_id=user_id, first_name=first_name, status=status)
        )


class RemotePerson:
    """As Person, over HTTP."""

    def __init__(self, server: RemoteServer, who: Wire) -> None:
        self._server = server
        self._who = who

    async def do(self, method: str, /, **given: object) -> Any:
        """Any method of Person, by keyword."""
        return await self._server.call(f"person/{method}", self._who | {"given": given})

    async def say(self, text: str) -> Seen:
        return _seen(await self.do("say", text=text))

    async def command(self, text: str) -> Seen:
        return _seen(await self.do("command", text=text))

    async def tap(self, label: str, *, on: Seen | None = None, times: int = 1) -> None:
        await self.do("tap", label=label, on=_told(on), times=times)

    async def forge(self, data: str, *, on: Seen) -> None:
        await self.do("forge", data=data, on=_told(on))

    async def edit(self, message: Seen, text: str) -> None:
        await self.do("edit", message=_told(message), text=text)

    async def screen(self) -> list[Seen]:
        return [_seen(wire) for wire in await self.do("screen")]

    async def wait_for(
        self, text: str = "", *, button: str | None = None, within: float = PATIENCE_SECONDS, ever: bool = False
    ) -> Seen:
        return _seen(await self.do("wait_for", text=text, button=button, within=within, ever=ever))

    async def topics(self) -> list[Wire]:
        """thread_id, name and closed of each topic."""
        return list(await self.do("topics"))

    async def wait_for_topic(self, name: str = "", *, within: float = PATIENCE_SECONDS) -> "RemotePerson":
        return RemotePerson(self._server, await self.do("wait_for_topic", name=name, within=within))


def _seen(wire: Wire) -> Seen:
    """Of the author the other process tells no more than the id."""
    return Seen(**{**wire, "author": User(wire["author"], "")})


def _told(seen: Seen | None) -> Wire | None:
    return {name: getattr(seen, name) for name in Seen.__slots__} | {"author": seen.author.user_id} if seen else None
