"""What the desk does with tickets when flows open them or ask about them, and the list of those to be answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bot.content import Attachment, Value
from bot.desk.desk_file import Department
from bot.engine.inputs import TicketStands
from bot.engine.program import spoken
from bot.events import TicketAskedAbout, TicketOpened
from bot.service.case import Case
from bot.service.desk_words import shown_name
from bot.service.work import Work
from storage import customers, tickets
from storage.database import Connection, Database


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


class TicketCard(Value, frozen=True, kw_only=True):
    """A ticket as supervisors see it. `words` are what was added to it, the oldest first."""

    number: int
    state: tickets.State
    department: str
    kind: str
    title: str
    body: str
    shared: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]
    words: tuple[str, ...]
    customer: str
    customer_name: str
    channel: str
    language: str
    opened_at: datetime
    due_at: datetime | None


async def unfinished(database: Database, department: str | None, limit: int) -> list[TicketCard]:
    """The oldest tickets that nobody has answered, of a department or of all. Raises DatabaseDown."""

    def read(connection: Connection) -> list[TicketCard]:
        found = tickets.listed(connection, tickets.UNFINISHED, department, limit)
        added = tickets.comments(connection, [ticket.id for ticket in found])
        return [
            _card(connection, ticket, [one.text for one in added if one.ticket_id == ticket.id]) for ticket in found
        ]

    return await database.read(read)


def _card(connection: Connection, ticket: tickets.Ticket, words: Sequence[str]) -> TicketCard:
    known = customers.addresses(connection, ticket.customer_id)
    name = next((address.name for address in known if address.name), "")
    return TicketCard(
        number=ticket.number,
        state=ticket.state,
        department=ticket.department,
        kind=ticket.kind,
        title=ticket.title,
        body=ticket.body,
        shared=tuple((label, text) for label, text in ticket.shared),
        attachments=tuple(msgspec.convert(file, Attachment) for file in ticket.attachments),
        words=tuple(words),
        customer=ticket.customer_id,
        customer_name=shown_name(name, ticket.channel, ticket.customer_id, "en"),
        channel=ticket.channel,
        language=ticket.language,
        opened_at=ticket.opened_at,
        due_at=ticket.due_at,
    )
