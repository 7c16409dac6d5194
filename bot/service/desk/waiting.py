"""What is known of a customer's wait: their place, how long it will take, and when they are told or asked next."""

from datetime import datetime, timedelta

import msgspec

from bot.desk.desk_file import Queue
from bot.desk.waiting import expected_wait, is_longer, like_hours, turns
from bot.engine.conversation import OpenHandoff
from bot.engine.inputs import QueueJoined
from bot.events import (
    AgentSaid,
    AnyEvent,
    CustomerEdited,
    CustomerSaid,
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffTaken,
    InputIgnored,
)
from bot.service.case import Case
from bot.service.desk.showing import tell_customer_left
from bot.service.work import Work
from storage import desk_timers, handoffs, waits
from storage.desk_timers import Timer

PLACE, SILENCE = "place", "silence"  # timers of a waiting hand-off
REMEMBERED = timedelta(minutes=1)  # the turns of a queue: only a hint, and not another one at once


def place_now(work: Work, case: Case, handoff_id: str) -> QueueJoined | None:
    """Where the customer stands now and for how long from now on; none when they do not wait."""
    position, opened = handoffs.position(work.connection, handoff_id), case.conversation.handoff
    if position is None or opened is None or opened.handoff != handoff_id:
        return None
    lasted = _seconds(work, opened.placed_at) if position == opened.position else 0.0
    expected = expected_wait(_turns(work, opened.queue), position, lasted)
    left = None if opened.told_until is None else -_seconds(work, opened.told_until)
    return QueueJoined(
        handoff=handoff_id,
        position=position,
        from_minutes=expected.from_minutes if expected else None,
        to_minutes=expected.to_minutes if expected else None,
        longer=is_longer(left, expected),
    )


def _seconds(work: Work, since: datetime | None) -> float:
    """How long ago that is."""
    return (work.now - since).total_seconds() if since else 0.0


def _turns(work: Work, queue: str) -> list[float]:
    """How long each place took in this queue at such hours, as far as this process has looked a moment ago."""
    installation = work.installation
    looked_at, known = installation.turns_of_queues.get(queue, (None, []))
    if looked_at is None or not looked_at <= work.now < looked_at + REMEMBERED:
        stretches = like_hours(work.local_now, installation.weekend)
        known = turns(waits.waits(work.connection, queue, stretches))
        installation.turns_of_queues[queue] = (work.now, known)
    return known


# What follows from what happens


def follow(work: Work, case: Case, event: AnyEvent) -> None:
    """Tell and ask who waits in time, and nobody else. Call it before the desk's moves follow the event."""
    if case.handoff is None and not isinstance(event, HandoffQueued):
        return
    match event:
        case HandoffQueued():
            desk_timers.stop(work.connection, event.handoff, [PLACE, SILENCE])  # of the queue where they were before
            tell_next(work, case, event.handoff, event.queue)
            _listen(work, case, event.handoff, event.queue)
        case CustomerSaid() | CustomerEdited() | InputIgnored():
            if (opened := waiting(case)) is not None:
                _listen(work, case, opened.handoff, opened.queue)
        case AgentSaid():
            _note_answer(case, event.agent)
        case HandoffClosed(by="customer", agent=agent):
            handoffs.close(work.connection, event.handoff, agent, None, None, work.now)
            tell_customer_left(work, case)
        case HandoffTaken() | HandoffAbandoned() | HandoffRefused():
            desk_timers.stop(work.connection, event.handoff, [PLACE, SILENCE])


def waiting(case: Case) -> OpenHandoff | None:
    """What the conversation knows of its hand-off while nobody has the customer."""
    opened = case.conversation.handoff
    return opened if opened is not None and opened.agent is None else None


def tell_next(work: Work, case: Case, handoff_id: str, queue: str) -> None:
    """Look again at the place after as long as is polite."""
    start(work, case, PLACE, handoff_id, _queue(work, queue).tell_place_every_seconds)


def _listen(work: Work, case: Case, handoff_id: str, queue: str) -> None:
    """They are there now; how long they may be silent counts from here."""
    start(work, case, SILENCE, handoff_id, _queue(work, queue).silent_after_seconds)


def start(work: Work, case: Case, kind: str, handoff_id: str, seconds: float | None) -> None:
    """Let the timer ring after so many seconds; with none it never does."""
    if seconds is not None:
        due_at = work.now + timedelta(seconds=seconds)
        timer = Timer(kind=kind, subject=handoff_id, conversation_id=case.id, due_at=due_at)
        desk_timers.start(work.connection, timer)


def _queue(work: Work, name: str) -> Queue:
    return work.installation.desk.queue_named(name)


def _note_answer(case: Case, agent: str) -> None:
    """A person has written: the customer is served from now on."""
    opened = case.conversation.handoff
    if opened is not None and opened.answered_by != agent:
        case.replace(handoff=msgspec.structs.replace(opened, answered_by=agent))
