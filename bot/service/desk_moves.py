"""Who has the conversation now: its legs and its hand-off follow what happened."""

from bot.events import (
    AnyEvent,
    CallbackRequested,
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
)
from bot.service.case import Case
from bot.service.desk_side import show_state, tell_of_callback
from bot.service.work import Work
from storage import handoffs, legs


def let_go(work: Work, case: Case) -> None:
    """The conversation ends while people have it: they are told, and the hand-off is over."""
    if case.handoff is not None:
        move(work, case, HandoffAbandoned(handoff=case.handoff, reason="silent"))


def move(work: Work, case: Case, event: AnyEvent) -> None:
    """Follow a hand-off from the bot to the queue, to an agent and back; other events mean nothing to the desk."""
    connection, now = work.connection, work.now
    match event:
        case HandoffQueued() if case.handoff is None:  # or else it only tells a new place
            case.handoff = event.handoff
            _next_leg(work, case, "queued", "queue")
        case HandoffTaken():
            passed_on = any(isinstance(earlier, HandoffTransferred) for earlier in case.events)
            _next_leg(work, case, "transferred" if passed_on else "taken", "agent", event.agent)
            show_state(work, case, event.handoff, agent_name=event.agent_name)
        case HandoffReleased():
            _next_leg(work, case, "released", "queue")
            show_state(work, case, event.handoff)
        case HandoffTransferred(agent=None):  # to an agent: they take it
            _next_leg(work, case, "transferred", "queue")
            show_state(work, case, event.handoff)
        case HandoffClosed():
            _back_to_bot(work, case, "closed")
            show_state(work, case, event.handoff, outcome=event.disposition)
        case HandoffAbandoned():
            handoffs.abandon(connection, event.handoff, event.reason, now)
            _back_to_bot(work, case, "abandoned")
            show_state(work, case, event.handoff, outcome=event.reason)
        case CallbackRequested():
            tell_of_callback(work, case, event)
        case HandoffRefused() if case.handoff == event.handoff:  # it had been queued
            handoffs.refuse(connection, event.handoff, event.reason, now)
            _back_to_bot(work, case, "refused")
            show_state(work, case, event.handoff, outcome=event.reason)


def _next_leg(work: Work, case: Case, end_reason: str, kind: legs.Kind, agent_id: str | None = None) -> None:
    handoff = handoffs.get(work.connection, case.handoff) if kind != "bot" and case.handoff else None
    change = legs.Change(
        conversation_id=case.id,
        at=work.now,
        end_reason=end_reason,
        kind=kind,
        queue=handoff.queue if handoff else None,
        agent_id=agent_id,
        handoff_id=handoff.id if handoff else None,
    )
    work.legs.append(change)


def _back_to_bot(work: Work, case: Case, end_reason: str) -> None:
    _next_leg(work, case, end_reason, "bot")
    case.handoff = None
