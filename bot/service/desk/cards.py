"""A hand-off as the agents' desk shows it."""

from datetime import datetime

from bot.ports import DeskCard, DeskShown
from bot.service.case import Case
from bot.service.desk.known_customers import known_customer
from bot.service.desk.spoken import FOR_AGENTS, spoken_lines
from bot.service.desk.words import shown_name
from bot.service.work import Work
from storage import agents, customers, event_log, handoffs
from storage.database import Connection
from storage.handoffs import Handoff

DESK = "desk"  # the outbox's channel for what agents see
LINES_SHOWN = 40  # of what was said where the group did not see it; the log has it all
LINES_GIVEN = 400  # of the transcript for a card, which shows as many of them as fit

SHOWN: dict[handoffs.State, DeskShown] = {
    "requested": "queued",
    "queued": "queued",
    "offered": "offered",
    "transferred": "queued",
    "released": "released",
    "taken": "taken",
    "closed": "closed",
    "abandoned": "abandoned",
    "called_back": "abandoned",
    "refused": "abandoned",
}


def desk_address(handoff: str) -> str:
    """Where what belongs to a hand-off is sent, for all agents to see."""
    return f"desk:{handoff}"


def customer_name(work: Work, case: Case) -> str:
    """What agents call the customer."""
    name, language = case.conversation.customer.name, work.installation.desk_language
    return shown_name(name, case.channel, case.customer_id, language)


def name_of(connection: Connection, handoff: Handoff, language: str) -> str:
    """The same, outside of the conversation."""
    known = customers.addresses(connection, handoff.customer_id)
    name = next((address.name for address in known if address.channel == handoff.channel), "")
    return shown_name(name, handoff.channel, handoff.customer_id, language)


def card_of(work: Work, case: Case, handoff: Handoff, said_until: datetime | None = None) -> DeskCard:
    """The card of a hand-off as it stands, with what was said until then, or until now."""
    customer = customer_name(work, case)
    groups = work.installation.desk_groups()
    return DeskCard(
        handoff=handoff.id,
        number=handoff.number,
        state=SHOWN[handoff.state],
        queue=handoff.queue,
        customer=customer,
        channel=handoff.channel,
        language=handoff.language,
        reason=handoff.reason,
        note=handoff.note,
        collected=tuple((label, text) for label, text in handoff.collected),
        transcript=transcript_of(work, case, said_until),
        said_until=said_until or work.now,
        agent_name=agents.name_of(work.connection, handoff.offered_to or handoff.agent_id),
        outcome=handoff.disposition or handoff.abandoned_because or handoff.refused_because,
        dispositions=missing_dispositions(work, handoff),
        known=known_customer(work.connection, handoff, work.installation.time_zone),
        group=groups[handoff.number % len(groups)] if groups else "",
    )


def missing_dispositions(work: Work, handoff: Handoff) -> tuple[str, ...]:
    """How it may have ended, while whoever closed it has not said so."""
    if handoff.state != "closed" or handoff.disposition is not None or handoff.wrapped_up_at is not None:
        return ()
    queue = work.installation.desk.queues.get(handoff.queue)
    return queue.dispositions if queue else ()


def transcript_of(work: Work, case: Case, until: datetime | None = None) -> tuple[tuple[str, str], ...]:
    """Who said what until then, or until now, the newest lines of it, the oldest first."""
    entries = event_log.read_conversation(work.connection, case.id, kinds=FOR_AGENTS) + case.entries(work.now)
    if until is not None:
        entries = [entry for entry in entries if entry.at <= until]
    lines = spoken_lines(entries, customer_name(work, case), work.installation.desk_language)
    return tuple(lines[-LINES_GIVEN:])
