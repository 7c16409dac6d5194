"""What the desk answers when a flow asks for a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from bot.desk.desk_file import Desk, Queue
from bot.desk.hours import Calendar, is_open, opens_at
from bot.engine.inputs import HandoffUnavailable, QueueJoined
from bot.events import HandoffRequested
from bot.service.case import Case
from bot.service.desk_side import show_card
from bot.service.work import Work
from storage import agents, handoffs

Refusal = Literal["closed", "no_agent", "full"]

SHORT_ABANDON_SECONDS = 10.0  # who leaves the queue sooner hardly waited


def answer(work: Work, case: Case, request: HandoffRequested) -> QueueJoined | HandoffUnavailable:
    """Take the request in, or say why not; either way it is kept."""
    desk = work.installation.desk
    asked_for = queue_named(desk, request.queue)
    calendar = desk.calendars.get(request.calendar or "", desk.calendar_of(asked_for.name))
    refusal = _refusal(work, asked_for, calendar)
    queue = asked_for
    if refusal in ("no_agent", "full"):
        open_one = next((other for other in _overflows(desk, asked_for) if not _refusal(work, other, calendar)), None)
        if open_one is not None:
            queue, refusal = open_one, None
    max_wait = request.max_wait_seconds or queue.max_wait_seconds
    due_at = work.now + timedelta(seconds=max_wait) if max_wait and refusal is None else None
    _keep(work, case, request, asked_for, due_at)
    if case.conversation.handoff is not None:  # it may name the default queue by nothing, or one that overflowed
        case.replace(handoff=msgspec.structs.replace(case.conversation.handoff, queue=queue.name))
    if refusal is not None:
        handoffs.refuse(work.connection, request.handoff, refusal, work.now)
        opening = opens_at(calendar, work.now) if refusal == "closed" else None
        return HandoffUnavailable(
            handoff=request.handoff, reason=refusal, opens_at=opening.isoformat() if opening else None
        )
    handoffs.enqueue(work.connection, request.handoff, work.now)
    if queue is not asked_for:
        handoffs.move_waiting(work.connection, request.handoff, queue.name, due_at)
    return _enter(work, case, request.handoff)


def _enter(work: Work, case: Case, handoff: str) -> QueueJoined:
    """Put a queued hand-off before the agents; its place in the queue."""
    kept = handoffs.get(work.connection, handoff)
    position = handoffs.position(work.connection, handoff)
    assert kept is not None
    assert position is not None
    show_card(work, case, kept)
    return QueueJoined(handoff=handoff, position=position)


def queue_named(desk: Desk, name: str) -> Queue:
    """The queue of this name, or else the default one: flows of an older revision may name what is gone."""
    return desk.queues.get(name) or desk.queues[desk.default_queue]


def agents_there(work: Work, queue: str) -> list[agents.Agent]:
    """Who could take a hand-off of this queue now; nobody when the desk cannot be reached."""
    if not work.installation.desk_groups():
        return []
    return [agent for agent in agents.serving(work.connection, queue) if agent.presence == "available"]


def _refusal(work: Work, queue: Queue, calendar: Calendar) -> Refusal | None:
    if not is_open(calendar, work.now):
        return "closed"
    if not agents_there(work, queue.name):
        return "no_agent"
    if queue.max_waiting is not None and handoffs.waiting_count(work.connection, queue.name) >= queue.max_waiting:
        return "full"
    return None


def _overflows(desk: Desk, queue: Queue) -> Iterator[Queue]:
    """Where a queue's customers go when it cannot take them, the nearest first; the desk's file has no circles."""
    while queue.overflow is not None:
        queue = desk.queues[queue.overflow]
        yield queue


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
