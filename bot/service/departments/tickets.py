"""What agents do with tickets, from wherever they work, and the list of those to be answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import msgspec

from bot.content import Attachment, Content, Value
from bot.engine.program import spoken
from bot.ports import DeskTicket
from bot.service.departments import ticket_acts, ticket_cards
from bot.service.departments.ticket_acts import Act, TicketAnswer
from bot.service.desk.words import shown_name
from bot.service.installation import Installation
from bot.service.jobs import DESK_ACTS, Job
from bot.service.turns import Turns
from bot.service.work import Work
from storage import agents, customers, tickets
from storage.database import Connection, Database

AGAIN, UNKNOWN = TicketAnswer(why="again"), TicketAnswer(why="unknown")


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
    agent_name: str | None


class Tickets:
    """Each act is one transaction that holds the ticket's conversation; the same `external_id` acts once."""

    def __init__(self, *, database: Database, turns: Turns, installation: Installation) -> None:
        self._database = database
        self._turns = turns
        self._installation = installation

    # Acts

    async def take(self, number: int, agent: str, external_id: str) -> TicketAnswer:
        """The agent looks after it, if nobody else does."""
        return await self._act(number, agent, external_id, ticket_acts.take)

    async def answer(
        self, number: int, agent: str, external_id: str, content: Content, message_id: str | None = None
    ) -> TicketAnswer:
        """Bring this answer to the customer. To answer what nobody has is to take it."""
        act = partial(ticket_acts.answer, content=content, message_id=message_id)
        return await self._act(number, agent, external_id, act)

    async def correct(
        self, number: int, agent: str, external_id: str, content: Content, message_id: str
    ) -> TicketAnswer:
        """What the agent answered with this message reads like this now."""
        act = partial(ticket_acts.correct, content=content, message_id=message_id)
        return await self._act(number, agent, external_id, act)

    async def note(self, number: int, agent: str, external_id: str, text: str) -> TicketAnswer:
        """Keep a note; the customer never sees it."""
        return await self._act(number, agent, external_id, partial(ticket_acts.note, text=text))

    async def move(self, number: int, agent: str, external_id: str, department: str) -> TicketAnswer:
        """To another department."""
        return await self._act(number, agent, external_id, partial(ticket_acts.move, department=department))

    async def close(self, number: int, agent: str, external_id: str) -> TicketAnswer:
        """It is done with."""
        return await self._act(number, agent, external_id, ticket_acts.close)

    async def reopen(self, number: int, agent: str, external_id: str) -> TicketAnswer:
        """It is taken up again."""
        return await self._act(number, agent, external_id, ticket_acts.reopen)

    async def open_for_customer(
        self,
        handoff: str,
        agent: str,
        external_id: str,
        department: str,
        title: str,
        shared: Sequence[tuple[str, str]] = (),
    ) -> TicketAnswer:
        """An agent opens one for the customer of a hand-off. `shared` are label and text pairs."""
        pairs = tuple(shared)
        return await self._turns.do(
            Job(
                act=lambda work: ticket_acts.open_for_customer(work, handoff, agent, department, title, pairs),
                again=AGAIN,
                key=(DESK_ACTS, external_id),
                conversation=handoff.partition(".")[0],
            )
        )

    async def _act(self, number: int, agent: str, external_id: str, act: Act) -> TicketAnswer:
        ticket = await self._database.read(lambda connection: tickets.numbered(connection, number))
        if ticket is None:
            return UNKNOWN
        return await self._turns.do(
            Job(
                act=lambda work: ticket_acts.look_up_and(act, work, ticket.id, agent),
                again=AGAIN,
                key=(DESK_ACTS, external_id),
                conversation=ticket.conversation_id,
            )
        )

    # Questions

    async def get(self, number: int) -> TicketCard | None:
        """The ticket of this number."""

        def read(connection: Connection) -> list[TicketCard]:
            found = tickets.numbered(connection, number)
            return _cards(connection, [found] if found else [], self._installation.desk_language)

        return next(iter(await self._database.read(read)), None)

    async def card(self, number: int) -> DeskTicket | None:
        """How it stands, as its department sees it; `group` and `card` say where that does."""
        ticket = await self._database.read(lambda connection: tickets.numbered(connection, number))
        if ticket is None:
            return None

        def look(work: Work) -> DeskTicket | None:
            found, case = tickets.get(work.connection, ticket.id), work.case(ticket.conversation_id)
            if found is None or case is None:
                return None
            return msgspec.structs.replace(ticket_cards.card_of(work, case, found), card=found.desk_message)

        return await self._turns.do(Job(act=look, again=None, conversation=ticket.conversation_id))

    async def unfinished(self, department: str | None, limit: int) -> list[TicketCard]:
        """The oldest that nobody has answered, of a department or of all."""
        language = self._installation.desk_language
        return await unfinished(self._database, department, limit, language)

    def on_clock(self, moment: datetime) -> datetime:
        """The moment on the business's clock."""
        return moment.astimezone(self._installation.time_zone)

    def departments(self) -> Mapping[str, str]:
        """What agents call each department."""
        language = self._installation.desk_language
        known = self._installation.desk.departments
        return {name: spoken(one.title, language, (language,)) or name for name, one in known.items()}


async def unfinished(database: Database, department: str | None, limit: int, language: str = "en") -> list[TicketCard]:
    """The oldest tickets that nobody has answered, of a department or of all. Raises DatabaseDown.

    `language` is that of the names of those who have none.
    """

    def read(connection: Connection) -> list[TicketCard]:
        return _cards(connection, tickets.listed(connection, tickets.UNFINISHED, department, limit), language)

    return await database.read(read)


def _cards(connection: Connection, found: Sequence[tickets.Ticket], language: str) -> list[TicketCard]:
    added = tickets.comments(connection, [ticket.id for ticket in found])
    words = [[one.text for one in added if one.ticket_id == ticket.id] for ticket in found]
    return [_card(connection, ticket, each, language) for ticket, each in zip(found, words, strict=True)]


def _card(connection: Connection, ticket: tickets.Ticket, words: Sequence[str], language: str) -> TicketCard:
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
        customer_name=shown_name(name, ticket.channel, ticket.customer_id, language),
        channel=ticket.channel,
        language=ticket.language,
        opened_at=ticket.opened_at,
        due_at=ticket.due_at,
        agent_name=agents.name_of(connection, ticket.agent_id),
    )
