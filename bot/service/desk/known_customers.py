"""What a card says of a customer besides what they want now."""

from datetime import tzinfo

from bot.desk_outgoing import KnownCustomer, Outcome, PastContact
from storage import agents, customer_past, customers
from storage.customer_past import Past
from storage.database import Connection
from storage.handoffs import Handoff

IN_SHORT = 3  # conversations on the card of a hand-off
BEST_SCORES = {"csat": 5, "nps": 10, "ces": 7}


def known_customer(connection: Connection, handoff: Handoff, zone: tzinfo, limit: int = IN_SHORT) -> KnownCustomer:
    """Tags, the newest conversations before this one, and what is still open; times in that zone."""
    customer, conversation = handoff.customer_id, handoff.conversation_id
    person = customers.person(connection, customer)
    past = customer_past.conversations(connection, customer, besides=conversation, limit=limit)
    wanted = agents.get(connection, handoff.wanted_agent_id) if handoff.wanted_agent_id else None
    returns_from = customer_past.last_with(connection, customer, wanted.id, conversation) if wanted else None
    return KnownCustomer(
        tags=tuple(person.tags or ()) if person else (),
        past=tuple(_contact(one, zone) for one in past),
        past_count=customer_past.count(connection, customer, besides=conversation),
        callbacks=tuple(one.phone for one in customer_past.open_callbacks(connection, customer)),
        tickets=tuple(one.number for one in customer_past.open_tickets(connection, customer)),
        same_phone=tuple(customer_past.with_same_number(connection, customer)),
        returns_to=wanted.name if wanted and returns_from else None,
        returns_from=returns_from,
    )


def _contact(past: Past, zone: tzinfo) -> PastContact:
    return PastContact(
        number=past.number,
        channel=past.channel,
        opened_at=past.opened_at.astimezone(zone).isoformat(timespec="seconds"),
        outcome=outcome_of(past),
        agent_name=past.agent_name,
        disposition=past.disposition,
        score=past.score,
        out_of=BEST_SCORES.get(past.survey_kind or ""),
    )


def outcome_of(past: Past) -> Outcome:
    """Who had an agent was handed off, however the agent's part ended. A number that was left is no leaving."""
    if past.agent_id is not None:
        return "handed_off"
    match past.state, past.because:
        case ("called_back", _) | ("abandoned", "callback"):
            return "called_back"
        case "abandoned", _:
            return "abandoned"
        case "refused", _:
            return "refused"
        case _:
            return "open" if past.closed_at is None else "contained"
