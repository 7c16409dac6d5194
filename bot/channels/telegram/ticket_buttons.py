"""The buttons below a ticket's card."""

from bot.channels.telegram.buttons import Press
from bot.channels.telegram.card_buttons import meant
from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.ticket_answers import told
from bot.channels.telegram.ticket_cards import buttons_in_state, department_buttons
from bot.channels.telegram.words import word
from bot.ports import ChannelBusy
from bot.service.tickets import Tickets

HINTS = {"ticket_answer": "ticket_how_to_answer", "ticket_note": "ticket_how_to_note"}


class TicketButtons:
    """Each is one act of the service, but for those that tell how, or show others in their place."""

    deeds = frozenset(
        {*HINTS, "ticket_take", "ticket_close", "ticket_reopen", "ticket_move", "ticket_to", "ticket_card"}
    )

    def __init__(self, tickets: Tickets, messages: Messages, language: str) -> None:
        self._tickets = tickets
        self._messages = messages
        self._language = language

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        number, _, what = press.argument.partition(" ")
        if not number.isdecimal():
            return word("old_button", press.language)
        if hint := HINTS.get(press.deed):
            return word(hint, press.language)
        return await self._act(press, int(number), what)

    async def _act(self, press: Press, number: int, what: str) -> str:
        by = (number, press.agent.id, press.number)
        match press.deed:
            case "ticket_take":
                return told(await self._tickets.take(*by), "ticket_now_taken", press.language)
            case "ticket_close":
                return told(await self._tickets.close(*by), "ticket_now_closed", press.language)
            case "ticket_reopen":
                return told(await self._tickets.reopen(*by), "ticket_now_reopened", press.language)
            case "ticket_to":
                department = meant(tuple(self._tickets.departments()), what)
                if department is None:
                    return word("old_button", press.language)
                return told(await self._tickets.move(*by, department), "ticket_now_moved", press.language)
            case _:
                return await self._show_others(press, number)

    async def _show_others(self, press: Press, number: int) -> str:
        """The departments to choose from, or again what can be done."""
        card = await self._tickets.get(number)
        if card is None:
            return word("old_button", press.language)
        if press.deed == "ticket_card":
            return await self._show(press, buttons_in_state(number, card.state, self._language))
        others = {name: title for name, title in self._tickets.departments().items() if name != card.department}
        shown = await self._show(press, department_buttons(number, others, self._language))
        return shown or word("ticket_choose_department", press.language)

    async def _show(self, press: Press, buttons: Markup) -> str:
        """Other buttons below the same message. Gives what is to be told if it can't be changed."""
        message = press.message
        if message is None:
            return word("old_button", press.language)
        to = Destination(chat=str(message.chat.id))
        try:
            changed = await self._messages.edit_buttons(to, str(message.message_id), buttons)
        except (TelegramRefusal, ChannelBusy):
            changed = False
        return "" if changed else word("old_button", press.language)
