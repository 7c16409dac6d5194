"""Where agents see tickets and callbacks: cards in the desk's groups and in the chats of departments."""

import msgspec

from bot.channels.direction import line_of
from bot.channels.telegram.departments import callback_cards, ticket_cards
from bot.channels.telegram.desk import cards
from bot.channels.telegram.desk.groups import Groups
from bot.channels.telegram.desk.watched_chats import WatchedChats
from bot.channels.telegram.keyboards import NO_BUTTONS, Markup
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import MISCONFIGURED_SECONDS, TelegramRefusal
from bot.channels.telegram.rendering import rendered
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.ports import (
    AnyDeskOutgoing,
    ChannelBusy,
    ChannelRefused,
    DeskCallback,
    DeskErased,
    DeskTicket,
    DeskTicketLine,
    Receipt,
)

UNUSABLE_SECONDS = 30.0  # until somebody may have put the group in order
Card = DeskTicket | DeskTicketLine | DeskCallback


class CardPlaces:
    """The place `cards` of the desk. What it sends to a forum stands in its topic for everything, "General"."""

    def __init__(self, messages: Messages, groups: Groups, departments: WatchedChats, language: str) -> None:
        self._messages = messages
        self._groups = groups
        self._departments = departments
        self._language = language

    async def send(self, outgoing: AnyDeskOutgoing, thread: str | None) -> Receipt:
        """Bring the card there, or up to date. Raises ChannelBusy or ChannelRefused."""
        if isinstance(outgoing, DeskErased):
            return await self._erase(outgoing)
        if not isinstance(outgoing, Card):
            raise ChannelRefused("refused", f"{type(outgoing).__name__} is no card")
        chat = self._chat(int(outgoing.group))
        if chat != int(outgoing.group):  # there, another message has the number of the card
            outgoing = msgspec.structs.replace(outgoing, card=None)
        try:
            message = await self._bring(Destination(chat=str(chat)), outgoing)
        except TelegramRefusal as refusal:
            self._give_up(chat, refusal)
        return Receipt(message_id=message, thread=f"{chat}:")

    async def _erase(self, erased: DeskErased) -> Receipt:
        words = rendered(cards.notice(line_of(word("customer_erased", self._language), self._language)))[0]
        try:
            for message in erased.messages:
                await self._messages.erase(Destination(chat=erased.chat), message, words)
        except TelegramRefusal as refusal:
            self._give_up(int(erased.chat), refusal)
        return Receipt()

    def _chat(self, group: int) -> int:
        """The id that it has today; for one of the desk's groups that can't be used, another one."""
        if not self._groups.owns(group):
            return self._departments.now(group)
        chat, usable = self._groups.now(group), self._groups.usable()
        if not usable:
            raise ChannelBusy("no group can be worked in", UNUSABLE_SECONDS)
        return chat if str(chat) in usable else int(usable[0])

    def _give_up(self, chat: int, refusal: TelegramRefusal) -> None:
        is_groups = self._groups.owns(chat)
        if refusal.migrate_to_chat_id is not None:
            (self._groups if is_groups else self._departments).move(chat, refusal.migrate_to_chat_id)
            raise ChannelBusy("the group has moved", 0.0) from refusal
        if refusal.misconfigured:
            raise ChannelBusy(refusal.description, MISCONFIGURED_SECONDS) from refusal
        if is_groups and refusal.chat_unusable:
            self._groups.suspect(chat)
            raise ChannelBusy(refusal.description, UNUSABLE_SECONDS) from refusal
        self._departments.look_again()
        raise ChannelRefused("refused", refusal.description) from refusal

    async def _bring(self, to: Destination, outgoing: Card) -> str | None:
        match outgoing:
            case DeskTicketLine():
                return await self._line(to, outgoing)
            case DeskTicket():
                content = Content(text=ticket_cards.card_text(outgoing, self._language))
                buttons = ticket_cards.card_buttons(outgoing, self._language)
                return await self._put(to, outgoing.card, content, buttons, is_left=outgoing.state == "moved")
            case DeskCallback():
                return await self._callback(to, outgoing)

    async def _callback(self, to: Destination, callback: DeskCallback) -> str | None:
        card = callback.card
        if callback.again and card is not None:
            left = Content(text=callback_cards.moved_down_text(callback, self._language))
            await self._messages.edit(to, card, left, NO_BUTTONS)
            card = None
        content = Content(text=callback_cards.card_text(callback, self._language))
        return await self._put(to, card, content, callback_cards.card_buttons(callback, self._language))

    async def _put(
        self, to: Destination, card: str | None, content: Content, buttons: Markup, *, is_left: bool = False
    ) -> str | None:
        """Let the card say this; anew if somebody has taken it away, unless nobody needs it there any more."""
        if card is not None:
            edited = await self._messages.edit(to, card, content, buttons)
            if edited is not None:
                return edited
        return None if is_left else await self._messages.send(to, content, buttons)

    async def _line(self, to: Destination, line: DeskTicketLine) -> str:
        content = msgspec.structs.replace(
            line.content, text=ticket_cards.line_text(line, self._language), reply_to=None, album=None
        )
        return await self._messages.send(msgspec.structs.replace(to, reply_to=line.card), content)
