"""Short answers to agents in their group."""

import logging

from bot.channels.telegram.api import Api
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wire import Message
from bot.content import Content, RichText
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)


class Notices:
    """Says it once and lets it be: what an agent did is stored whether they read this or not."""

    def __init__(self, api: Api, messages: Messages) -> None:
        self._api = api
        self._messages = messages

    async def reply(self, message: Message, text: str | RichText) -> None:
        """Answer a message where it was written."""
        to = Destination(chat=str(message.chat.id), topic=message.topic, reply_to=str(message.message_id))
        try:
            await self._messages.send(to, Content(text=plain(text) if isinstance(text, str) else text))
        except (TelegramRefusal, ChannelBusy) as trouble:
            log.info("agent_not_told", extra={"chat": message.chat.id, "reason": str(trouble)})
