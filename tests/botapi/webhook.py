"""Webhook delivery: a POST for each update, in order within a chat, again until the bot answers 2xx."""

import asyncio
import contextlib
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from tests.botapi.entities import Wire
from tests.botapi.faults import BadAnswerError
from tests.botapi.feed import Update, UpdateFeed
from tests.botapi.params import Params
from tests.botapi.refusals import RefusalError, mistake
from tests.botapi.world import now

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
NOT_IN_REPLY = ("get", "setwebhook", "deletewebhook", "close", "logout")

Execute = Callable[[str, Params], Awaitable[object]]


@dataclass(slots=True)
class WebhookSettings:
    url: str
    secret_token: str = ""
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str | None = None

    def is_like(self, other: "WebhookSettings") -> bool:
        """Setting the same webhook again changes nothing, and disturbs no delivery."""
        return (self.url, self.secret_token, self.max_connections) == (
            other.url,
            other.secret_token,
            other.max_connections,
        )


def settings_of(params: Params) -> WebhookSettings:
    """What setWebhook asks for. http is taken too, as a local Bot API server does. Raises RefusalError 400."""
    url, secret = params.text("url"), params.text("secret_token")
    if not url.startswith(("https://", "http://")):
        raise mistake("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not SECRET.fullmatch(secret):
        raise mistake(
            "secret token contains unallowed characters" if len(secret) <= 256 else "secret token is too long"
        )
    connections = params.integer("max_connections") or 40
    if not 1 <= connections <= 100:
        raise mistake("max_connections must be 1-100")
    return WebhookSettings(url, secret, connections)


class WebhookSender:
    """Delivers what the feed holds and what comes.

    retry_seconds is the first pause after a failure; it doubles up to a second.
    """

    def __init__(
        self, feed: UpdateFeed, settings: WebhookSettings, execute: Execute, *, retry_seconds: float, in_order: bool
    ) -> None:
        self.settings = settings
        self._feed = feed
        self._execute = execute
        self._retry_seconds = retry_seconds
        self._in_order = in_order
        self._lanes: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(settings.max_connections)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60))
        for update in list(self._feed.pending.values()):
            self.push(update)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def push(self, update: Update) -> None:
        lane_number = update.lane if self._in_order else -update.update_id
        lane = self._lanes.setdefault(lane_number, deque())
        lane.append(update)
        if len(lane) == 1:
            self._spawn(self._drain(lane_number, lane))

    def push_again(self, update: Update, times: int) -> None:
        """Delivers an update so many times more, all at once."""
        for _ in range(times):
            self._spawn(self._deliver(update))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane_number: int, lane: deque[Update]) -> None:
        while lane:
            await self._deliver(lane[0])
            self._feed.acknowledge(lane[0].update_id)
            lane.popleft()
        del self._lanes[lane_number]

    async def _deliver(self, update: Update) -> None:
        pause = self._retry_seconds
        while True:
            async with self._connections:
                error = await self._post(update)
            if error is None:
                return
            self.settings.last_error_date, self.settings.last_error_message = now(), error
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def _post(self, update: Update) -> str | None:
        """Hands the update over once. Gives what went wrong, or None."""
        assert self._session is not None
        headers = {"Content-Type": "application/json"}
        if self.settings.secret_token:
            headers[SECRET_HEADER] = self.settings.secret_token
        update.deliveries += 1
        try:
            async with self._session.post(self.settings.url, data=update.body(), headers=headers) as response:
                if not 200 <= response.status <= 299:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                await self._obey(response)
                return None
        except (aiohttp.ClientError, TimeoutError) as error:
            return str(error) or "Connection closed"

    async def _obey(self, response: aiohttp.ClientResponse) -> None:
        """A method in the body of the answer is executed like a call whose result nobody sees."""
        body = await response.read()
        if response.content_type != "application/json" or not body:
            return
        said = json.loads(body)
        values: Wire = said if isinstance(said, dict) else {}
        method = str(values.pop("method", ""))
        if method and not method.lower().startswith(NOT_IN_REPLY):
            with contextlib.suppress(RefusalError, BadAnswerError, ConnectionResetError):
                await self._execute(method, Params(values))
