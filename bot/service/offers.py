"""A customer is offered to one agent, and what becomes of it, inside a transaction."""

from datetime import timedelta
from typing import Literal

from bot.events import HandoffOffered, HandoffOfferEnded
from bot.service.case import Case
from bot.service.consequences import record
from bot.service.desk_moves import OFFER
from bot.service.desk_side import tell_missed
from bot.service.queueing import is_there, queue_named
from bot.service.work import Work
from storage import agents, desk_timers, handoffs
from storage import offers as kept
from storage.desk_timers import Timer
from storage.handoffs import Handoff

MISSED_ARE_AWAY = 3  # offers in a row: who does not answer them is not there
MISSED = "missed offers"  # why they are away, on their timeline


def make(work: Work, case: Case, handoff: Handoff, agent_id: str) -> bool:
    """Offer the customer to the agent, if both are still free for it."""
    agent = agents.lock(work.connection, agent_id)
    if agent is None or agent.room < 1 or not is_there(work.installation, agent):
        return False
    if not handoffs.offer(work.connection, handoff.id, agent.id):
        return False
    until = work.now + timedelta(seconds=queue_named(work.installation.desk, handoff.queue).offer_seconds)
    offer = kept.Offer(handoff_id=handoff.id, agent_id=agent.id, offered_at=work.now, until=until)
    kept.start(work.connection, offer)
    timer = Timer(kind=OFFER, subject=handoff.id, conversation_id=case.id, due_at=until)
    desk_timers.start(work.connection, timer)
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
    if agent is None or not is_there(work.installation, agent):
        end(work, case, handoff, "withdrawn")


def lapse(work: Work, case: Case, handoff_id: str) -> None:
    """The time to accept is over. Who misses several in a row is not there, whatever they said."""
    handoff = handoffs.get(work.connection, handoff_id)
    if handoff is None or handoff.offered_to is None:
        return
    agent_id = handoff.offered_to
    agent = agents.lock(work.connection, agent_id)
    if not end(work, case, handoff, "lapsed") or agent is None or agent.presence != "available":
        return
    if kept.missed_in_a_row(work.connection, agent_id, agent.presence_since) >= MISSED_ARE_AWAY:
        agents.be(work.connection, agent_id, "away", MISSED, work.now)
        tell_missed(work, case, handoff, agent)
