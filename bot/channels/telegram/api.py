"""The Bot API as the rest of this room uses it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.channels.telegram.session import LeanSession
from bot.ports import ChannelBusy

DOWNLOAD_SECONDS = 60.0
CHUNK_BYTES = 65536


class Sent(msgspec.Struct, frozen=True):
    """What is read of the answer to a message."""

    message_id: int


_decode_sent = msgspec.json.Decoder(Sent).decode
decode_album = msgspec.json.Decoder(tuple[Sent, ...]).decode


class Api:
    """Every call raises ChannelBusy when it may go well later, and TelegramRefusal when it won't."""

    def __init__(self, api_url: str, token: str) -> None:
        self._session = LeanSession(api_url, token)
        self._bot = Bot(token, session=self._session)

    async def close(self) -> None:
        await self._session.close()

    @property
    def refused(self) -> str:
        """Why Telegram does not know this bot, nothing when it does or was not asked yet."""
        return self._session.refused

    async def call(self, method: str, params: Mapping[str, Any], *, seconds: float | None = None) -> msgspec.Raw:
        """A method by its name, whose answer is JSON: the quick way, for what is called all the time."""
        return await self._session.post(method, params, seconds=seconds)

    async def send(self, method: str, params: Mapping[str, Any]) -> str:
        """A method that sends or copies a message. Gives the message's id."""
        return str(_decode_sent(await self._session.post(method, params)).message_id)

    async def ask(self, method: TelegramMethod[TelegramType]) -> TelegramType:
        """A method of aiogram's, with its types and files: for everything else."""
        return await self._bot(method)

    async def download(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of the file at the path that getFile gave, piece by piece."""
        url = self._session.api.file_url(self._bot.token, path)
        try:
            async for chunk in self._session.stream_content(url, timeout=int(DOWNLOAD_SECONDS), chunk_size=CHUNK_BYTES):
                yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ChannelBusy(f"download: {type(error).__name__}") from None  # the cause holds the token
