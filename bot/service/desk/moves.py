"""Who has the conversation now: its legs, its hand-off and a running offer follow what happened."""

from datetime import datetime
from typing import Literal

from bot.events import (
    AnyEvent,
    ConversationClosed,
    HandoffAbandoned,
    HandoffClosed,
    HandoffOffered,
    HandoffOfferEnded,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
    HandoffWrappedUp,
    LanguageChanged,
)
from bot.ports import Called
from bot.service.case import Case
from bot.service.desk import wrapping_up
from bot.service.desk.showing import refresh_card, show_offer, show_offer_over, show_state
from bot.service.work import Work
from storage import agents, desk_timers, handoffs, legs, offers
from storage.offers import Outcome

OFFER = "offer"  # the timer of an offer that runs

HandoffMove = (
    HandoffQueued
    | HandoffOffered
    | HandoffOfferEnded
    | HandoffTaken
    | HandoffTransferred
    | HandoffReleased
    | HandoffClosed
    | HandoffAbandoned
    | HandoffRefused
)
LEFT: dict[str, Literal["cancelled", "blocked", "restarted"]] = {
    "forgotten": "cancelled",
    "customer": "cancelled",
    "blocked": "blocked",
    "restarted": "restarted",
    "failed": "restarted",
}
LEG_ENDS = {"picked": "taken", "accepted": "taken", "assigned": "transferred", "taken_over": "taken_over"}


def let_go(work: Work, case: Case, closed: ConversationClosed) -> None:
    """The conversation ends while people have it: they are told, and the hand-off is over."""
    if case.handoff is not None:
        event = HandoffAbandoned(handoff=case.handoff, reason=LEFT.get(closed.reason, "silent"))
        case.record(event)
        move(work, case, event)


def move(work: Work, case: Case, event: AnyEvent) -> None:
    """Follow a hand-off from the bot to the queue, to an agent and back; other events mean nothing to the desk."""
    if isinstance(event, HandoffWrappedUp):
        wrapping_up.end(work, case, event)
    elif isinstance(event, LanguageChanged):
        _speak(work, case, event)
    elif isinstance(event, HandoffMove):
        work.needs_routing |= not isinstance(event, HandoffOffered)  # that is what routing itself does
        _move(work, case, event)
        _end_offer(work, case, event)


def _speak(work: Work, case: Case, changed: LanguageChanged) -> None:
    """Who speaks it now is the one for the customer, and who has them sees it."""
    if case.handoff is not None:
        handoffs.speak(work.connection, case.handoff, changed.language)
        work.needs_routing = True
        refresh_card(work, case)


def _move(work: Work, case: Case, event: HandoffMove) -> None:
    match event:
        case HandoffQueued() if case.handoff is None:  # or else it only tells a new place
            case.handoff = event.handoff
            _next_leg(work, case, "queued", "queue")
        case HandoffOffered():
            _show_offer(work, case, event)
        case HandoffTaken():
            _next_leg(work, case, LEG_ENDS[event.how], "agent", event.agent)
            show_state(work, case, event.handoff, agent_name=event.agent_name, called=_called(work, event))
        case HandoffReleased():
            _next_leg(work, case, "released", "queue")
            show_state(work, case, event.handoff, is_told=True)
        case HandoffTransferred(agent=None):  # to an agent: they take it
            _next_leg(work, case, "overflowed" if event.why == "overflow" else "transferred", "queue")
            show_state(work, case, event.handoff, is_told=True)
        case HandoffClosed() | HandoffAbandoned():
            _end(work, case, event)
        case HandoffRefused() if case.handoff == event.handoff:  # it had been queued
            handoffs.refuse(work.connection, event.handoff, event.reason, work.now)
            _back_to_bot(work, case, "refused")
            show_state(work, case, event.handoff, outcome=event.reason)


def _end(work: Work, case: Case, event: HandoffClosed | HandoffAbandoned) -> None:
    if isinstance(event, HandoffClosed):
        _back_to_bot(work, case, "closed")
        wrapping_up.begin(work, case, event)
        show_state(work, case, event.handoff, outcome=event.disposition)
        return
    called_back = event.reason == "callback" and handoffs.call_back(work.connection, event.handoff, work.now)
    if not called_back:
        handoffs.abandon(work.connection, event.handoff, event.reason, work.now)
    _back_to_bot(work, case, "called_back" if called_back else "abandoned")
    show_state(work, case, event.handoff, outcome=event.reason)


def _called(work: Work, taken: HandoffTaken) -> Called | None:
    """Who has the customer without having asked for them."""
    agent = agents.get(work.connection, taken.agent) if taken.how == "assigned" else None
    return Called(name=agent.name, telegram_id=agent.telegram_id) if agent else None


def _show_offer(work: Work, case: Case, offered: HandoffOffered) -> None:
    handoff, agent = handoffs.get(work.connection, offered.handoff), agents.get(work.connection, offered.agent)
    if handoff is not None and agent is not None:
        seconds = round((datetime.fromisoformat(offered.until) - work.now).total_seconds())
        show_offer(work, case, handoff, agent, seconds)


def _end_offer(work: Work, case: Case, event: HandoffMove) -> None:
    """An offer that ran is over with whatever happened but itself."""
    if isinstance(event, HandoffQueued | HandoffOffered):
        return
    running = offers.running(work.connection, event.handoff)
    if running is None:
        return
    outcome: Outcome = "withdrawn"
    if isinstance(event, HandoffOfferEnded):
        outcome = event.outcome
    elif isinstance(event, HandoffTaken) and event.agent == running.agent_id:
        outcome = "accepted"
    else:
        case.record(HandoffOfferEnded(handoff=event.handoff, agent=running.agent_id, outcome="withdrawn"))
    offers.end(work.connection, event.handoff, outcome, work.now)
    desk_timers.stop(work.connection, event.handoff, [OFFER])
    handoff, agent = handoffs.get(work.connection, event.handoff), agents.get(work.connection, running.agent_id)
    if handoff is not None and agent is not None:
        show_offer_over(work, case, handoff, agent, outcome)


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
