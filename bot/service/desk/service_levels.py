"""What customers were promised: until when they shall be answered, and who watches it.

Times are counted in the opening hours of the queue, so that nobody is late over night.
"""

from collections.abc import Collection
from typing import Literal

from bot.desk.desk_file import Desk
from bot.desk.hours import after_open_seconds
from bot.events import (
    AgentSaid,
    AnyEvent,
    ConversationClosed,
    CustomerSaid,
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
)
from bot.service.case import Case
from bot.service.desk import alerts
from bot.service.work import Work
from storage import desk_timers, handoffs
from storage.alerts import Outcome
from storage.desk_timers import Timer
from storage.handoffs import Handoff

Promise = Literal["first_answer", "next_answer", "unanswered"]

SOON = "_soon"  # after each: the kind of timer that warns of it
OF_AN_AGENT: tuple[Promise, ...] = ("next_answer", "unanswered")
ALL: tuple[Promise, ...] = ("first_answer", *OF_AN_AGENT)
HALF = 0.5  # of the time to write after taking a customer: then the agent is told


def follow(work: Work, case: Case, event: AnyEvent) -> None:
    """Watch what the event makes due, and what it has done no more. Call it before the conversation follows it."""
    if case.handoff is None and not isinstance(event, HandoffQueued):
        return
    match event:
        case HandoffQueued() if case.handoff != event.handoff:  # or else it only tells a new place
            _watch(work, case, event.handoff, "first_answer")
        case HandoffTaken():
            _end(work, case, OF_AN_AGENT, "taken")
            _watch(work, case, event.handoff, "unanswered")
        case HandoffReleased() | HandoffTransferred():
            _end(work, case, OF_AN_AGENT)
        case AgentSaid():
            _end(work, case, ALL, "answered")
        case HandoffClosed():
            _end(work, case, ALL, "closed")
        case HandoffRefused():
            _end(work, case, ALL, "refused")
        case HandoffAbandoned(reason="callback"):
            _end(work, case, ALL, "callback")
        case HandoffAbandoned() | ConversationClosed():
            _end(work, case, ALL, "left")
        case CustomerSaid():
            _customer_waits(work, case)


def promised_seconds(desk: Desk, handoff: Handoff, promise: Promise) -> tuple[float | None, float]:
    """In how many open seconds it is due, none for never, and at which share of them it is warned of.

    The first answer is promised as it was frozen at the request, whatever the desk's file says since.
    """
    queue = desk.queue_named(handoff.queue)
    match promise:
        case "first_answer":
            return handoff.service_level_seconds, queue.warn_at
        case "next_answer":
            return queue.next_seconds, queue.warn_at
        case "unanswered":
            return queue.release_unanswered_seconds, HALF


def _customer_waits(work: Work, case: Case) -> None:
    """For the agent who has them, unless nobody has answered yet: then they wait since they asked."""
    opened = case.conversation.handoff
    kept = handoffs.get(work.connection, opened.handoff) if opened is not None and opened.agent is not None else None
    if kept is None or kept.first_reply_at is None:
        return
    running = desk_timers.running(work.connection, kept.id)
    for promise in OF_AN_AGENT:
        if promise not in running:
            _watch(work, case, kept.id, promise)


def _watch(work: Work, case: Case, handoff_id: str, promise: Promise) -> None:
    desk, handoff = work.installation.desk, handoffs.get(work.connection, handoff_id)
    assert handoff is not None
    seconds, warn_at = promised_seconds(desk, handoff, promise)
    if seconds is None:
        return
    calendar = desk.calendar_of(desk.queue_named(handoff.queue).name)
    times = {promise: seconds} if warn_at == 1 else {promise + SOON: seconds * warn_at, promise: seconds}
    for kind, after in times.items():
        due_at = after_open_seconds(calendar, work.now, after)
        if due_at is not None:
            timer = Timer(kind=kind, subject=handoff.id, conversation_id=case.id, due_at=due_at)
            desk_timers.start(work.connection, timer)


def _end(work: Work, case: Case, promises: Collection[Promise], outcome: Outcome | None = None) -> None:
    assert case.handoff is not None
    desk_timers.stop(work.connection, case.handoff, [kind for each in promises for kind in (each, each + SOON)])
    if outcome is not None:
        alerts.settle(work, case, case.handoff, outcome)
