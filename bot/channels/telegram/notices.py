"""Short answers to agents, where they wrote."""

import logging
from collections.abc import Awaitable

import msgspec

from bot.channels.telegram.api import Api
from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wire import Message, Tapped
from bot.content import Content, RichText
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where something was written or pressed: the answer goes there, below that `message`."""

    chat: int
    topic: int | None
    message: str

    @property
    def to(self) -> Destination:
        """Where an answer goes."""
        return Destination(chat=str(self.chat), topic=self.topic, reply_to=self.message)

    @classmethod
    def of(cls, message: Message) -> "Spot":
        """Where this was written."""
        return cls(chat=message.chat.id, topic=message.topic, message=str(message.message_id))

    @classmethod
    def of_tapped(cls, message: Tapped, thread: str | None) -> "Spot":
        """Where this button stands, in the thread `group:topic` if that is in the same chat."""
        group, _, topic = (thread or "").partition(":")
        inside = group == str(message.chat.id) and topic.isdecimal()
        return cls(chat=message.chat.id, topic=int(topic) if inside else None, message=str(message.message_id))


class Notices:
    """Says it once and lets it be: what an agent did is stored whether they read this or not."""

    def __init__(self, api: Api, messages: Messages) -> None:
        self._api = api
        self._messages = messages

    async def reply(self, message: Message, text: str | RichText) -> None:
        """Answer a message where it was written."""
        await self.say(Spot.of(message), text)

    async def say(self, spot: Spot, text: str | RichText, markup: Markup | None = None) -> None:
        """Say it there."""
        content = Content(text=plain(text) if isinstance(text, str) else text)
        await self._once(spot, self._messages.send(spot.to, content, markup))

    async def send_file(self, spot: Spot, name: str, content: bytes) -> None:
        """Send it there as a document."""
        await self._once(spot, self._messages.send_bytes(spot.to, name, content))

    async def _once(self, spot: Spot, saying: Awaitable[str]) -> None:
        try:
            await saying
        except (TelegramRefusal, ChannelBusy) as trouble:
            log.info("agent_not_told", extra={"chat": spot.chat, "reason": str(trouble)})
