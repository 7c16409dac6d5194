"""Groups that the bot was dragged into and has no business in."""

import logging

from aiogram.methods import LeaveChat, SendMessage

from bot.channels.telegram.api import Api
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.wire import Chat, User
from bot.engine.wording import WORDING
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)

GROUPS = frozenset({"group", "supergroup"})
REMEMBERED = 1000


class Strangers:
    """Says once where to find the bot, and leaves. The notice names the group's id: that is how a desk is set up."""

    def __init__(self, api: Api, admin_chat: int | None) -> None:
        self._api = api
        self._admin_chat = admin_chat
        self._left: dict[int, None] = {}

    def forget(self, chat_id: int) -> None:
        """Somebody added the bot again."""
        self._left.pop(chat_id, None)

    async def leave(self, chat: Chat, sender: User | None) -> None:
        """Take leave, if that was not done before. In the admins' chat nothing is heard, and notices go there."""
        if chat.id in self._left or chat.id == self._admin_chat:
            return
        self._left[chat.id] = None
        if len(self._left) > REMEMBERED:
            del self._left[next(iter(self._left))]
        log.info("leaves_strange_group", extra={"chat": chat.id, "type": chat.type})
        texts = WORDING["utter_switchboard_group_not_supported"]
        words = texts.get((sender.language if sender else None) or "en", texts["en"])
        try:
            if chat.type in GROUPS:
                await self._tell(chat, f"{words}\n\n{chat.id}")
            await self._api.ask(LeaveChat(chat_id=chat.id))
        except TelegramRefusal as refusal:
            log.info("strange_group_not_left", extra={"chat": chat.id, "reason": refusal.description})
        except ChannelBusy as busy:
            self.forget(chat.id)  # tried again with whatever is heard there next
            log.info("strange_group_not_left", extra={"chat": chat.id, "reason": busy.reason})

    async def _tell(self, chat: Chat, text: str) -> None:
        try:
            await self._api.ask(SendMessage(chat_id=chat.id, text=text))
        except TelegramRefusal as refusal:  # in many groups only some may write
            log.info("strange_group_not_told", extra={"chat": chat.id, "reason": refusal.description})
