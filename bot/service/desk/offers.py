"""A customer is offered to one agent, and what becomes of it, inside a transaction."""

from datetime import datetime, timedelta
from typing import Literal

from bot.events import HandoffOffered, HandoffOfferEnded
from bot.ports import DeskOffer
from bot.service.case import Case
from bot.service.consequences import record
from bot.service.desk.moves import OFFER
from bot.service.desk.queueing import is_at_work, is_there
from bot.service.desk.showing import DESK, tell_missed
from bot.service.parcels import outgoing_from_json
from bot.service.work import Work
from storage import agents, desk_timers, handoffs, outbox
from storage import offers as kept
from storage.desk_timers import Timer
from storage.handoffs import Handoff

MISSED_ARE_AWAY = 3  # offers in a row: who does not answer them is not there
HARDLY_LATER = timedelta(seconds=1)  # who has had all the time but this has had it
MISSED = "missed offers"  # why they are away, on their timeline


def make(work: Work, case: Case, handoff: Handoff, agent_id: str) -> bool:
    """Offer the customer to the agent, if both are still free for it."""
    agent = agents.lock(work.connection, agent_id)
    if agent is None or agent.room < 1 or not is_there(work.installation, agent):
        return False
    if not handoffs.offer(work.connection, handoff.id, agent.id):
        return False
    until = work.now + _length(work, handoff)
    offer = kept.Offer(handoff_id=handoff.id, agent_id=agent.id, offered_at=work.now, until=until)
    kept.start(work.connection, offer)
    _start_timer(work, case, handoff, until)
    record(work, case, [HandoffOffered(handoff=handoff.id, agent=agent.id, until=until.isoformat())])
    return True


def end(work: Work, case: Case, handoff: Handoff, outcome: Literal["declined", "lapsed", "withdrawn"]) -> bool:
    """Whom it is offered to will not have it: it waits for the next one. False when it is offered to nobody."""
    agent = handoff.offered_to
    if agent is None or not handoffs.end_offer(work.connection, handoff.id, agent):
        return False
    record(work, case, [HandoffOfferEnded(handoff=handoff.id, agent=agent, outcome=outcome)])
    return True


def withdraw_from_absent(work: Work, case: Case, handoff: Handoff) -> None:
    """Whom it is offered to has gone: nobody absent is asked."""
    agent = agents.get(work.connection, handoff.offered_to) if handoff.offered_to else None
    if agent is None or not is_at_work(agent):
        end(work, case, handoff, "withdrawn")


def lapse(work: Work, case: Case, handoff_id: str) -> None:
    """The time to accept is over. Who misses several in a row is not there, whatever they said."""
    handoff, offer = handoffs.get(work.connection, handoff_id), kept.running(work.connection, handoff_id)
    if handoff is None or offer is None or handoff.offered_to != offer.agent_id:
        return
    until = _seen_until(work, case, handoff, offer)
    if until > work.now + HARDLY_LATER:
        kept.prolong(work.connection, handoff.id, until)
        _start_timer(work, case, handoff, until)
        return
    agent = agents.lock(work.connection, offer.agent_id)
    if not end(work, case, handoff, "lapsed") or agent is None or agent.presence != "available":
        return
    if kept.missed_in_a_row(work.connection, agent.id, agent.presence_since) >= MISSED_ARE_AWAY:
        agents.be(work.connection, agent.id, "away", MISSED, work.now)
        tell_missed(work, case, handoff, agent)


def _seen_until(work: Work, case: Case, handoff: Handoff, offer: kept.Offer) -> datetime:
    """When the time to accept is over, counted from when the agent could see it: groups can be slow."""
    rows = outbox.booked_at(work.connection, case.id, DESK, offer.offered_at)
    shown = [(row, outgoing) for row in rows if isinstance(outgoing := outgoing_from_json(row.body), DeskOffer)]
    own = [row for row, outgoing in shown if outgoing.to] or [row for row, _ in shown]
    length = _length(work, handoff)
    if any(row.state == "pending" for row in own):
        return work.now + length
    return max((row.sent_at + length for row in own if row.sent_at is not None), default=offer.until)


def _length(work: Work, handoff: Handoff) -> timedelta:
    return timedelta(seconds=work.installation.desk.queue_named(handoff.queue).offer_seconds)


def _start_timer(work: Work, case: Case, handoff: Handoff, until: datetime) -> None:
    timer = Timer(kind=OFFER, subject=handoff.id, conversation_id=case.id, due_at=until)
    desk_timers.start(work.connection, timer)
