"""What the desk answers when a flow asks for a person, and who could come."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from bot.desk.desk_file import Desk, Queue
from bot.desk.hours import Calendar, closure_at, is_open, opens_at
from bot.engine.inputs import HandoffUnavailable, QueueJoined
from bot.events import HandoffRequested
from bot.service.case import Case
from bot.service.desk.showing import show_card
from bot.service.desk.waiting import place_now
from bot.service.installation import Installation
from bot.service.work import Work
from storage import agents, handoffs
from storage.agents import Agent

Refusal = Literal["closed", "no_agent", "full"]

SHORT_ABANDON_SECONDS = 10.0  # who leaves the queue sooner hardly waited


def answer(work: Work, case: Case, request: HandoffRequested) -> QueueJoined | HandoffUnavailable:
    """Take the request in, or say why not; either way it is kept."""
    desk = work.installation.desk
    asked_for = desk.queue_named(request.queue)
    calendar = desk.calendars.get(request.calendar or "", desk.calendar_of(asked_for.name))
    refusal = _refusal(work, asked_for, calendar, request.skills)
    queue = asked_for
    if refusal in ("no_agent", "full") and (other := overflow_of(work, asked_for, request.skills)) is not None:
        queue, refusal = other, None
    due_at = waits_until(work, queue, request.max_wait_seconds) if refusal is None else None
    _keep(work, case, request, asked_for, due_at)
    if case.conversation.handoff is not None:  # it may name the default queue by nothing, or one that overflowed
        case.replace(handoff=msgspec.structs.replace(case.conversation.handoff, queue=queue.name))
    if refusal is not None:
        handoffs.refuse(work.connection, request.handoff, refusal, work.now)
        return _unavailable(request.handoff, refusal, calendar, work.now)
    wanted = wanted_agent(work, queue, case.customer_id)
    handoffs.enqueue(work.connection, request.handoff, work.now, queue=queue.name, wanted_agent_id=wanted)
    return _enter(work, case, request.handoff)


def _unavailable(handoff: str, reason: Refusal, calendar: Calendar, now: datetime) -> HandoffUnavailable:
    if reason != "closed":
        return HandoffUnavailable(handoff=handoff, reason=reason)
    opening, closure = opens_at(calendar, now), closure_at(calendar, now)
    return HandoffUnavailable(
        handoff=handoff,
        reason=reason,
        opens_at=opening.isoformat() if opening else None,
        closure=closure.say if closure else {},
    )


def _enter(work: Work, case: Case, handoff: str) -> QueueJoined:
    """Put a queued hand-off before the agents; its place in the queue."""
    kept, place = handoffs.get(work.connection, handoff), place_now(work, case, handoff)
    assert kept is not None
    assert place is not None
    show_card(work, case, kept)
    return place


def is_at_work(agent: Agent) -> bool:
    """Whether the agent says that they are there."""
    return agent.active and agent.presence == "available"


def is_there(installation: Installation, agent: Agent) -> bool:
    """Whether the agent can be shown a customer now: they are at work, in a group that can be used or by themselves."""
    by_themselves = agent.works_privately and agent.telegram_id is not None
    return is_at_work(agent) and (by_themselves or bool(installation.desk_groups()))


def agents_there(work: Work, queue: Queue, skills: Collection[str] = ()) -> list[Agent]:
    """Who could be given a hand-off of this queue that needs these skills now; who picks one knows what they can."""
    needed = set() if queue.distribution == "manual" else {*queue.skills, *skills}
    serving = agents.serving(work.connection, queue.name)
    return [agent for agent in serving if is_there(work.installation, agent) and needed <= set(agent.skills)]


def wanted_agent(work: Work, queue: Queue, customer_id: str) -> str | None:
    """Who shall be asked first in this queue, since they had this customer before."""
    if queue.distribution == "last_agent":
        return handoffs.last_agent_of(work.connection, customer_id, None)
    if queue.return_to_agent_seconds is None:
        return None
    since = work.now - timedelta(seconds=queue.return_to_agent_seconds)
    return handoffs.last_agent_of(work.connection, customer_id, since)


def waits_until(work: Work, queue: Queue, seconds: float | None = None) -> datetime | None:
    """When a wait that begins now is too long: after so many seconds, or what the queue says."""
    seconds = seconds or queue.max_wait_seconds
    return None if seconds is None else work.now + timedelta(seconds=seconds)


def overflow_of(work: Work, queue: Queue, skills: Collection[str]) -> Queue | None:
    """The nearest queue to which this one's customers go and that takes somebody in now, by its own hours."""
    desk = work.installation.desk
    for other in _overflows(desk, queue):
        if _refusal(work, other, desk.calendar_of(other.name), skills) is None:
            return other
    return None


def _overflows(desk: Desk, queue: Queue) -> Iterator[Queue]:
    """Where a queue's customers go when it cannot take them, the nearest first; the desk's file has no circles."""
    while queue.overflow is not None:
        queue = desk.queues[queue.overflow]
        yield queue


def _refusal(work: Work, queue: Queue, calendar: Calendar, skills: Collection[str]) -> Refusal | None:
    if not is_open(calendar, work.now):
        return "closed"
    if not agents_there(work, queue, skills):
        return "no_agent"
    if queue.max_waiting is not None and handoffs.waiting_count(work.connection, queue.name) >= queue.max_waiting:
        return "full"
    return None


def _keep(work: Work, case: Case, request: HandoffRequested, queue: Queue, due_at: datetime | None) -> None:
    kept = handoffs.Request(
        id=request.handoff,
        conversation_id=case.id,
        customer_id=case.customer_id,
        channel=case.channel,
        language=case.conversation.language,
        queue=queue.name,
        flow=request.flow,
        step=request.step,
        reason=request.reason,
        priority=request.priority,
        skills=request.skills,
        note=request.note,
        collected=request.collected,
        requested_at=work.now,
        due_at=due_at,
        service_level_seconds=queue.within_seconds,
        service_level_target=queue.target,
        short_abandon_seconds=SHORT_ABANDON_SECONDS,
    )
    handoffs.request(work.connection, [kept])
