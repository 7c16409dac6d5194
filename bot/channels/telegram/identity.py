"""Which bot this is."""

import asyncio

from aiogram.methods import GetMe
from aiogram.types import User

from bot.channels.telegram.api import Api
from bot.channels.telegram.refusals import MISCONFIGURED_SECONDS, TelegramRefusal
from bot.ports import ChannelBusy

ASK_AGAIN_SECONDS = 5.0


class Identity:
    """Telegram is asked once, when somebody needs to know. Raises ChannelBusy as long as it has not told."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._me: User | None = None

    async def me(self) -> User:
        """The bot's own account."""
        if self._me is None:
            try:
                self._me = await self._api.ask(GetMe())
            except TelegramRefusal as refusal:
                raise ChannelBusy(str(refusal), MISCONFIGURED_SECONDS) from refusal
        return self._me

    @property
    def known_name(self) -> str | None:
        """The bot's username, none while Telegram has not told it."""
        return self._me.username if self._me is not None else None

    async def learn(self) -> None:
        """Ask until Telegram tells."""
        while self._me is None:
            try:
                await self.me()
            except ChannelBusy as busy:
                await asyncio.sleep(busy.retry_after_seconds or ASK_AGAIN_SECONDS)

    async def username(self) -> str:
        """What commands that are meant for this bot alone carry after their @."""
        return (await self.me()).username or ""
