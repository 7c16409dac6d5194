"""Takes the updates that Telegram brings."""

import asyncio
import hmac
import logging

from aiogram.methods import SetWebhook
from aiohttp import web

from bot.channels.telegram.api import Api
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.updates import NotTaken, Updates
from bot.channels.telegram.wire import ALLOWED_UPDATES
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
BODY_BYTES = 1024 * 1024  # an update is a few kilobytes
CONNECTIONS = 100  # the more come at once, the more share a transaction
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class Webhook:
    """200 is answered only when the update is stored; anything else lets Telegram bring it again."""

    def __init__(self, api: Api, updates: Updates, *, url: str, secret: str) -> None:
        self._api = api
        self._updates = updates
        self._url = url
        self._secret = secret.encode()
        self._lanes = Lanes()

    async def register(self) -> None:
        """Tell Telegram where to bring updates, again and again until it has heard."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._api.ask(
                    SetWebhook(
                        url=self._url,
                        secret_token=self._secret.decode(),
                        allowed_updates=list(ALLOWED_UPDATES),
                        max_connections=CONNECTIONS,
                    )
                )
            except (ChannelBusy, TelegramRefusal) as trouble:
                log.error("webhook_not_set", extra={"reason": str(trouble), "seconds": pause})
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                log.info("webhook_set", extra={"url": self._url})
                return

    async def handle(self, request: web.Request) -> web.Response:
        """One update."""
        secret = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(errors="surrogateescape"), self._secret):
            log.warning("webhook_refused", extra={"reason": "secret"})
            return web.Response(status=401)
        body = await _read(request)
        if body is None:
            return web.Response(status=413)
        update = self._updates.read(body)
        if update is not None:
            try:
                await self._lanes.run(update.lane, update.update_id, lambda: self._updates.take(update, body))
            except NotTaken as trouble:
                log.warning("webhook_update_not_taken", extra={"update": update.update_id, "reason": str(trouble)})
                return web.Response(status=503)
        return web.Response()


async def _read(request: web.Request) -> bytes | None:
    """The body, none if it is too large."""
    if (request.content_length or 0) > BODY_BYTES:
        return None
    pieces, size = [], 0
    async for piece in request.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > BODY_BYTES:
            return None
    return b"".join(pieces)
