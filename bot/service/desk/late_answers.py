"""What is done when an answer is late, or soon will be."""

from typing import Literal

from bot.engine.formats import duration
from bot.events import ServiceLevelMissed
from bot.service.case import Case
from bot.service.consequences import record
from bot.service.desk.alerts import raise_alert
from bot.service.desk.passing_on import give_back
from bot.service.desk.service_levels import ALL, SOON, Promise, promised_seconds
from bot.service.desk.showing import call_attention, tell_away
from bot.service.notice_words import notice_word
from bot.service.work import Work
from storage import agents, desk_timers, handoffs, legs
from storage.agents import Agent
from storage.alerts import What
from storage.desk_timers import Timer
from storage.handoffs import Handoff

KINDS = frozenset(kind for promise in ALL for kind in (promise, promise + SOON))
NO_ANSWER = "no answer"  # why they are away, on their timeline
ANSWERS: dict[Promise, Literal["first", "next"]] = {"first_answer": "first", "next_answer": "next"}


def ring(work: Work, case: Case, timer: Timer) -> None:
    """A promise runs out, or soon will."""
    handoff = handoffs.get(work.connection, timer.subject)
    promise = next((each for each in ALL if timer.kind in (each, each + SOON)), None)
    if handoff is None or promise is None or case.handoff != handoff.id:
        return
    agent = agents.get(work.connection, handoff.agent_id) if handoff.agent_id else None
    seconds, warn_at = promised_seconds(work.installation.desk, handoff, promise)
    if seconds is None:  # the desk's file says so since
        return
    is_warning = timer.kind != promise
    if not is_warning:
        desk_timers.stop(work.connection, handoff.id, [promise + SOON])
    elif desk_timers.is_due(work.connection, promise, handoff.id, work.now):
        return  # nobody was there to ring: it is too late for a warning
    if promise == "unanswered":
        if agent is not None:
            _write_at_last(work, case, handoff, agent, seconds, seconds * (1 - warn_at) if is_warning else None)
        return
    missed = ServiceLevelMissed(
        handoff=handoff.id,
        queue=handoff.queue,
        answer=ANSWERS[promise],
        warning=is_warning,
        seconds=seconds,
        agent=handoff.agent_id,
    )
    record(work, case, [missed])
    if is_warning:
        _tell(work, case, handoff, agent, timer.kind, seconds)
    else:
        _escalate(work, case, handoff, agent, promise, seconds)


def _write_at_last(work: Work, case: Case, handoff: Handoff, agent: Agent, seconds: float, left: float | None) -> None:
    """Who has the customer does not write. Whoever never wrote to them since they took them loses them."""
    has_written = legs.of_conversation(work.connection, case.id)[-1].first_reply_at is not None
    if left is not None:
        name = "unanswered" if has_written else "unanswered_soon"
        _tell(work, case, handoff, agent, name, seconds - left if has_written else left)
    elif has_written:
        _escalate(work, case, handoff, agent, "unanswered", seconds)
    elif give_back(work, case, handoff, agent.id, why="away"):
        if agent.presence == "available":  # or else they have said themselves what they are
            agents.be(work.connection, agent.id, "away", NO_ANSWER, work.now)
        _escalate(work, case, handoff, agent, "released", seconds)
        tell_away(work, agent, "no_answer")


def _tell(work: Work, case: Case, handoff: Handoff, agent: Agent | None, name: str, seconds: float) -> None:
    call_attention(work, case, handoff, agent, _word(work, name, seconds))


def _escalate(work: Work, case: Case, handoff: Handoff, agent: Agent | None, what: What, seconds: float) -> None:
    """Tell who has the customer, and the supervisors, where there are any. Whom nobody has are told to one of both."""
    told = raise_alert(work, case, handoff, what, seconds, agent.id if agent else None)
    if told and agent is None:
        return
    words = (_word(work, what, seconds), _word(work, "supervisors_told" if told else "nobody_told"))
    call_attention(work, case, handoff, agent, " ".join(words))


def _word(work: Work, name: str, seconds: float = 0.0) -> str:
    language = work.installation.desk_language
    return notice_word(name, language, time=duration(seconds, language))
