"""What became of a conversation and of a hand-off, as the measures see it."""

from datetime import datetime
from typing import Literal

from storage.reporting import Contact, Rating, Request

ANSWER_WITHIN_SECONDS = {"voice": 20.0}  # a promise nobody made otherwise
CHAT_ANSWER_WITHIN_SECONDS = 60.0
SHORT_ABANDON_SECONDS = 10.0  # who leaves so soon did not wait

Ending = Literal["open", "with_agent", "wanted_person", "confirmed", "goal", "silent", "came_back"]


def ending(contact: Contact) -> Ending:
    """How a conversation ended.

    Without an agent it ended in one of four contained ways: the customer had wanted a person and got none, confirmed
    that the bot helped, came to the goal of a flow, or left silently. Who left silently and was back within 24 hours
    was not helped.
    """
    if not contact.closed:
        return "open"
    if contact.agent_legs:
        return "with_agent"
    if contact.asked:
        return "wanted_person"
    if contact.confirmed:
        return "confirmed"
    if contact.goal:
        return "goal"
    return "came_back" if contact.came_back else "silent"


def met_the_bot(contact: Contact) -> bool:
    return contact.had_bot


def is_contained(contact: Contact) -> bool:
    return contact.had_bot and ending(contact) in ("wanted_person", "confirmed", "goal", "silent")


def is_handed_off(contact: Contact) -> bool:
    return contact.had_bot and contact.queued


def met_an_agent(contact: Contact) -> bool:
    return contact.agent_legs > 0


def is_transferred(contact: Contact) -> bool:
    return contact.agent_legs > 1


def is_queued(request: Request) -> bool:
    return request.queued_at is not None


def is_answered(request: Request) -> bool:
    """A person wrote: to have taken it is no answer."""
    return request.first_reply_at is not None


def is_abandoned(request: Request) -> bool:
    """It left the queue unanswered: the customer went, or nobody came in time. To leave a number is no leaving."""
    if request.queued_at is None or is_answered(request) or request.called_back:
        return False
    return request.state == "refused" or (request.state == "abandoned" and request.because != "callback")


def is_abandoned_at_once(request: Request) -> bool:
    if not is_abandoned(request):
        return False
    limit = request.short_abandon_seconds
    return _seconds(request.queued_at, request.closed_at) < (SHORT_ABANDON_SECONDS if limit is None else limit)


def counts_for_service_level(request: Request) -> bool:
    return is_answered(request) or (is_abandoned(request) and not is_abandoned_at_once(request))


def is_answered_in_time(request: Request) -> bool:
    limit = request.service_level_seconds
    if limit is None:
        limit = ANSWER_WITHIN_SECONDS.get(request.channel, CHAT_ANSWER_WITHIN_SECONDS)
    return is_answered(request) and _seconds(request.queued_at, request.first_reply_at) <= limit


def seconds_to_first_reply(request: Request) -> float | None:
    return _seconds(request.at, request.first_reply_at) if is_answered(request) else None


def seconds_in_queue(request: Request) -> float | None:
    """Of those who were answered."""
    return request.queued_seconds if is_answered(request) else None


def is_csat_sent(rating: Rating) -> bool:
    return rating.kind == "csat"


def is_csat_answered(rating: Rating) -> bool:
    return is_csat_sent(rating) and rating.score is not None


def is_satisfied(rating: Rating) -> bool:
    return is_csat_sent(rating) and rating.score is not None and rating.score >= 4


def _seconds(since: datetime | None, until: datetime | None) -> float:
    assert since is not None
    assert until is not None
    return (until - since).total_seconds()
