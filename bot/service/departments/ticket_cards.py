"""Tickets as their departments see them: a card that follows what becomes of it, and lines below."""

from datetime import datetime
from typing import Literal

import msgspec

from bot.content import Attachment, Content, RichText
from bot.desk.desk_file import Department
from bot.engine.program import spoken
from bot.ports import DeskTicket, DeskTicketLine
from bot.service.case import Case
from bot.service.desk.cards import DESK, customer_name
from bot.service.work import Work
from storage import agents, tickets
from storage.tickets import Ticket

Line = Literal["said", "due", "undelivered", "undelivered_blocked"]

NOTHING = Content()
LONGEST_BODY = 1500  # letters on the card; what is longer stands below it


def department_of(work: Work, name: str) -> Department:
    """The department of this name; one that is gone from the desk's file has no more than that."""
    return work.installation.desk.departments.get(name, Department(name=name))


def title_of(work: Work, name: str) -> str:
    """What agents call the department."""
    language = work.installation.desk_language
    return spoken(department_of(work, name).title, language, (language,)) or name


def chat_of(work: Work, department: str) -> str:
    """Where the department sees its tickets; nothing where nobody can."""
    chat = department_of(work, department).chat
    groups = work.installation.desk_groups()
    return str(chat) if chat is not None else groups[0] if groups else ""


def show_new(work: Work, case: Case, ticket: Ticket) -> None:
    """Put it before its department, with all that came with it."""
    show(work, case, ticket.id)
    if len(ticket.body) > LONGEST_BODY:
        show_line(work, case, ticket, "said", Content(text=RichText(text=ticket.body)))
    for file in ticket.attachments:
        show_line(work, case, ticket, "said", Content(attachment=msgspec.convert(file, Attachment)))


def show(work: Work, case: Case, ticket_id: str) -> None:
    """Let the department see how the ticket stands since now."""
    ticket = tickets.get(work.connection, ticket_id)
    if ticket is not None:
        card = card_of(work, case, ticket)
        changed_at = _local(work, work.now) if card.happened_at is not None else None
        book(work, case, msgspec.structs.replace(card, happened_at=changed_at))


def show_moved(work: Work, case: Case, before: Ticket) -> None:
    """Let those who saw it see that another department has it now; that one sees it anew, unless they share a chat."""
    after = tickets.get(work.connection, before.id)
    assert after is not None
    if before.desk_chat is not None and before.desk_chat != chat_of(work, after.department):
        seen = {"group": before.desk_chat, "card": before.desk_message, "happened_at": _local(work, work.now)}
        book(work, case, msgspec.structs.replace(card_of(work, case, after), state="moved", **seen))
        tickets.place(work.connection, before.id, None, None)
    show(work, case, before.id)


def show_line(work: Work, case: Case, ticket: Ticket, what: Line, content: Content = NOTHING) -> None:
    """Tell the department something about it."""
    line = DeskTicketLine(
        ticket=ticket.id,
        number=ticket.number,
        what=what,
        content=content,
        customer=customer_name(work, case),
        agent_name=agents.name_of(work.connection, ticket.agent_id),
        group=ticket.desk_chat or chat_of(work, ticket.department),
    )
    book(work, case, line)


def card_of(work: Work, case: Case, ticket: Ticket) -> DeskTicket:
    """The card as it is now."""
    since = {"taken": ticket.taken_at, "answered": ticket.answered_at, "closed": ticket.closed_at}.get(ticket.state)
    return DeskTicket(
        ticket=ticket.id,
        number=ticket.number,
        state=ticket.state,
        department=title_of(work, ticket.department),
        ticket_kind=ticket.kind,
        title=ticket.title,
        body=ticket.body if len(ticket.body) <= LONGEST_BODY else f"{ticket.body[:LONGEST_BODY]}…",
        shared=tuple((label, text) for label, text in ticket.shared),
        customer=customer_name(work, case),
        channel=ticket.channel,
        language=ticket.language,
        opened_by=agents.name_of(work.connection, ticket.opened_by),
        opened_at=_local(work, ticket.opened_at),
        due_at=_local(work, ticket.due_at) if ticket.due_at else None,
        happened_at=_local(work, since) if since else None,
        agent_name=agents.name_of(work.connection, ticket.agent_id),
        group=ticket.desk_chat or chat_of(work, ticket.department),
    )


def _local(work: Work, moment: datetime) -> str:
    return moment.astimezone(work.installation.time_zone).isoformat()


def book(work: Work, case: Case, outgoing: DeskTicket | DeskTicketLine) -> None:
    """Have the department see it, if there is anywhere to see it."""
    if outgoing.group:
        work.book_elsewhere(case, DESK, f"ticket:{outgoing.ticket}", outgoing)
