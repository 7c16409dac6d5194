"""The agent's work after the closing: how it ended, or that they never said so."""

from datetime import timedelta

from bot.events import HandoffClosed, HandoffWrappedUp
from bot.service.case import Case
from bot.service.desk.cards import missing_dispositions
from bot.service.desk.showing import show_state
from bot.service.work import Work
from storage import desk_timers, handoffs
from storage.desk_timers import Timer

WRAP_UP = "wrap_up"  # the timer that runs until the agent has said how it ended
PATIENCE = timedelta(minutes=5)


def begin(work: Work, case: Case, closed: HandoffClosed) -> None:
    """It is closed. Whoever did so without a word on how it ended may say so for a while."""
    handoff = handoffs.get(work.connection, closed.handoff)
    if handoff is None:
        return
    if missing_dispositions(work, handoff):
        until = work.now + PATIENCE
        timer = Timer(kind=WRAP_UP, subject=handoff.id, conversation_id=case.id, due_at=until)
        desk_timers.start(work.connection, timer)
    else:
        handoffs.wrap_up(work.connection, handoff.id, work.now)


def give_up(work: Work, case: Case, handoff_id: str) -> None:
    """How it ended will not be known."""
    handoff = handoffs.get(work.connection, handoff_id)
    if handoff is None or handoff.agent_id is None or handoff.wrapped_up_at is not None:
        return
    handoffs.wrap_up(work.connection, handoff.id, work.now)
    wrapped_up = HandoffWrappedUp(handoff=handoff.id, agent=handoff.agent_id, disposition=handoff.disposition)
    case.record(wrapped_up)
    end(work, case, wrapped_up)


def end(work: Work, case: Case, wrapped_up: HandoffWrappedUp) -> None:
    """It is known, or will not be."""
    desk_timers.stop(work.connection, wrapped_up.handoff, [WRAP_UP])
    show_state(work, case, wrapped_up.handoff, outcome=wrapped_up.disposition)
