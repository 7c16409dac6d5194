"""What the desk does with tickets when flows open them or ask about them."""

from datetime import timedelta

import msgspec

from bot.desk.desk_file import Department
from bot.engine.inputs import TicketStands
from bot.engine.program import spoken
from bot.events import TicketAskedAbout, TicketOpened
from bot.service.case import Case
from bot.service.work import Work
from storage import tickets


def keep(work: Work, case: Case, opened: TicketOpened) -> TicketOpened:
    """Keep the ticket; the event with its number. A department's time is in calendar days on the business's clock."""
    department = work.installation.desk.departments.get(opened.department)
    seconds = department.due_seconds if department else None
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
        opened_at=work.now,
        due_at=work.local_now + timedelta(seconds=seconds) if seconds else None,
    )
    return msgspec.structs.replace(opened, number=tickets.open_new(work.connection, request))


def answer(work: Work, case: Case, asked: TicketOpened | TicketAskedAbout) -> TicketStands:
    """How the ticket of this number stands, if it is this customer's; nobody else's numbers say anything."""
    ticket = tickets.of_customer(work.connection, case.customer_id, asked.number)
    if ticket is None:
        return TicketStands(number=asked.number)
    department = work.installation.desk.departments.get(ticket.department, Department(name=ticket.department))
    title = spoken(department.title, case.conversation.language, case.program.languages)
    due_at = ticket.due_at.astimezone(work.installation.time_zone).isoformat() if ticket.due_at else None
    return TicketStands(
        number=ticket.number,
        state=ticket.state,
        department=title or ticket.department,
        title=ticket.title,
        due_at=due_at,
    )
