"""One message of ours, whatever it holds, brought into a chat of Telegram's."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import msgspec
from aiogram.methods import SendDocument
from aiogram.types import BufferedInputFile

from bot.channels.telegram.api import Api, decode_album
from bot.channels.telegram.attachments import WITHOUT_CAPTION, FindFile, Unsendable, send_attachment
from bot.channels.telegram.keyboards import NO_BUTTONS, Markup
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import CAPTION_UNITS, Part, is_blank, joined, plain, rendered
from bot.channels.telegram.unfinished import Parts, Unfinished
from bot.content import Attachment, ContactCard, Content, Place

REPLACEABLE = frozenset({"photo", "video", "animation", "audio", "document"})  # a message may show another one of these
IN_CAPTION = ("caption", "caption_entities")


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """A chat, or a topic of a forum; `reply_to` is a message there that is answered."""

    chat: str
    topic: int | None = None
    reply_to: str | None = None

    def params(self, *, replying: bool) -> dict[str, Any]:
        """As parameters of a call."""
        params: dict[str, Any] = {"chat_id": int(self.chat)}
        if self.topic is not None:
            params["message_thread_id"] = self.topic
        if replying and self.reply_to is not None and self.reply_to.isdecimal():
            params["reply_parameters"] = {"message_id": int(self.reply_to), "allow_sending_without_reply": True}
        return params


class Messages:
    """Sends and changes messages. Each call raises ChannelBusy or TelegramRefusal."""

    def __init__(self, api: Api, find: FindFile) -> None:
        self._api = api
        self._find = find
        self._unfinished = Unfinished()

    async def send(self, to: Destination, content: Content, markup: Markup | None = None) -> str:
        """Send it in as many messages as it takes, the buttons below the last. Gives the id of the last."""
        with self._unfinished.resumed((to, content)) as parts:
            if content.attachment is not None:
                return await self._send_file(parts, to, content, content.attachment, markup)
            if content.place is not None or content.contact is not None:
                return await self._send_point(parts, to, content, markup)
            return await self._send_texts(parts, to, rendered(content.text), markup)

    async def send_album(self, to: Destination, contents: Sequence[Content]) -> tuple[str, ...]:
        """Send files of Telegram's as one album. Gives the id of each part's message."""
        media = [_in_album(content) for content in contents]
        sent = await self._api.call("sendMediaGroup", to.params(replying=True) | {"media": media})
        return tuple(str(one.message_id) for one in decode_album(sent))

    async def send_bytes(self, to: Destination, name: str, content: bytes) -> str:
        """Send a document that lies nowhere. Gives its message's id."""
        document = BufferedInputFile(content, name)
        sent = await self._api.ask(SendDocument(document=document, **to.params(replying=True)))
        return str(sent.message_id)

    async def edit(
        self, to: Destination, message_id: str, content: Content, markup: Markup | None = None
    ) -> str | None:
        """Let a message say and show this. Gives the id of the last message of it, none if it can't be changed."""
        attachment = content.attachment
        first, *rest = _parts(content)
        shown = None if rest else markup
        if attachment is None:
            changed = await self._edit(to, message_id, "Text", first, shown)
        else:
            changed = await self._edit_file(to, message_id, attachment, first, shown)
            changed = changed or await self._edit(to, message_id, "Caption", first, shown)
        if not changed:
            return None
        with self._unfinished.resumed((to, message_id, content)) as parts:
            return await self._send_texts(parts, to, rest, markup) if rest else message_id

    async def edit_shown(self, to: Destination, message_id: str, shown: Part) -> None:
        """Change the words of a message, text or caption, and take its buttons away; what is gone stays gone."""
        if await self._edit(to, message_id, "Text", shown, NO_BUTTONS):
            return
        if await self._edit(to, message_id, "Caption", shown, NO_BUTTONS):
            return
        await self.edit_buttons(to, message_id, NO_BUTTONS)

    async def erase(self, to: Destination, message_id: str, shown: Part) -> None:
        """Take a message away. One that Telegram does not let go any more, as an old one, says this instead."""
        try:
            await self._api.call("deleteMessage", {"chat_id": int(to.chat), "message_id": int(message_id)})
        except TelegramRefusal:
            await self.edit_shown(to, message_id, shown)

    async def edit_buttons(self, to: Destination, message_id: str, markup: Markup) -> bool:
        """Change the buttons below a message. False if it can't be changed."""
        return await self._change("editMessageReplyMarkup", to, message_id, {"reply_markup": markup})

    async def _edit(
        self, to: Destination, message_id: str, what: Literal["Caption", "Text"], part: Part, markup: Markup | None
    ) -> bool:
        names = IN_CAPTION if what == "Caption" else ("text", "entities")
        params = _worded(part, *names)
        if markup:
            params["reply_markup"] = markup
        return await self._change(f"editMessage{what}", to, message_id, params)

    async def _edit_file(
        self, to: Destination, message_id: str, attachment: Attachment, caption: Part, markup: Markup | None
    ) -> bool:
        """Change the file too, which may be another one now. False where only the words can be changed."""
        place, _, file = attachment.file.partition(":")
        if place != "telegram" or attachment.kind not in REPLACEABLE:
            return False
        params: dict[str, Any] = {"media": {"type": attachment.kind, "media": file} | _worded(caption, *IN_CAPTION)}
        if markup:
            params["reply_markup"] = markup
        try:
            return await self._change("editMessageMedia", to, message_id, params)
        except TelegramRefusal as refusal:
            if refusal.code != 400 or refusal.thread_gone or refusal.chat_unusable:
                raise
            return False  # in an album, a file can't become one of any kind

    async def _change(self, method: str, to: Destination, message_id: str, params: dict[str, Any]) -> bool:
        if not message_id.isdecimal():
            return False
        try:
            await self._api.call(method, {"chat_id": int(to.chat), "message_id": int(message_id)} | params)
        except TelegramRefusal as refusal:
            if refusal.cannot_edit:
                return False
            if not refusal.nothing_changed:
                raise
        return True

    async def _send_texts(self, parts: Parts, to: Destination, texts: Sequence[Part], markup: Markup | None) -> str:
        sent = ""
        for number, text in enumerate(texts, 1):
            params = to.params(replying=number == 1) | _worded(text, "text", "entities")
            if markup and number == len(texts):
                params["reply_markup"] = markup
            sent = await parts.add(partial(self._api.send, "sendMessage", params))
        return sent

    async def _send_file(
        self, parts: Parts, to: Destination, content: Content, attachment: Attachment, markup: Markup | None
    ) -> str:
        params = to.params(replying=True)
        caption, rest = _caption(content, attachment)
        if caption is not None:
            params |= _worded(caption, "caption", "caption_entities")
        if markup and not rest:
            params["reply_markup"] = markup
        try:
            sent = await parts.add(partial(send_attachment, self._api, attachment, params, self._find))
        except Unsendable as reason:
            words = [content.text] if is_blank(content.text.text) else [content.text, plain("\n\n")]
            return await self.send(to, Content(text=joined(*words, plain(str(reason)))), markup)
        return await self._send_texts(parts, to, rest, markup) if rest else sent

    async def _send_point(self, parts: Parts, to: Destination, content: Content, markup: Markup | None) -> str:
        """A place or a telephone number, then what is said about it."""
        spoken = not is_blank(content.text.text)
        params = to.params(replying=True)
        if markup and not spoken:
            params["reply_markup"] = markup
        if content.place is not None:
            sent = await parts.add(partial(self._api.send, "sendLocation", params | _place(content.place)))
        else:
            assert content.contact is not None
            sent = await parts.add(partial(self._api.send, "sendContact", params | _contact(content.contact)))
        return await self._send_texts(parts, to, rendered(content.text), markup) if spoken else sent


def _worded(part: Part, text_name: str, entities_name: str) -> dict[str, Any]:
    return {text_name: part.text, entities_name: part.entities} if part.entities else {text_name: part.text}


def _in_album(content: Content) -> dict[str, Any]:
    attachment = content.attachment
    assert attachment is not None
    media = {"type": attachment.kind, "media": attachment.file.partition(":")[2]}
    return media if is_blank(content.text.text) else media | _worded(rendered(content.text)[0], *IN_CAPTION)


def _parts(content: Content) -> list[Part]:
    """The text as it stands in messages, or below the file."""
    if content.attachment is None:
        return rendered(content.text)
    return [Part("", [])] if is_blank(content.text.text) else rendered(content.text, CAPTION_UNITS)


def _caption(content: Content, attachment: Attachment) -> tuple[Part | None, list[Part]]:
    """What stands below the file itself, and what has to follow it in messages of its own."""
    if is_blank(content.text.text):
        return None, []
    if attachment.kind not in WITHOUT_CAPTION:
        parts = rendered(content.text, CAPTION_UNITS)
        if len(parts) == 1:
            return parts[0], []
    return None, rendered(content.text)


def _place(place: Place) -> dict[str, Any]:
    return {"latitude": place.latitude, "longitude": place.longitude}


def _contact(contact: ContactCard) -> dict[str, Any]:
    return {"phone_number": contact.phone, "first_name": contact.name or contact.phone}
