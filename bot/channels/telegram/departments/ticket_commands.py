"""What agents can command about tickets."""

from collections.abc import Mapping

from bot.channels.direction import isolated, line_of
from bot.channels.telegram.departments.ticket_answers import told
from bot.channels.telegram.departments.ticket_cards import SIGN, STATES, list_buttons
from bot.channels.telegram.desk.commands import Call, Role
from bot.channels.telegram.desk.topics import topic_link
from bot.channels.telegram.keyboards import NO_BUTTONS
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wording.words import word
from bot.engine.formats import long_date
from bot.service.departments.tickets import TicketCard, Tickets

LISTED = 30
SHOWN = 10  # of them by a button


class TicketCommands:
    """Open one for a customer; list those that wait for an answer."""

    names: Mapping[str, Role] = {"ticket": "agent", "tickets": "agent"}

    def __init__(self, tickets: Tickets, notices: Notices) -> None:
        self._tickets = tickets
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it."""
        if call.name == "tickets":
            await self._list(call)
        else:
            await self._notices.reply(call.message, await self._open(call))

    async def _open(self, call: Call) -> str:
        """For the customer of this topic: the department, then what it is about."""
        departments = self._tickets.departments()
        if call.handoff is None:
            return word("no_handoff_here", call.language)
        if not departments:
            return word("ticket_no_departments", call.language)
        name, _, title = call.argument.partition(" ")
        department = _named(departments, name)
        if department is None or not title.strip():
            if name and department is None:
                known = ", ".join(departments)
                return word("ticket_unknown_department", call.language, name=name, known=known)
            return word("ticket_what_about", call.language, name=department or next(iter(departments)))
        handoff = call.handoff
        where = " ".join(filter(None, (f"#{handoff.number}", topic_link(handoff.thread))))
        shared = [(word("ticket_conversation", call.language), where)]
        answer = await self._tickets.open_for_customer(
            handoff.id, call.agent.id, call.number, department, title.strip(), shared
        )
        if answer.why == "done":
            return word("ticket_made", call.language, number=str(answer.number))
        return told(answer, "noted", call.language)

    async def _list(self, call: Call) -> None:
        """The oldest first, of one department or of all. In a customer's topic no card is shown: what is written there
        is for that customer.
        """
        language = call.language or "en"
        department = _named(self._tickets.departments(), call.argument.strip()) if call.argument else None
        cards = await self._tickets.unfinished(department, LISTED)
        if not cards:
            await self._notices.reply(call.message, word("tickets_empty", language))
            return
        lines = [line_of(self._line(card, language), language) for card in cards]
        is_topic = call.message.topic is not None
        buttons = NO_BUTTONS if is_topic else list_buttons([card.number for card in cards[:SHOWN]], language)
        await self._notices.say(Spot.of(call.message), plain("\n".join(lines)), buttons)

    def _line(self, card: TicketCard, language: str) -> str:
        due = [long_date(self._tickets.on_clock(card.due_at).date(), language)] if card.due_at else []
        agent = [card.agent_name] if card.agent_name else []
        title = self._tickets.departments().get(card.department, card.department)
        facts = [card.title, title, card.customer_name, *due, *agent]
        shown = " · ".join(isolated(fact, language) for fact in facts)
        return f"{STATES[card.state]} {SIGN} #{card.number} {shown}"


def _named(departments: Mapping[str, str], wanted: str) -> str | None:
    """The department of this name or title, in whatever case it is written."""
    folded = wanted.casefold()
    return next((name for name, title in departments.items() if folded in (name.casefold(), title.casefold())), None)
