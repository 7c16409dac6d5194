"""Copies of cards for who asks for them, such as agents who work in no group: what is pressed there changes them."""

from bot.channels.telegram.desk.buttons import Press
from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.refusals import TelegramRefusal
from bot.content import Content, RichText
from bot.ports import ChannelBusy, DeskCallback, DeskTicket


class CardCopies:
    """Shows them, and keeps the one that was pressed up to date; the card itself follows by itself."""

    def __init__(self, messages: Messages, notices: Notices) -> None:
        self._messages = messages
        self._notices = notices

    async def show(self, press: Press, text: RichText, buttons: Markup) -> None:
        """Below what was pressed."""
        if press.message is not None:
            await self._notices.say(Spot.of_tapped(press.message, None), text, buttons)

    async def follow(self, press: Press, card: DeskTicket | DeskCallback, text: RichText, buttons: Markup) -> None:
        """Let what was pressed say this, if it is a copy."""
        message = press.message
        if message is None or (card.group, card.card) == (str(message.chat.id), str(message.message_id)):
            return
        try:
            to = Destination(chat=str(message.chat.id))
            await self._messages.edit(to, str(message.message_id), Content(text=text), buttons)
        except (TelegramRefusal, ChannelBusy):
            return  # it says how things stood when it was asked for
