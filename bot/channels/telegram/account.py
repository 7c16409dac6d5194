"""The bot's account: everything that Telegram needs, built and joined."""

import asyncio
import logging
from collections.abc import Sequence

from aiohttp import web

from bot.channels.telegram.api import Api
from bot.channels.telegram.attachments import FindFile
from bot.channels.telegram.customers import Customers
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.messages import Messages
from bot.channels.telegram.polling import Leases, Polling
from bot.channels.telegram.strangers import Strangers
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.updates import Room, Turns, Updates
from bot.channels.telegram.webhook import PATH, Webhook
from bot.settings import Telegram

log = logging.getLogger(__name__)


class Account:
    """Serves Telegram from `start` to `stop`.

    `customers` is the channel `telegram`. `outage` is what `turns` raises when nothing was stored; `find_file` tells
    where an uploaded file lies. With `public_url` none, updates are fetched; else they are brought to it, with `secret`.
    """

    def __init__(
        self,
        settings: Telegram,
        *,
        turns: Turns,
        room: Room,
        leases: Leases,
        outage: type[Exception],
        find_file: FindFile,
        languages: Sequence[str],
        public_url: str | None,
        secret: str,
    ) -> None:
        assert settings.token is not None
        self._api = Api(settings.api_url, settings.token)
        self._taps = Taps(self._api)
        self._identity = Identity(self._api)
        self.customers = Customers(self._api, Messages(self._api, find_file))
        updates = Updates(
            identity=self._identity,
            turns=turns,
            taps=self._taps,
            strangers=Strangers(self._api),
            room=room,
            outage=outage,
        )
        self._polling = None if settings.mode == "webhook" else Polling(self._api, updates, leases, outage)
        self._webhook = Webhook(self._api, updates, url=f"{public_url}{PATH}", secret=secret)
        self._listening: asyncio.Task[None] | None = None

    async def handle(self, request: web.Request) -> web.Response:
        """Take an update that Telegram brings to the webhook."""
        return web.Response(status=404) if self._polling is not None else await self._webhook.handle(request)

    def start(self) -> None:
        """Begin to take updates in. Telegram need not answer yet: it is asked until it does."""
        listening = self._webhook.register() if self._polling is None else self._polling.run()
        self._listening = asyncio.create_task(listening)

    async def stop_listening(self) -> None:
        """Take no more updates in; those in hand are finished."""
        if self._listening is None:
            return
        if self._polling is None:
            self._listening.cancel()
        else:
            self._polling.stop()
        await asyncio.wait([self._listening])

    async def close(self) -> None:
        """Let go of Telegram, when everything was sent that shall be."""
        await self._taps.close()
        await self._api.close()
