"""Files on their way to Telegram: known there already, lying here, or somewhere on the web."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiogram import methods
from aiogram.methods import TelegramMethod
from aiogram.types import FSInputFile

from bot.channels.telegram.api import Api
from bot.channels.telegram.refusals import TelegramRefusal
from bot.content import Attachment

MEGABYTE = 1024 * 1024
UPLOAD_BYTES = 50 * MEGABYTE
PHOTO_BYTES = 10 * MEGABYTE
DOWNLOAD_BYTES = 20 * MEGABYTE  # what Telegram lets a bot fetch

UPLOADS: dict[str, Callable[..., TelegramMethod[Any]]] = {
    "photo": methods.SendPhoto,
    "document": methods.SendDocument,
    "voice": methods.SendVoice,
    "video": methods.SendVideo,
    "audio": methods.SendAudio,
    "animation": methods.SendAnimation,
    "video_note": methods.SendVideoNote,
    "sticker": methods.SendSticker,
}
METHODS = {kind: method.__api_method__ for kind, method in UPLOADS.items()}  # type: ignore[attr-defined]
WITHOUT_CAPTION = frozenset({"sticker", "video_note"})
AS_DOCUMENT = frozenset({"photo", "video", "audio", "animation", "voice"})

FindFile = Callable[[str], Path | None]


class Unsendable(Exception):
    """This file can't be brought into Telegram; the text says why, for people."""


async def send_attachment(api: Api, attachment: Attachment, params: dict[str, Any], find: FindFile) -> str:
    """Send the file with these parameters. Gives the message's id.

    `find` tells where a file of ours lies. Raises Unsendable, ChannelBusy, or TelegramRefusal when not the file but the
    chat is the reason.
    """
    place, _, rest = attachment.file.partition(":")
    if place == "telegram":
        return await api.send(METHODS[attachment.kind], params | {attachment.kind: rest})
    if place == "upload":
        return await _upload(api, attachment, find(rest), params)
    return await _fetched_by_telegram(api, attachment, params)


async def _fetched_by_telegram(api: Api, attachment: Attachment, params: dict[str, Any]) -> str:
    """An address on the web: Telegram gets it from there, or else the address itself is sent."""
    try:
        return await api.send(METHODS[attachment.kind], params | {attachment.kind: attachment.file})
    except TelegramRefusal as refusal:
        if refusal.code != 400 or refusal.chat_lost or refusal.thread_gone or refusal.migrate_to_chat_id:
            raise
        raise Unsendable(attachment.file) from refusal


async def _upload(api: Api, attachment: Attachment, path: Path | None, params: dict[str, Any]) -> str:
    name = attachment.name or "file"
    if path is None:
        raise Unsendable(f"📎 {name}")
    size = (await asyncio.to_thread(path.stat)).st_size
    if size > UPLOAD_BYTES:
        raise Unsendable(f"📎 {name} ({size // MEGABYTE} MB > {UPLOAD_BYTES // MEGABYTE} MB)")
    kind = "document" if attachment.kind == "photo" and size > PHOTO_BYTES else attachment.kind
    try:
        return await _upload_as(api, kind, name, path, params)
    except TelegramRefusal as refusal:
        # Telegram looks into pictures and recordings, and takes as a document what it doesn't like as such.
        if refusal.code != 400 or kind not in AS_DOCUMENT or refusal.chat_lost or refusal.thread_gone:
            raise
        return await _upload_as(api, "document", name, path, params)


async def _upload_as(api: Api, kind: str, name: str, path: Path, params: dict[str, Any]) -> str:
    method = UPLOADS[kind](**params, **{kind: FSInputFile(path, filename=name)})
    return str((await api.ask(method)).message_id)
