"""How a ticket looks to its department: the card, what can be pressed below it, and what is said about it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.channels.direction import MARKS, directed, isolated
from bot.channels.telegram.desk.card_buttons import BACK, keyboard, rows_of, short
from bot.channels.telegram.desk.cards import listed, notice
from bot.channels.telegram.desk.customer_lines import channel_name
from bot.channels.telegram.keyboards import NO_BUTTONS, Markup
from bot.channels.telegram.rendering import bold, is_blank, joined, plain
from bot.channels.telegram.wording.words import word
from bot.content import RichText
from bot.engine.formats import language_name, long_moment
from bot.ports import DeskTicket, DeskTicketLine

SIGN = "🎫"
STATES = {"open": "🟡", "taken": "🟢", "answered": "💬", "closed": "✅", "moved": "➡️"}
OVER = frozenset({"closed", "moved"})
NAMED = re.compile(rf"{SIGN} #(\d{{1,12}})\b")  # how everything begins that the bot says about a ticket
DEEDS = {
    "open": (("take", "close"), ("answer", "note", "move")),
    "taken": (("answer", "note"), ("move", "close")),
    "answered": (("answer", "note"), ("reopen", "close")),
    "closed": (("reopen",),),
}


def number_in(text: str) -> int | None:
    """The ticket that a message of the bot's is about."""
    found = NAMED.match(MARKS.sub("", text))
    return int(found[1]) if found else None


def card_text(ticket: DeskTicket, language: str) -> RichText:
    """What it is about, whose it is, by when it is to be answered, and how it stands."""
    opened_by = [(word("ticket_opened_by", language), ticket.opened_by)] if ticket.opened_by else []
    due = [(word("ticket_due_at", language), _moment(ticket.due_at, language))] if ticket.due_at else []
    facts = [
        (word("ticket_customer", language), ticket.customer),
        (word("card_language", language), language_name(ticket.language)),
        (word("card_channel", language), channel_name(ticket.channel, language)),
        *ticket.shared,
        *opened_by,
        (word("ticket_opened_at", language), _moment(ticket.opened_at, language)),
        *due,
    ]
    kind = word(f"ticket_kind_{ticket.ticket_kind}", language)
    body = [] if is_blank(ticket.body) else [plain(f"\n{ticket.body}")]
    hint = [] if ticket.state in OVER else [plain("\n\n"), notice(word("ticket_hint", language))]
    head = bold(f"{SIGN} #{ticket.number} · {kind} · {isolated(ticket.department, language)}")
    title = bold(f"\n{ticket.title}")
    state = notice(f"\n{_state(ticket, language)}")
    return directed(
        joined(head, state, plain("\n"), title, *body, plain("\n"), *listed(facts, language), *hint), language
    )


def _state(ticket: DeskTicket, language: str) -> str:
    agent = isolated(ticket.agent_name or "?", language)
    at = _moment(ticket.happened_at, language) if ticket.happened_at else ""
    department = isolated(ticket.department, language)
    said = word(f"ticket_is_{ticket.state}", language, agent=agent, at=at, department=department)
    return f"{STATES[ticket.state]} {said}"


def _moment(moment: str, language: str) -> str:
    return long_moment(datetime.fromisoformat(moment), language)


def line_text(line: DeskTicketLine, language: str) -> RichText:
    """Something about it; begins with the ticket's number, so that a reply to it finds the ticket."""
    number = f"{SIGN} #{line.number}"
    if line.what == "said":
        who = bold(f"{number} · {isolated(line.customer, language)}")
        words = [] if is_blank(line.content.text.text) else [plain("\n"), line.content.text]
        return directed(joined(who, *words), language)
    name = "due_agent" if line.what == "due" and line.agent_name else line.what
    said = word(f"ticket_line_{name}", language, agent=isolated(line.agent_name or "?", language))
    return directed(joined(bold(number), notice(f"\n{said}")), language)


# Buttons


def card_buttons(ticket: DeskTicket, language: str) -> Markup:
    """What an agent can do with it now."""
    return buttons_in_state(ticket.number, ticket.state, language)


def buttons_in_state(number: int, state: str, language: str) -> Markup:
    """What can be done with a ticket that is in this state."""
    rows = [
        [(word(f"button_ticket_{deed}", language), f"ticket_{deed} {number}") for deed in row]
        for row in DEEDS.get(state, ())
    ]
    return keyboard(rows, language) if rows else NO_BUTTONS


def list_buttons(numbers: Sequence[int], language: str) -> Markup:
    """One for the card of each."""
    return keyboard(rows_of([(f"{SIGN} #{number}", f"ticket_show {number}") for number in numbers]), language)


def department_buttons(number: int, departments: Mapping[str, str], language: str) -> Markup:
    """To which department? And the way back."""
    shown = [(title, f"ticket_to {number} {short(name)}") for name, title in departments.items()]
    back = (f"{BACK}{word('choices_back', language)}", f"ticket_back {number}")
    return keyboard([*rows_of(shown), [back]], language)
