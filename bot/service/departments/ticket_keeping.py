"""What the desk does with tickets when flows open them, add to them or ask about them, and when nobody has answered."""

from datetime import datetime, timedelta

import msgspec

from bot.content import Content, RichText
from bot.engine.inputs import TicketStands
from bot.engine.program import spoken
from bot.engine.ticket_news import ticket_of
from bot.events import TicketAskedAbout, TicketCommented, TicketOpened, TicketReopened
from bot.ports import DeskTicket, DeskTicketLine, Say
from bot.service.case import Case
from bot.service.departments import ticket_cards
from bot.service.desk.spoken import in_words
from bot.service.work import Work
from storage import agents, desk_timers, tickets
from storage.desk_timers import Timer
from storage.tickets import Ticket

TIMER = "ticket"


def keep(work: Work, case: Case, opened: TicketOpened) -> TicketOpened:
    """Keep the ticket and put it before its department; the event with its number."""
    request = tickets.Request(
        id=opened.ticket,
        conversation_id=case.id,
        customer_id=case.customer_id,
        channel=case.channel,
        language=case.conversation.language,
        department=opened.department,
        kind=opened.ticket_kind,
        title=opened.title,
        body=opened.body,
        shared=opened.shared,
        attachments=[msgspec.to_builtins(file) for file in opened.attachments],
        flow=opened.flow,
        step=opened.step,
        survey_id=opened.survey,
        opened_by=opened.agent,
        opened_at=work.now,
        due_at=due_at(work, opened.department),
    )
    number = tickets.open_new(work.connection, request)
    ticket = tickets.get(work.connection, opened.ticket)
    assert ticket is not None
    watch(work, ticket)
    ticket_cards.show_new(work, case, ticket)
    return msgspec.structs.replace(opened, number=number)


def due_at(work: Work, department: str) -> datetime | None:
    """When a department that gets a ticket now shall have answered, in calendar days on the business's clock."""
    seconds = ticket_cards.department_of(work, department).due_seconds
    return work.local_now + timedelta(seconds=seconds) if seconds else None


def watch(work: Work, ticket: Ticket) -> None:
    """Remind the department when the ticket is due."""
    if ticket.due_at is not None:
        timer = Timer(kind=TIMER, subject=ticket.id, conversation_id=ticket.conversation_id, due_at=ticket.due_at)
        desk_timers.start(work.connection, timer)


def answer(work: Work, case: Case, asked: TicketOpened | TicketAskedAbout) -> TicketStands:
    """How the ticket of this number stands, if it is this customer's; nobody else's numbers say anything."""
    ticket = tickets.of_customer(work.connection, case.customer_id, asked.number)
    if ticket is None:
        return TicketStands(number=asked.number)
    return TicketStands(
        number=ticket.number,
        state=ticket.state,
        department=title_for(work, case, ticket.department),
        title=ticket.title,
        due_at=ticket.due_at.astimezone(work.installation.time_zone).isoformat() if ticket.due_at else None,
    )


def title_for(work: Work, case: Case, department: str) -> str:
    """What the customer calls the department."""
    title = ticket_cards.department_of(work, department).title
    return spoken(title, case.conversation.language, case.program.languages) or department


def add_words(work: Work, case: Case, added: TicketCommented) -> None:
    """The customer says more: the department sees it, and what was done with is open again."""
    ticket = tickets.get(work.connection, added.ticket)
    if ticket is None or ticket.customer_id != case.customer_id:  # no button of ours says so
        return
    contents = [Content(attachment=file) for file in added.attachments]
    if added.comment:
        first = contents[0] if contents else Content()
        contents[:1] = [msgspec.structs.replace(first, text=RichText(text=added.comment))]
    words = "\n".join(in_words(content, work.installation.desk_language) for content in contents)
    tickets.add_comment(work.connection, tickets.Comment(ticket_id=ticket.id, text=words, at=work.now))
    for content in contents:
        ticket_cards.show_line(work, case, ticket, "said", content)
    if ticket.state in ("answered", "closed"):
        _reopen(work, case, ticket)


def _reopen(work: Work, case: Case, ticket: Ticket) -> None:
    """It is again with the agent who had it, if they still work here, and goes on in the conversation of today."""
    agent = agents.get(work.connection, ticket.agent_id) if ticket.agent_id else None
    stays = agent is not None and agent.active
    changes = {
        "state": "taken" if stays else "open",
        "agent_id": ticket.agent_id if stays else None,
        "closed_at": None,
        "due_at": due_at(work, ticket.department),
        "conversation_id": case.id if case.channel == ticket.channel else ticket.conversation_id,
    }
    if tickets.change(work.connection, ticket, **changes):
        case.record(TicketReopened(ticket=ticket.id))
        watch(work, msgspec.structs.replace(ticket, **changes))
        ticket_cards.show(work, case, ticket.id)


def remind(work: Work, case: Case, ticket_id: str) -> None:
    """The time is up: the department is told, once."""
    ticket = tickets.get(work.connection, ticket_id)
    if ticket is not None and ticket.state in tickets.UNFINISHED:
        ticket_cards.show_line(work, case, ticket, "due")


def tell_undelivered(work: Work, case: Case, said: Say, code: str) -> None:
    """The customer will not read what the department said, if that is what it was."""
    found = next((ticket_of(choice.token) for choice in said.choices), None)
    ticket = tickets.get(work.connection, found[0]) if found is not None else None
    if ticket is not None:
        ticket_cards.show_line(work, case, ticket, "undelivered_blocked" if code == "blocked" else "undelivered")


def show_elsewhere(work: Work, case: Case, refused: DeskTicket | DeskTicketLine) -> None:
    """The department's chat can't be written to: the desk's first group gets to see it."""
    groups = work.installation.desk_groups()
    if groups and refused.group != groups[0]:
        ticket_cards.book(work, case, msgspec.structs.replace(refused, group=groups[0], card=None))
