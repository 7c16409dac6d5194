"""What agents do to be done with a customer: give back, pass on, close, wrap up. Inside the act's transaction."""

from typing import Literal

from bot.engine.inputs import AgentLeft, HandoffDone
from bot.events import HandoffTransferred, HandoffWrappedUp, NoteWritten
from bot.service.consequences import hear, record
from bot.service.desk.agent_acts import Acting, Answer, take_over
from bot.service.desk.passing_on import give_back, move_to_queue
from bot.service.desk.queueing import agents_there
from storage import agents, handoffs
from storage.agents import Agent


def release(acting: Acting) -> Answer:
    """Back to the queue, where the customer keeps their place; a supervisor may do so for the agent."""
    holder = acting.handoff.agent_id
    if holder is None or not acting.may("release"):
        return acting.refusal()
    if acting.is_held:
        give_back(acting.work, acting.case, acting.handoff, holder)
    else:
        give_back(acting.work, acting.case, acting.handoff, holder, why="reassigned", by=acting.agent.id)
    return Answer()


def transfer_to_queue(acting: Acting, *, queue: str) -> Answer:
    """To another queue, by who has the customer, or by anybody while they wait."""
    work = acting.work
    if queue not in work.installation.desk.queues:
        return Answer(why="unknown_queue")
    if not acting.may("transfer"):
        return acting.refusal()
    to = work.installation.desk.queue_named(queue)
    if not agents_there(work, to, acting.handoff.skills):
        return Answer(why="nobody_there")
    move_to_queue(work, acting.case, acting.handoff, to, by=acting.agent.id, why=_why(acting))
    return Answer()


def transfer_to_agent(acting: Acting, *, target: str) -> Answer:
    """To another agent, who has the customer at once. To oneself is to take it over."""
    other = agents.get(acting.work.connection, target)
    if other is None or not other.active or other.id == acting.handoff.agent_id:
        return Answer(why="unknown_agent")
    if other.id == acting.agent.id:
        return take_over(acting)
    if not acting.may("reassign"):
        return acting.refusal()
    return acting.no_room_for(other) or _reassign(acting, other)


def _reassign(acting: Acting, other: Agent) -> Answer:
    work, case, handoff = acting.work, acting.case, acting.handoff
    handoffs.reassign(work.connection, handoff.id, other.id, work.now, holder=handoff.agent_id)
    by = acting.agent.id
    record(work, case, [HandoffTransferred(handoff=handoff.id, by=by, agent=other.id, why=_why(acting))])
    if handoff.agent_id is not None:
        hear(work, case, AgentLeft(handoff=handoff.id, queue=handoff.queue, why="transferred", by=by))
    return acting.join(other, "assigned")


def close(acting: Acting, *, disposition: str | None, note: str | None) -> Answer:
    """The customer goes on with the flow. Whom nobody has is closed by whoever closes it, and then was theirs."""
    work, handoff = acting.work, acting.handoff
    if disposition is not None and not _is_known(acting, disposition):
        return Answer(why="unknown_disposition")
    if not acting.may("close"):
        return acting.refusal()
    owner = handoff.agent_id or acting.agent.id
    handoffs.close(work.connection, handoff.id, owner, disposition, note, work.now)
    if note:
        record(work, acting.case, [NoteWritten(agent=acting.agent.id, text=note)])
    if handoff.agent_id is None:
        acting.belongs_to(acting.agent)
    by = None if owner == acting.agent.id else acting.agent.id
    hear(work, acting.case, HandoffDone(handoff=handoff.id, disposition=disposition, by=by))
    return Answer(agent_name=acting.agent.name)


def wrap_up(acting: Acting, *, disposition: str | None, note: str | None) -> Answer:
    """The work after the closing is over, and how it ended is known; who had the customer may still correct it."""
    work, handoff = acting.work, acting.handoff
    if disposition is not None and not _is_known(acting, disposition):
        return Answer(why="unknown_disposition")
    if handoff.state != "closed":
        return Answer(why="open") if acting.is_held else acting.refusal()
    if handoff.agent_id != acting.agent.id and not acting.is_supervisor:
        return Answer(why="theirs", agent_name=acting.name_of(handoff.agent_id))
    handoffs.wrap_up(work.connection, handoff.id, work.now, disposition, note)
    if note:
        record(work, acting.case, [NoteWritten(agent=acting.agent.id, text=note)])
    wrapped_up = HandoffWrappedUp(
        handoff=handoff.id, agent=acting.agent.id, disposition=disposition or handoff.disposition
    )
    record(work, acting.case, [wrapped_up])
    return Answer(agent_name=acting.agent.name)


def _why(acting: Acting) -> Literal["asked", "reassigned"]:
    """Why the customer is moved: asked of a colleague, or by a supervisor who takes them from another agent."""
    return "asked" if acting.is_held or acting.is_waiting else "reassigned"


def _is_known(acting: Acting, disposition: str) -> bool:
    return disposition in acting.work.installation.desk.queue_named(acting.handoff.queue).dispositions
