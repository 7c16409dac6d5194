"""Files that agents send in Telegram to customers who are elsewhere."""

import asyncio
import hashlib
import hmac
from base64 import urlsafe_b64encode

from aiogram.methods import GetFile

from bot.channels.telegram.api import Api
from bot.channels.telegram.attachments import DOWNLOAD_BYTES, MEGABYTE
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.wording.words import word
from bot.content import Attachment, Content
from bot.ports import ChannelBusy
from bot.service.files import Files, FileTooLarge


class CannotFetch(Exception):
    """The file can't be had; `limit_bytes` when it is too large."""

    def __init__(self, limit_bytes: int | None = None) -> None:
        super().__init__("too large" if limit_bytes else "unavailable")
        self.limit_bytes = limit_bytes


class Fetching:
    """Brings a file of Telegram's into the house. With `secret`, nobody can guess under which key."""

    def __init__(self, api: Api, files: Files, secret: str) -> None:
        self._api = api
        self._files = files
        self._secret = secret.encode()

    async def fetched(self, attachment: Attachment, source: str) -> Attachment:
        """The same file as one of ours, under its own name. Raises CannotFetch.

        Where the same `source`, an input or words, brings it again, it is here: after an outage inputs come again.
        """
        digest = hmac.digest(self._secret, f"{source} {attachment.file}".encode(), hashlib.sha256)
        key = urlsafe_b64encode(digest[:24]).decode()
        kept = await self._files.find(key)
        return kept.attachment if kept is not None else await self._fetch(attachment, key)

    async def _fetch(self, attachment: Attachment, key: str) -> Attachment:
        if (attachment.size_bytes or 0) > DOWNLOAD_BYTES:
            raise CannotFetch(DOWNLOAD_BYTES)
        try:
            file = await self._api.ask(GetFile(file_id=attachment.file.removeprefix("telegram:")))
            path = file.file_path or ""
            name = attachment.name or path.rpartition("/")[2]
            return (await self._files.save(name, self._api.download(path), key)).attachment
        except FileTooLarge as large:
            raise CannotFetch(large.limit_bytes) from large
        except TelegramRefusal as refusal:
            raise CannotFetch(DOWNLOAD_BYTES if refusal.says("too big") else None) from refusal
        except ChannelBusy as busy:
            raise CannotFetch from busy

    async def drop(self, content: Content) -> None:
        """Keep no fetched file of words that went nowhere: it is in no log, so `forget` would never find it."""
        if content.attachment is not None:
            await asyncio.to_thread(self._files.remove, [content.attachment.file.removeprefix("upload:")])


def not_fetched(trouble: CannotFetch, language: str | None) -> str:
    """Why the file was not brought to the customer."""
    if trouble.limit_bytes is None:
        return word("file_unavailable", language)
    return word("file_too_large", language, max_mb=f"{trouble.limit_bytes / MEGABYTE:.3g}")
