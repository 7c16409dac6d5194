"""The buttons below a ticket's card, and below the list of tickets."""

from bot.channels.telegram.departments.ticket_answers import told
from bot.channels.telegram.departments.ticket_cards import buttons_in_state, card_buttons, card_text, department_buttons
from bot.channels.telegram.desk.buttons import Press, show_instead
from bot.channels.telegram.desk.card_buttons import meant
from bot.channels.telegram.desk.card_copies import CardCopies
from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.messages import Messages
from bot.channels.telegram.wording.words import word
from bot.content import RichText
from bot.ports import DeskTicket
from bot.service.departments.ticket_acts import TicketAnswer
from bot.service.departments.tickets import Tickets

HINTS = {"ticket_answer": "ticket_how_to_answer", "ticket_note": "ticket_how_to_note"}
ACTS = {
    "ticket_take": "ticket_now_taken",
    "ticket_close": "ticket_now_closed",
    "ticket_reopen": "ticket_now_reopened",
    "ticket_to": "ticket_now_moved",
}
VIEWS = frozenset({"ticket_show", "ticket_move", "ticket_back"})


class TicketButtons:
    """Each is one act of the service, but for those that tell how, or only show something."""

    deeds = frozenset({*HINTS, *ACTS, *VIEWS})

    def __init__(self, tickets: Tickets, copies: CardCopies, messages: Messages, language: str) -> None:
        self._tickets = tickets
        self._copies = copies
        self._messages = messages
        self._language = language

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        number, _, what = press.argument.partition(" ")
        if not number.isdecimal():
            return word("old_button", press.language)
        if hint := HINTS.get(press.deed):
            return word(hint, press.language)
        answer = await self._act(press, int(number), what) if press.deed in ACTS else None
        card = await self._tickets.card(int(number))
        if card is not None and answer is None:
            return await self._view(press, card)
        if card is not None:
            await self._copies.follow(press, card, *self._shown(card))
        return told(answer or TicketAnswer(why="unknown"), ACTS.get(press.deed, "old_button"), press.language)

    async def _act(self, press: Press, number: int, what: str) -> TicketAnswer:
        by = (number, press.agent.id, press.number)
        match press.deed:
            case "ticket_take":
                return await self._tickets.take(*by)
            case "ticket_close":
                return await self._tickets.close(*by)
            case "ticket_reopen":
                return await self._tickets.reopen(*by)
            case _:
                return await self._tickets.move(*by, meant(tuple(self._tickets.departments()), what) or "")

    async def _view(self, press: Press, card: DeskTicket) -> str:
        """The card, the departments to choose from, or again what can be done."""
        match press.deed:
            case "ticket_show":
                await self._copies.show(press, *self._shown(card))
                return ""
            case "ticket_back":
                buttons = buttons_in_state(card.number, card.state, self._language)
                return await show_instead(self._messages, press, buttons)
            case _:
                others = {
                    name: title for name, title in self._tickets.departments().items() if title != card.department
                }
                buttons = department_buttons(card.number, others, self._language)
                notice = await show_instead(self._messages, press, buttons)
                return notice or word("ticket_choose_department", press.language)

    def _shown(self, card: DeskTicket) -> tuple[RichText, Markup]:
        return card_text(card, self._language), card_buttons(card, self._language)
