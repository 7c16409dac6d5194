"""A hand-off as the agents' desk shows it."""

from bot.ports import DeskCard, DeskShown
from bot.service.case import Case
from bot.service.desk_words import shown_name
from bot.service.known_customers import known_customer
from bot.service.spoken import FOR_AGENTS, spoken_lines
from bot.service.work import Work
from storage import agents, event_log, handoffs
from storage.handoffs import Handoff

DESK = "desk"  # the outbox's channel for what agents see
LINES_SHOWN = 40  # of the transcript on a card; the log has it all

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


def card_of(work: Work, case: Case, handoff: Handoff) -> DeskCard:
    """The card of a hand-off as it stands, with what was said until now."""
    customer = customer_name(work, case)
    agent = agents.get(work.connection, handoff.agent_id) if handoff.agent_id else None
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
        transcript=transcript_of(work, case),
        agent_name=agent.name if agent else None,
        known=known_customer(work.connection, handoff, work.installation.time_zone),
        group=groups[handoff.number % len(groups)] if groups else "",
    )


def transcript_of(work: Work, case: Case) -> tuple[tuple[str, str], ...]:
    """Who said what until now, the newest lines of it, the oldest first."""
    entries = event_log.read_conversation(work.connection, case.id, kinds=FOR_AGENTS) + case.entries(work.now)
    lines = spoken_lines(entries, customer_name(work, case), work.installation.desk_language)
    return tuple(lines[-LINES_SHOWN:])
