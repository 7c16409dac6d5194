"""Numbers that are left to be called at: kept, shown to the agents, and shown again when their time has come."""

from datetime import datetime, timedelta
from zlib import crc32

import msgspec

from bot.desk.hours import is_open, opens_at
from bot.engine.context import flow_name
from bot.engine.patterns import is_pattern
from bot.events import CallbackClosed, CallbackReleased, CallbackRequested, HandoffClosed
from bot.ports import DeskCallback
from bot.service.case import Case
from bot.service.desk.cards import DESK, customer_name
from bot.service.private import showing as private_side
from bot.service.work import Work
from storage import agents, callbacks, desk_timers, handoffs
from storage.callbacks import Callback
from storage.desk_timers import Timer

TIMER = "callback"
REACHED = "reached"
REPLACED = "replaced"  # the outcome of one whose customer has asked again


def keep(work: Work, case: Case, requested: CallbackRequested) -> None:
    """Keep the number, with the place in the queue that its customer had, and show it to the agents.

    Who asks again before they were called is called once, as they asked last.
    """
    waited = handoffs.get(work.connection, requested.handoff) if requested.handoff else None
    before = _take_back(work, case, requested.queue)
    places = [one.place_at or one.requested_at for one in before]
    places += [waited.queued_at] if waited is not None and waited.queued_at is not None else []
    priorities = [one.priority for one in (waited, *before) if one is not None]
    request = callbacks.Request(
        id=requested.callback,
        conversation_id=case.id,
        customer_id=case.customer_id,
        handoff_id=requested.handoff,
        queue=requested.queue,
        phone=requested.phone,
        requested_at=work.now,
        due_at=datetime.fromisoformat(requested.due_at) if requested.due_at else None,
        priority=max(priorities, default=0),
        place_at=min(places, default=None),
    )
    callbacks.request(work.connection, [request])
    watch(work, request)
    show(work, case, request.id)
    _offer_privately(work, case, request.id)


def _take_back(work: Work, case: Case, queue: str) -> list[Callback]:
    """What the customer asked of this queue before, and nobody has in hand, is over. Gives what it was."""
    asked = callbacks.open_of_customer(work.connection, case.customer_id)
    free = [callback for callback in asked if callback.state == "open" and callback.queue == queue]
    return [callback for callback in free if _end(work, case, callback, REPLACED)]


def watch(work: Work, callback: callbacks.Request) -> None:
    """Have it shown again at its time. What is left while nobody is there comes up when the queue opens."""
    calendar = work.installation.desk.calendar_of(work.installation.desk.queue_named(callback.queue).name)
    at = callback.due_at
    if at is None and not is_open(calendar, work.now):
        at = opens_at(calendar, work.now)
    if at is not None and at > work.now:
        timer = Timer(kind=TIMER, subject=callback.id, conversation_id=callback.conversation_id, due_at=at)
        desk_timers.start(work.connection, timer)


def expect_call(work: Work, callback: Callback) -> None:
    """An agent has it in hand: who has not said in time what came of it is not waited for."""
    at = work.now + timedelta(seconds=work.installation.desk.queue_named(callback.queue).call_again_seconds)
    timer = Timer(kind=TIMER, subject=callback.id, conversation_id=callback.conversation_id, due_at=at)
    desk_timers.start(work.connection, timer)


def bring_up(work: Work, case: Case, callback_id: str) -> None:
    """Its time has come, or its agent has forgotten it: agents see it anew."""
    callback = callbacks.get(work.connection, callback_id)
    if callback is None or callback.state not in callbacks.UNFINISHED:
        return
    if callback.agent_id is not None and callbacks.change(work.connection, callback, state="open", agent_id=None):
        case.record(CallbackReleased(callback=callback.id, agent=callback.agent_id))
        watch(work, callback)
    show(work, case, callback_id, again=callback.due_at is None or callback.due_at <= work.now)
    _offer_privately(work, case, callback_id)


def end_spoken(work: Work, case: Case, closed: HandoffClosed) -> None:
    """Who came back and was answered by an agent need not be called, unless they named a time that is still to come."""
    handoff = handoffs.get(work.connection, closed.handoff)
    if handoff is None or handoff.first_reply_at is None:
        return
    for callback in callbacks.open_of_customer(work.connection, case.customer_id):
        is_later = callback.due_at is not None and callback.due_at > work.now and callback.outcome is None
        if callback.state == "open" and not is_later and callback.requested_at <= handoff.first_reply_at:
            _end(work, case, callback, REACHED, closed.agent)


def _end(work: Work, case: Case, callback: Callback, outcome: str, agent: str | None = None) -> bool:
    """Nobody needs to call any more. False when somebody was faster."""
    changes = {"state": "done", "agent_id": agent, "outcome": outcome, "closed_at": work.now}
    if not callbacks.change(work.connection, callback, **changes):
        return False
    desk_timers.stop(work.connection, callback.id, [TIMER])
    case.record(CallbackClosed(callback=callback.id, agent=agent))
    show(work, case, callback.id)
    return True


def show(work: Work, case: Case, callback_id: str, *, again: bool = False) -> None:
    """Let the agents see how it stands."""
    callback = callbacks.get(work.connection, callback_id)
    shown = card_of(work, case, callback) if callback is not None else None
    if shown is not None and shown.group:
        shown = msgspec.structs.replace(shown, again=again)
        work.book_elsewhere(case, DESK, f"callback:{shown.callback}", shown)


def _offer_privately(work: Work, case: Case, callback_id: str) -> None:
    """Where there is no group, those who are there in their private chats see it."""
    callback = callbacks.get(work.connection, callback_id)
    if callback is None or work.installation.desk_groups():
        return
    for agent in private_side.are_there(work, callback.queue):
        place, shown = private_side.private_place(agent), card_of(work, case, callback)
        if place is not None:
            work.book_elsewhere(case, DESK, place, msgspec.structs.replace(shown, group=str(agent.telegram_id)))


def card_of(work: Work, case: Case, callback: Callback) -> DeskCallback:
    """The card as it is now."""
    since = callback.taken_at if callback.state == "taken" else callback.closed_at
    return DeskCallback(
        callback=callback.id,
        state=callback.state,
        queue=callback.queue,
        customer=customer_name(work, case),
        channel=case.channel,
        language=case.conversation.language,
        phone=callback.phone,
        due_at=_local(work, callback.due_at),
        place_at=_local(work, callback.place_at or callback.requested_at),
        about=_about(work, case, callback),
        agent_name=agents.name_of(work.connection, callback.agent_id),
        outcome=callback.outcome,
        tries=callback.tries,
        most_tries=work.installation.desk.queue_named(callback.queue).call_tries,
        happened_at=_local(work, since),
        group=_group_of(work, callback),
    )


def _group_of(work: Work, callback: Callback) -> str:
    """Where it is seen already, or else one of the groups, which share them; nothing where there is none."""
    groups = work.installation.desk_groups()
    if callback.desk_chat is not None or not groups:
        return callback.desk_chat or ""
    return groups[crc32(callback.id.encode()) % len(groups)]


def _about(work: Work, case: Case, callback: Callback) -> str:
    """What the customer was about: the note of the hand-off, or the flow that led to it."""
    handoff = handoffs.get(work.connection, callback.handoff_id) if callback.handoff_id else None
    if handoff is not None and handoff.note:
        return handoff.note
    name = handoff.flow if handoff is not None else case.conversation.last_flow
    flow = case.program.flows.get(name) if name and not is_pattern(name) else None
    return flow_name(case.program, flow, work.installation.desk_language) if flow else ""


def _local(work: Work, moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(work.installation.time_zone).isoformat()
