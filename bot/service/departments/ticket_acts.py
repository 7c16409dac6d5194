"""What each act of an agent does to a ticket, inside its transaction."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from bot.content import Content, Value
from bot.engine.inputs import TicketNews
from bot.events import (
    AnyEvent,
    TicketAnswered,
    TicketClosed,
    TicketMoved,
    TicketNoted,
    TicketOpened,
    TicketReopened,
    TicketTaken,
    from_json,
)
from bot.service.case import Case
from bot.service.consequences import hear, record
from bot.service.departments import ticket_cards
from bot.service.departments.ticket_cards import NOTHING
from bot.service.departments.ticket_keeping import TIMER, due_at, title_for, watch
from bot.service.desk.reaching import listening
from bot.service.desk.spoken import in_words
from bot.service.work import Work
from storage import agents, desk_timers, event_log, handoffs, tickets
from storage.agents import Agent
from storage.tickets import Ticket

Why = Literal[
    "done",
    "again",  # the same act came before
    "theirs",  # another agent has the ticket
    "over",  # it is closed
    "gone",  # the customer was forgotten
    "unknown",  # no such ticket, or who acts is no agent
    "unknown_department",
    "nothing",  # there is nothing to do
]


class TicketAnswer(Value, frozen=True, kw_only=True):
    """What became of what an agent wanted; `agent_name` is who has the ticket now, `number` which it is."""

    why: Why = "done"
    agent_name: str | None = None
    number: int = 0

    @property
    def done(self) -> bool:
        """Whether it is as the agent wanted."""
        return self.why in ("done", "again")


class Acting:
    """An agent and the ticket that they act on, as it stands in this transaction."""

    def __init__(self, work: Work, case: Case, ticket: Ticket, agent: Agent) -> None:
        self.work = work
        self.case = case
        self.ticket = ticket
        self.agent = agent

    @property
    def is_theirs(self) -> bool:
        """Whether the agent has the ticket."""
        return self.ticket.agent_id == self.agent.id

    def refusal(self) -> TicketAnswer | None:
        """Why this agent may not act on it, if so: another has it, who still works here. Supervisors may."""
        if self.ticket.agent_id is None or self.is_theirs or self.agent.role != "agent":
            return None
        holder = agents.get(self.work.connection, self.ticket.agent_id)
        return TicketAnswer(why="theirs", agent_name=holder.name) if holder and holder.active else None

    def change(self, event: AnyEvent, **changes: Any) -> bool:
        """Let it be so, unless somebody was faster; the department sees it."""
        if not tickets.change(self.work.connection, self.ticket, **changes):
            return False
        record(self.work, self.case, [event])
        before, self.ticket = self.ticket, msgspec.structs.replace(self.ticket, **changes)
        if before.department != self.ticket.department:
            ticket_cards.show_moved(self.work, self.case, before)
        else:
            ticket_cards.show(self.work, self.case, before.id)
        return True

    def faster(self) -> TicketAnswer:
        """What to say when somebody was."""
        now = tickets.get(self.work.connection, self.ticket.id)
        name = agents.name_of(self.work.connection, now.agent_id if now else None)
        return TicketAnswer(why="theirs", agent_name=name)

    def tell(self, what: Literal["opened", "answered", "corrected", "closed"], content: Content = NOTHING) -> bool:
        """Tell the customer, wherever they are now. False when there is nobody left."""
        listener = listening(self.work, self.case)
        if listener is None:
            return False
        ticket, zone = self.ticket, self.work.installation.time_zone
        news = TicketNews(
            what=what,
            ticket=ticket.id,
            number=ticket.number,
            department=title_for(self.work, listener, ticket.department),
            title="" if ticket.survey_id else ticket.title,
            due_at=ticket.due_at.astimezone(zone).isoformat() if ticket.due_at else None,
            content=content,
        )
        hear(self.work, listener, news)
        return True


Act = Callable[[Acting], TicketAnswer]


def look_up_and(act: Act, work: Work, ticket_id: str, agent_id: str) -> TicketAnswer:
    """Do the act, if there are such a ticket and such an agent."""
    ticket = tickets.get(work.connection, ticket_id)
    agent = agents.get(work.connection, agent_id)
    if ticket is None or agent is None or not agent.active:
        return TicketAnswer(why="unknown")
    case = work.case(ticket.conversation_id)
    return TicketAnswer(why="gone") if case is None else act(Acting(work, case, ticket, agent))


def take(acting: Acting) -> TicketAnswer:
    """The agent looks after it from now on. Who lost learns who was faster."""
    work, ticket, agent = acting.work, acting.ticket, acting.agent
    if ticket.state == "closed":
        return TicketAnswer(why="over")
    if acting.is_theirs:
        return TicketAnswer(agent_name=agent.name)
    if refusal := acting.refusal():
        return refusal
    event = TicketTaken(ticket=ticket.id, agent=agent.id)
    taken = acting.change(event, state="taken", agent_id=agent.id, taken_at=ticket.taken_at or work.now)
    return TicketAnswer(agent_name=agent.name) if taken else acting.faster()


def answer(acting: Acting, *, content: Content, message_id: str | None) -> TicketAnswer:
    """Bring the department's answer to the customer. Who answers has the ticket."""
    work, ticket, agent = acting.work, acting.ticket, acting.agent
    if ticket.state == "closed":
        return TicketAnswer(why="over")
    if refusal := acting.refusal():
        return refusal
    if listening(work, acting.case) is None:
        return TicketAnswer(why="gone")
    event = TicketAnswered(
        ticket=ticket.id, number=ticket.number, agent=agent.id, content=content, message_id=message_id
    )
    first = {"taken_at": ticket.taken_at or work.now, "answered_at": ticket.answered_at or work.now}
    if not acting.change(event, state="answered", agent_id=agent.id, **first):
        return acting.faster()
    desk_timers.stop(work.connection, ticket.id, [TIMER])
    _keep_words(acting, in_words(content, work.installation.desk_language), is_answer=True)
    acting.tell("answered", content)
    return TicketAnswer(agent_name=agent.name)


def correct(acting: Acting, *, content: Content, message_id: str) -> TicketAnswer:
    """What the agent answered with this message reads otherwise now: the customer is told so."""
    work, ticket, agent = acting.work, acting.ticket, acting.agent
    entries = event_log.read_conversation(work.connection, acting.case.id, kinds=["ticket_answered"])
    said = [event for event in map(from_json, (entry.body for entry in entries)) if isinstance(event, TicketAnswered)]
    earlier = [event for event in said if event.message_id == message_id and event.ticket == ticket.id]
    if not earlier or earlier[-1].agent != agent.id or earlier[-1].content == content:
        return TicketAnswer(why="nothing")
    corrected = msgspec.structs.replace(earlier[-1], content=content, correction=True)
    record(work, acting.case, [corrected])
    _keep_words(acting, in_words(content, work.installation.desk_language), is_answer=True)
    return TicketAnswer() if acting.tell("corrected", content) else TicketAnswer(why="gone")


def note(acting: Acting, *, text: str) -> TicketAnswer:
    """Keep words that stay inside; everyone at the desk may write some."""
    _keep_words(acting, text, is_answer=False)
    record(acting.work, acting.case, [TicketNoted(ticket=acting.ticket.id, agent=acting.agent.id, text=text)])
    return TicketAnswer()


def move(acting: Acting, *, department: str) -> TicketAnswer:
    """To another department, where nobody has it yet. The customer was promised a day: that stays."""
    work, ticket, agent = acting.work, acting.ticket, acting.agent
    if department not in work.installation.desk.departments:
        return TicketAnswer(why="unknown_department")
    if ticket.state == "closed":
        return TicketAnswer(why="over")
    if refusal := acting.refusal():
        return refusal
    if department == ticket.department:
        return TicketAnswer(why="nothing")
    event = TicketMoved(ticket=ticket.id, agent=agent.id, department=department)
    due = ticket.due_at or due_at(work, department)
    if not acting.change(event, state="open", agent_id=None, department=department, due_at=due):
        return acting.faster()
    if due is not None and due > work.now:
        watch(work, acting.ticket)
    return TicketAnswer()


def close(acting: Acting) -> TicketAnswer:
    """It is done with. Who was promised an answer and got none is told so."""
    work, ticket, agent = acting.work, acting.ticket, acting.agent
    if ticket.state == "closed":
        return TicketAnswer(why="over")
    if refusal := acting.refusal():
        return refusal
    event = TicketClosed(ticket=ticket.id, agent=agent.id)
    if not acting.change(event, state="closed", agent_id=ticket.agent_id or agent.id, closed_at=work.now):
        return acting.faster()
    desk_timers.stop(work.connection, ticket.id, [TIMER])
    if ticket.answered_at is None and ticket.survey_id is None:
        acting.tell("closed")
    return TicketAnswer(agent_name=agent.name)


def reopen(acting: Acting) -> TicketAnswer:
    """The agent takes up again what was answered or closed."""
    work, ticket, agent = acting.work, acting.ticket, acting.agent
    if ticket.state not in ("answered", "closed"):
        return TicketAnswer(why="nothing")
    if refusal := acting.refusal():
        return refusal
    event, due = TicketReopened(ticket=ticket.id, agent=agent.id), due_at(work, ticket.department)
    if not acting.change(event, state="taken", agent_id=agent.id, closed_at=None, due_at=due):
        return acting.faster()
    watch(work, acting.ticket)
    return TicketAnswer(agent_name=agent.name)


def open_for_customer(
    work: Work, handoff_id: str, agent_id: str, department: str, title: str, shared: tuple[tuple[str, str], ...]
) -> TicketAnswer:
    """An agent opens one for the customer of a hand-off, who is told its number."""
    handoff, agent = handoffs.get(work.connection, handoff_id), agents.get(work.connection, agent_id)
    if department not in work.installation.desk.departments:
        return TicketAnswer(why="unknown_department")
    case = work.case(handoff.conversation_id) if handoff is not None else None
    if agent is None or not agent.active or handoff is None:
        return TicketAnswer(why="unknown")
    if case is None:
        return TicketAnswer(why="gone")
    case.replace(tickets=case.conversation.tickets + 1)
    opened = TicketOpened(
        ticket=f"{case.id}.t{case.conversation.tickets}",
        department=department,
        ticket_kind="request",
        title=title,
        shared=shared,
        flow=handoff.flow or "",
        step=handoff.step or "",
        agent=agent.id,
    )
    record(work, case, [opened])
    ticket = tickets.get(work.connection, opened.ticket)
    assert ticket is not None
    Acting(work, case, ticket, agent).tell("opened")
    return TicketAnswer(number=ticket.number)


def _keep_words(acting: Acting, text: str, *, is_answer: bool) -> None:
    words = tickets.Comment(
        ticket_id=acting.ticket.id, agent_id=acting.agent.id, text=text, is_answer=is_answer, at=acting.work.now
    )
    tickets.add_comment(acting.work.connection, words)
