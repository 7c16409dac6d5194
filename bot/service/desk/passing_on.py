"""A customer waits again, in the same queue or in another one: what storage keeps, and what they are told."""

from typing import Literal

from bot.desk.desk_file import Queue
from bot.engine.inputs import AgentLeft, HandoffUnavailable
from bot.events import HandoffTransferred
from bot.service.case import Case
from bot.service.consequences import hear, record
from bot.service.desk.queueing import overflow_of, waits_until, wanted_agent
from bot.service.desk.waiting import place_now
from bot.service.work import Work
from storage import handoffs
from storage.handoffs import Handoff


def give_back(
    work: Work,
    case: Case,
    handoff: Handoff,
    agent: str,
    *,
    why: Literal["released", "removed", "away", "reassigned"] = "released",
    by: str | None = None,
) -> bool:
    """Let the customer wait for whoever comes next, in the same place. False when it is not this agent who has them."""
    due_at = waits_until(work, work.installation.desk.queue_named(handoff.queue))
    if not handoffs.release(work.connection, handoff.id, agent, due_at):
        return False
    hear(work, case, AgentLeft(handoff=handoff.id, queue=handoff.queue, why=why, by=by))
    _tell_place(work, case, handoff.id)
    return True


def move_to_queue(
    work: Work,
    case: Case,
    handoff: Handoff,
    queue: Queue,
    *,
    by: str | None,
    why: Literal["asked", "overflow", "reassigned"] = "asked",
) -> bool:
    """From whoever has the customer, or from where they wait, to this queue. False when it is over."""
    moved = handoffs.transfer(
        work.connection,
        handoff.id,
        queue.name,
        waits_until(work, queue),
        holder=handoff.agent_id,
        wanted_agent_id=wanted_agent(work, queue, handoff.customer_id) if handoff.agent_id is None else None,
    )
    if not moved:
        return False
    record(work, case, [HandoffTransferred(handoff=handoff.id, by=by, queue=queue.name, why=why)])
    hear(work, case, AgentLeft(handoff=handoff.id, queue=queue.name, why="transferred", by=by))
    _tell_place(work, case, handoff.id)
    return True


def end_wait(work: Work, case: Case, handoff: Handoff, reason: Literal["max_wait", "no_agent"]) -> None:
    """Nobody came in time, or nobody can come any more: where the queue overflows to, or else the truth."""
    if case.handoff != handoff.id:
        handoffs.refuse(work.connection, handoff.id, reason, work.now)
        return
    other = overflow_of(work, work.installation.desk.queue_named(handoff.queue), handoff.skills)
    if other is None or not move_to_queue(work, case, handoff, other, by=None, why="overflow"):
        hear(work, case, HandoffUnavailable(handoff=handoff.id, reason=reason))


def _tell_place(work: Work, case: Case, handoff: str) -> None:
    place = place_now(work, case, handoff)
    if place is not None:
        hear(work, case, place)
