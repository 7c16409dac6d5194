"""What each act of an agent does to the conversation, inside its transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from bot.content import Content, Value
from bot.engine.inputs import AgentJoined, AgentLeft, HandoffDone, QueueJoined
from bot.events import AgentEdited, AgentSaid, HandoffTransferred, NoteWritten
from bot.service.case import Case
from bot.service.consequences import hear, record
from bot.service.queueing import agents_there, queue_named
from bot.service.work import Work
from storage import agents, handoffs
from storage.agents import Agent
from storage.handoffs import WAITING, Handoff

Why = Literal[
    "done",
    "again",  # the same act came before
    "theirs",  # another agent has the customer
    "waiting",  # nobody has
    "over",  # it was closed, or the customer left
    "unknown",  # no such hand-off, or who acts is no agent
    "unknown_queue",
    "unknown_agent",
    "nobody_there",  # no agent of that queue is there
    "unknown_disposition",
]


class Answer(Value, frozen=True, kw_only=True):
    """What became of what an agent wanted; `agent_name` is who has the customer now."""

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
    def is_waiting(self) -> bool:
        """Whether nobody has the customer yet."""
        return self.handoff.state in WAITING

    def refusal(self) -> Answer:
        """Why this agent cannot act on it."""
        if self.handoff.state == "taken" and self.handoff.agent_id is not None:
            holder = agents.get(self.work.connection, self.handoff.agent_id)
            return Answer(why="theirs", agent_name=holder.name if holder else None)
        return Answer(why="waiting" if self.is_waiting else "over")

    def look_again(self) -> None:
        """See the hand-off as it stands after a move."""
        found = handoffs.get(self.work.connection, self.handoff.id)
        assert found is not None
        self.handoff = found

    def in_state(self, **changes: Any) -> None:
        """Change what the conversation knows of its hand-off."""
        if self.case.conversation.handoff is not None:
            self.case.replace(handoff=msgspec.structs.replace(self.case.conversation.handoff, **changes))


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
    """Claim the customer. The loser learns who was faster."""
    work, agent = acting.work, acting.agent
    if acting.is_held:
        return Answer(agent_name=agent.name)
    if not handoffs.claim(work.connection, acting.handoff.id, agent.id, work.now):
        return acting.refusal()
    acting.look_again()
    hear(work, acting.case, AgentJoined(handoff=acting.handoff.id, agent=agent.id, agent_name=agent.name))
    return Answer(agent_name=agent.name)


def reply(acting: Acting, *, content: Content, message_id: str) -> Answer:
    """Bring the agent's words to the customer."""
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


def note(acting: Acting, *, text: str) -> Answer:
    """Keep a note; everyone at the desk may write one."""
    record(acting.work, acting.case, [NoteWritten(agent=acting.agent.id, text=text)])
    return Answer()


def release(acting: Acting) -> Answer:
    """Back to the queue, where the customer keeps their place."""
    given_back = give_back(acting.work, acting.case, acting.handoff, acting.agent.id)
    return Answer() if given_back else acting.refusal()


def give_back(work: Work, case: Case, handoff: Handoff, agent: str) -> bool:
    """Let the customer wait for whoever comes next. False when it is not this agent who has them."""
    if not handoffs.release(work.connection, handoff.id, agent, _waits_until(work, handoff.queue)):
        return False
    hear(work, case, AgentLeft(handoff=handoff.id, queue=handoff.queue))
    _tell_place(work, case, handoff.id)
    return True


def transfer_to_queue(acting: Acting, *, queue: str) -> Answer:
    """To another queue, by who has the customer, or by anybody while they wait."""
    work, handoff = acting.work, acting.handoff
    if queue not in work.installation.desk.queues:
        return Answer(why="unknown_queue")
    if not agents_there(work, queue):
        return Answer(why="nobody_there")
    due_at = _waits_until(work, queue)
    if acting.is_waiting:
        moved = handoffs.move_waiting(work.connection, handoff.id, queue, due_at)
    else:
        moved = handoffs.transfer_to_queue(work.connection, handoff.id, acting.agent.id, queue, due_at)
    if not moved:
        return acting.refusal()
    _pass_on(acting, HandoffTransferred(handoff=handoff.id, by=acting.agent.id, queue=queue), queue)
    _tell_place(work, acting.case, handoff.id)
    return Answer()


def transfer_to_agent(acting: Acting, *, target: str) -> Answer:
    """To another agent, who has the customer at once."""
    work, handoff = acting.work, acting.handoff
    other = agents.get(work.connection, target)
    if other is None or not other.active or other.id == acting.agent.id:
        return Answer(why="unknown_agent")
    if acting.is_waiting:
        moved = handoffs.claim(work.connection, handoff.id, other.id, work.now)
    else:
        moved = handoffs.transfer_to_agent(work.connection, handoff.id, acting.agent.id, other.id)
    if not moved:
        return acting.refusal()
    event = HandoffTransferred(handoff=handoff.id, by=acting.agent.id, agent=other.id)
    _pass_on(acting, event, handoff.queue)
    hear(work, acting.case, AgentJoined(handoff=handoff.id, agent=other.id, agent_name=other.name))
    return Answer(agent_name=other.name)


def close(acting: Acting, *, disposition: str | None, note: str | None) -> Answer:
    """The agent is done; the customer goes on with the flow. A waiting one is closed by whoever closes it."""
    work, handoff, agent = acting.work, acting.handoff, acting.agent
    known = queue_named(work.installation.desk, handoff.queue).dispositions
    if disposition is not None and disposition not in known:
        return Answer(why="unknown_disposition")
    if acting.is_waiting:
        handoffs.claim(work.connection, handoff.id, agent.id, work.now)
    if not handoffs.close(work.connection, handoff.id, agent.id, disposition, note, work.now):
        return acting.refusal()
    if note:
        record(work, acting.case, [NoteWritten(agent=agent.id, text=note)])
    acting.in_state(agent=agent.id, agent_name=agent.name)
    hear(work, acting.case, HandoffDone(handoff=handoff.id, disposition=disposition))
    return Answer(agent_name=agent.name)


def _waits_until(work: Work, queue: str) -> datetime | None:
    seconds = queue_named(work.installation.desk, queue).max_wait_seconds
    return None if seconds is None else work.now + timedelta(seconds=seconds)


def _pass_on(acting: Acting, transferred: HandoffTransferred, queue: str) -> None:
    """Tell the customer that somebody else will answer."""
    record(acting.work, acting.case, [transferred])
    acting.in_state(agent=None, agent_name=None)  # nobody released it: it was passed on
    hear(acting.work, acting.case, AgentLeft(handoff=transferred.handoff, queue=queue))


def _tell_place(work: Work, case: Case, handoff: str) -> None:
    place = handoffs.position(work.connection, handoff)
    if place is not None:
        hear(work, case, QueueJoined(handoff=handoff, position=place))
