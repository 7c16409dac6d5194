"""What each act of an agent on the customer does to the conversation, inside its transaction."""

from collections.abc import Callable
from typing import Literal

import msgspec

from bot.content import Content, Value
from bot.desk.handoff import Move, Who, may
from bot.engine.inputs import AgentJoined
from bot.events import AgentEdited, AgentSaid, NoteWritten
from bot.service.case import Case
from bot.service.consequences import hear, record
from bot.service.desk import noting, offers
from bot.service.desk.agents import SUPERVISORS
from bot.service.work import Work
from storage import agents, handoffs
from storage.agents import Agent
from storage.handoffs import WAITING, Handoff

Why = Literal[
    "done",
    "again",  # the same act came before
    "theirs",  # another agent has the customer
    "offered",  # it is offered to another agent, who has yet to answer
    "waiting",  # nobody has
    "open",  # it is not closed yet
    "over",  # it was closed, or the customer left
    "full",  # who would have the customer has as many as they can
    "away",  # who would have the customer is not there
    "unknown",  # no such hand-off, or who acts is no agent
    "unknown_queue",
    "unknown_agent",
    "nobody_there",  # no agent of that queue is there
    "unknown_disposition",
    "noted",  # it belongs to a note, which the customer never sees
    "said_before",  # it is noted, but the customer has what the message said before
]


class Answer(Value, frozen=True, kw_only=True):
    """What became of what an agent wanted.

    `agent_name` is who has the customer now, to whom they are offered, or who is full or away; none there when that is
    the agent who acts.
    """

    why: Why = "done"
    agent_name: str | None = None

    @property
    def done(self) -> bool:
        """Whether it is as the agent wanted."""
        return self.why in ("done", "again")


class Acting:
    """An agent and the hand-off that they act on, as it stands in this transaction."""

    def __init__(self, work: Work, case: Case, handoff: Handoff, agent: Agent) -> None:
        self.work = work
        self.case = case
        self.handoff = handoff
        self.agent = agent

    @property
    def is_held(self) -> bool:
        """Whether this agent has the customer."""
        return self.handoff.state == "taken" and self.handoff.agent_id == self.agent.id

    @property
    def is_invited(self) -> bool:
        """Whether it is this agent to whom the customer is offered now."""
        return self.handoff.state == "offered" and self.handoff.offered_to == self.agent.id

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has the customer yet."""
        return self.handoff.state in WAITING

    @property
    def is_supervisor(self) -> bool:
        """Whether this agent may act on what others have."""
        return self.agent.role in SUPERVISORS

    def may(self, move: Move) -> bool:
        """Whether this agent may make the move now."""
        who: set[Who] = {"agent"}
        who |= {"holder"} if self.is_held else set()
        who |= {"invited"} if self.is_invited else set()
        who |= {"supervisor"} if self.is_supervisor else set()
        return may(move, self.handoff.state, frozenset(who))

    def refusal(self) -> Answer:
        """Why this agent cannot act on it."""
        if self.handoff.state == "taken":
            return Answer(why="theirs", agent_name=self.name_of(self.handoff.agent_id))
        if self.handoff.state == "offered" and not self.is_invited:
            return Answer(why="offered", agent_name=self.name_of(self.handoff.offered_to))
        return Answer(why="waiting" if self.is_waiting else "over")

    def name_of(self, agent_id: str | None) -> str | None:
        """What an agent is called."""
        return agents.name_of(self.work.connection, agent_id)

    def no_room_for(self, wanted: Agent, *, by_choice: bool = False) -> Answer | None:
        """Why this agent can have no other customer now; nobody else gives them one before this transaction ends.

        How many they can have at once limits what they are given, not what they take on `by_choice`.
        """
        locked = agents.lock(self.work.connection, wanted.id)
        name = wanted.name if wanted.id != self.agent.id else None
        if locked is None or locked.presence != "available":
            return Answer(why="away", agent_name=name)
        others = locked.load + locked.offered - (self.handoff.offered_to == wanted.id)
        return None if by_choice or others < locked.capacity else Answer(why="full", agent_name=name)

    def join(self, agent: Agent, how: Literal["picked", "accepted", "assigned", "taken_over"]) -> Answer:
        """The customer hears that this agent has them now; storage knows already."""
        by = None if agent.id == self.agent.id else self.agent.id
        joined = AgentJoined(handoff=self.handoff.id, agent=agent.id, agent_name=agent.name, how=how, by=by)
        hear(self.work, self.case, joined)
        return Answer(agent_name=agent.name)

    def belongs_to(self, agent: Agent) -> None:
        """Let the conversation know who has the customer, without a word to them."""
        if self.case.conversation.handoff is not None:
            known = msgspec.structs.replace(self.case.conversation.handoff, agent=agent.id, agent_name=agent.name)
            self.case.replace(handoff=known)


Act = Callable[[Acting], Answer]


def look_up_and(act: Act, work: Work, handoff_id: str, agent_id: str) -> Answer:
    """Do the act, if there are such a hand-off and such an agent."""
    handoff = handoffs.get(work.connection, handoff_id)
    agent = agents.get(work.connection, agent_id)
    case = work.case(handoff.conversation_id) if handoff else None
    if handoff is None or case is None or agent is None or not agent.active:
        return Answer(why="unknown")
    return act(Acting(work, case, handoff, agent))


def take(acting: Acting) -> Answer:
    """Claim the customer, whom nobody has. The loser learns who was faster; who accepts too late may still win."""
    work, agent, handoff = acting.work, acting.agent, acting.handoff
    if acting.is_held:
        return Answer(agent_name=agent.name)
    if not acting.may("take"):
        return acting.refusal()
    is_manual = work.installation.desk.queue_named(handoff.queue).distribution == "manual"
    if refusal := acting.no_room_for(agent, by_choice=is_manual):
        return refusal
    if not handoffs.claim(work.connection, handoff.id, agent.id, work.now, offered_to=handoff.offered_to):
        return acting.refusal()
    return acting.join(agent, "accepted" if acting.is_invited else "picked")


def take_over(acting: Acting) -> Answer:
    """Claim the customer whoever has them: supervisors may."""
    work, agent, holder = acting.work, acting.agent, acting.handoff.agent_id
    if acting.is_held or acting.is_waiting or holder is None:
        return take(acting)
    if not acting.may("take_over"):
        return acting.refusal()
    if refusal := acting.no_room_for(agent, by_choice=True):
        return refusal
    handoffs.take_over(work.connection, acting.handoff.id, holder, agent.id)
    return acting.join(agent, "taken_over")


def decline(acting: Acting) -> Answer:
    """The agent does not want the customer who is offered to them: the next one is asked."""
    if not acting.may("decline"):
        return Answer(agent_name=acting.agent.name) if acting.is_held else acting.refusal()
    offers.end(acting.work, acting.case, acting.handoff, "declined")
    return Answer()


def reply(acting: Acting, *, content: Content, message_id: str) -> Answer:
    """Bring the agent's words to the customer."""
    if content.album is not None and noting.is_album_noted(acting.work, acting.case, content.album):
        return Answer(why="noted")
    taken = take(acting)
    if not taken.done:
        return taken
    work, case, agent = acting.work, acting.case, acting.agent
    record(work, case, [AgentSaid(agent=agent.id, content=content, message_id=message_id)])
    handoffs.replied(work.connection, acting.handoff.id, agent.id, work.now)
    work.replied.append((case.id, agent.id))
    return taken


def edit(acting: Acting, *, content: Content, message_id: str) -> Answer:
    """Bring the new words of an earlier message to the customer."""
    if not acting.is_held:
        return acting.refusal()
    record(acting.work, acting.case, [AgentEdited(agent=acting.agent.id, content=content, message_id=message_id)])
    return Answer(agent_name=acting.agent.name)


def note(acting: Acting, *, text: str, message_id: str | None, album: str | None, is_all: bool) -> Answer:
    """Keep a note; everyone at the desk may write one. `is_all`: nothing else stands in the message."""
    work, case = acting.work, acting.case
    if message_id is not None and noting.is_noted(work, case, message_id, text):
        return Answer(why="again")
    record(work, case, [NoteWritten(agent=acting.agent.id, text=text, message_id=message_id, album=album)])
    if is_all and message_id is not None and noting.was_said(work, case, message_id):
        return Answer(why="said_before")
    return Answer()
