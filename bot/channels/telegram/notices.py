"""Short answers to agents, where they wrote."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import msgspec
from aiogram.methods import CloseForumTopic, ReopenForumTopic

from bot.channels.telegram.api import Api
from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wire import Message, Tapped
from bot.content import Content, RichText
from bot.ports import ChannelBusy
from bot.service.crowds import Crowds, private_chat

log = logging.getLogger(__name__)

CHANNEL = "desk"
PATIENCE_SECONDS = 0.0  # somebody has just written and looks for an answer
Sending = Callable[[], Awaitable[str]]


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
    """Says it once and lets it be: what an agent did is stored whether they read this or not.

    It is said beside everything else: a group that may not be written to for a while holds up no update.
    """

    def __init__(self, api: Api, messages: Messages, crowds: Crowds) -> None:
        self._api = api
        self._messages = messages
        self._crowds = crowds
        self._tasks: set[asyncio.Task[None]] = set()
        self._reopening = asyncio.Lock()

    async def reply(self, message: Message, text: str | RichText) -> None:
        """Answer a message where it was written."""
        await self.say(Spot.of(message), text)

    async def say(self, spot: Spot, text: str | RichText, markup: Markup | None = None) -> None:
        """Say it there."""
        content = Content(text=plain(text) if isinstance(text, str) else text)
        self._begin(spot, [partial(self._messages.send, spot.to, content, markup)])

    async def say_all(self, spot: Spot, texts: Sequence[RichText]) -> None:
        """Say one after the other there."""
        self._begin(spot, [partial(self._messages.send, spot.to, Content(text=text)) for text in texts])

    async def send_file(self, spot: Spot, name: str, content: bytes) -> None:
        """Send it there as a document."""
        self._begin(spot, [partial(self._messages.send_bytes, spot.to, name, content)])

    async def close(self) -> None:
        """Finish what is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _begin(self, spot: Spot, sendings: Sequence[Sending]) -> None:
        task = asyncio.create_task(self._tell(spot, sendings))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, spot: Spot, sendings: Sequence[Sending]) -> None:
        try:
            for send in sendings:
                chat = str(spot.chat) if spot.chat < 0 else private_chat(spot.chat)
                await self._crowds.wait(CHANNEL, chat, 1, PATIENCE_SECONDS)
                await self._in_any_case(spot, send)
        except (TelegramRefusal, ChannelBusy) as trouble:
            log.info("agent_not_told", extra={"chat": spot.chat, "reason": str(trouble)})

    async def _in_any_case(self, spot: Spot, send: Sending) -> None:
        """Also in a topic that is closed: Telegram may refuse even the bot there."""
        try:
            await send()
        except TelegramRefusal as refusal:
            if not refusal.thread_closed or spot.topic is None:
                raise
            async with self._reopening:  # of two at once the second would find it closed again by the first
                await self._switch(ReopenForumTopic(chat_id=spot.chat, message_thread_id=spot.topic))
                await send()
                await self._switch(CloseForumTopic(chat_id=spot.chat, message_thread_id=spot.topic))

    async def _switch(self, method: ReopenForumTopic | CloseForumTopic) -> None:
        """Open or close a topic, which may be so already."""
        try:
            await self._api.ask(method)
        except TelegramRefusal as refusal:
            if not refusal.nothing_changed:
                raise
