"""What follows from what happened: what is sent, who has the conversation now, what is kept for the reports."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from bot.engine.conversation import Wait
from bot.engine.inputs import AnyHeard
from bot.engine.interpreter import take_turn
from bot.events import (
    ActionRequested,
    AgentEdited,
    AgentSaid,
    AnyEvent,
    BotSaid,
    CallbackRequested,
    ConversationClosed,
    ConversationOpened,
    CustomerEdited,
    CustomerSaid,
    DeliveryFailed,
    HandoffRequested,
    TicketAskedAbout,
    TicketOpened,
)
from bot.ports import HideChoices, RunAction, Say
from bot.service.case import Case
from bot.service.departments import ticket_keeping
from bot.service.desk import moves as desk_moves
from bot.service.desk import queueing, service_levels, waiting
from bot.service.desk import showing as desk_side
from bot.service.keeping import keep
from bot.service.tapped import UNTOUCHED, Tapped, choices_of_question, outdated_choices, tapped_menu
from bot.service.work import Work
from storage import conversations, customers, follow_ups, joining, legs, privacy
from storage.later_tables import DRAFT

Request = HandoffRequested | TicketOpened | TicketAskedAbout
"""What the desk answers at once."""

RETRY_PAUSE = timedelta(seconds=1)  # of an action; less than the engine's grace for its way there and back
TRIAL = "trial"  # the reason that agents read
ACTIONS = "action"  # the outbox's channel for what the Actions port shall run


def hear(work: Work, case: Case, heard: AnyHeard) -> tuple[AnyEvent, ...]:
    """Let the conversation hear this, and do what follows from it. Gives all events that came of it."""
    events: list[AnyEvent] = []
    unheard: list[AnyHeard] = [heard]
    while unheard:
        heard = unheard.pop(0)
        before, last_event = case.conversation, case.first_number + len(case.events)
        turn = take_turn(case.program, before, heard, work.local_now, work.is_open)
        case.conversation = turn.conversation
        events += turn.events
        asked, stays = before.wait, turn.conversation.wait is before.wait
        had_keyboard = asked is not None and asked.expects in ("contact", "location") and not stays
        requests = record(work, case, turn.events, tapped_menu(before, heard, turn.events), had_keyboard)
        for hidden in outdated_choices(before, case.conversation, heard, turn.events, last_event):
            _hide(work, case, hidden)
        unheard += [answer(work, case, request) for request in requests]
    return tuple(events)


def put_aside(work: Work, case: Case, question: Wait) -> None:
    """The conversation is taken away from this question: no button of it is left."""
    for hidden in choices_of_question(question, case.first_number + len(case.events)):
        _hide(work, case, hidden)


def answer(work: Work, case: Case, request: Request) -> AnyHeard:
    """What the desk says to it at once."""
    if isinstance(request, HandoffRequested):
        return queueing.answer(work, case, request)
    return ticket_keeping.answer(work, case, request)


def record(
    work: Work, case: Case, events: Sequence[AnyEvent], tapped: Tapped = UNTOUCHED, had_keyboard: bool = False
) -> list[Request]:
    """Write these events into the log and do what follows. Gives the requests that the desk has yet to answer."""
    if tapped.shows is not None:
        _show(work, case, tapped)
    requests: list[Request] = []
    for event in events:
        if isinstance(event, ConversationOpened | HandoffRequested | CallbackRequested | TicketOpened):
            event = _completed(work, case, event)
        number = case.record(event)
        service_levels.follow(work, case, event)
        waiting.follow(work, case, event)
        match event:
            case BotSaid():
                _say(work, case, event, number, tapped.replaces, had_keyboard)
                had_keyboard = False
            case AgentSaid() | AgentEdited():
                _bring_agents_words(work, case, event, number)
            case CustomerSaid() | CustomerEdited() | DeliveryFailed():
                desk_side.pass_on(work, case, event, number)
            case ActionRequested():
                _run(work, case, event, number)
            case HandoffRequested() | TicketAskedAbout() | TicketOpened(survey=None, agent=None):
                requests.append(event)
            case ConversationOpened() | ConversationClosed():
                _begin_or_end(work, case, event)
            case _:
                keep(work, case, event)
                desk_moves.move(work, case, event)
    return requests


def _completed(
    work: Work, case: Case, event: ConversationOpened | HandoffRequested | CallbackRequested | TicketOpened
) -> ConversationOpened | HandoffRequested | CallbackRequested | TicketOpened:
    """The event with what the engine cannot know: the conversation before, the default queue's name, a number."""
    match event:
        case ConversationOpened():
            return msgspec.structs.replace(event, previous=case.previous_id)
        case TicketOpened():
            return ticket_keeping.keep(work, case, event)
    queue = work.installation.desk.queue_named(event.queue).name
    if isinstance(event, HandoffRequested) and _is_trial(work, case):
        return msgspec.structs.replace(event, queue=queue, reason=TRIAL)
    return msgspec.structs.replace(event, queue=queue)


def _is_trial(work: Work, case: Case) -> bool:
    """Whether it is no customer who asks for a person, but a tester of flows that are not published."""
    if case.conversation.revision == work.installation.programs.newest:
        return False
    return (case.entry or conversations.entry(work.connection, case.id)) == DRAFT


def block(work: Work, channel: str, address: str) -> None:
    """Nobody can be reached there any more, nor shall be."""
    customers.set_blocked(work.connection, channel, address, work.now)
    follow_ups.drop_at(work.connection, channel, address, "blocked", work.now)


def _is_pushed(work: Work, case: Case) -> bool:
    return case.channel not in work.installation.pulled


def _show(work: Work, case: Case, tapped: Tapped) -> None:
    if tapped.shows is not None and _is_pushed(work, case):
        work.book(case, tapped.shows)


def _hide(work: Work, case: Case, hidden: HideChoices) -> None:
    if _is_pushed(work, case):
        work.book(case, hidden)


def _say(work: Work, case: Case, said: BotSaid, number: int, replaces: str | None, clears_keyboard: bool) -> None:
    if not _is_pushed(work, case):
        return
    outgoing = Say(
        content=said.content,
        choices=said.choices,
        columns=said.columns,
        expects=said.expects,
        clears_keyboard=clears_keyboard,
        language=case.conversation.language,
        replaces=replaces,
    )
    work.book(case, outgoing, number, paced=replaces is None)


def _bring_agents_words(work: Work, case: Case, said: AgentSaid | AgentEdited, number: int) -> None:
    if not _is_pushed(work, case):
        return
    outgoing = Say(
        content=said.content,
        language=case.conversation.language,
        handoff=case.handoff,
        desk_message_id=said.message_id,
        edited=isinstance(said, AgentEdited),
    )
    work.book(case, outgoing, number, paced=isinstance(said, AgentSaid))


def _run(work: Work, case: Case, requested: ActionRequested, number: int) -> None:
    outgoing = RunAction(call_id=requested.call_id, action=requested.action, timeout_seconds=requested.timeout_seconds)
    pause = RETRY_PAUSE if requested.attempt > 1 else timedelta()  # what just failed at once would fail again
    # Each call has an address of its own: no call waits for another.
    work.book_elsewhere(case, ACTIONS, requested.call_id, outgoing, number, work.now + pause)


def _begin_or_end(work: Work, case: Case, event: ConversationOpened | ConversationClosed) -> None:
    if isinstance(event, ConversationOpened):
        case.flow, case.entry = event.flow, event.entry
        work.legs.append(legs.Change(conversation_id=case.id, at=work.now, kind="bot"))
        return
    desk_moves.let_go(work, case, event)
    case.closing = event
    if event.reason == "forgotten":
        _end_elsewhere(work, case.customer_id, event)
        privacy.let_go(work.connection, case.customer_id, work.now)
    work.legs.append(legs.Change(conversation_id=case.id, at=work.now, end_reason="conversation_closed"))


def _end_elsewhere(work: Work, customer: str, event: ConversationClosed) -> None:
    """Who asks in one place to be forgotten is forgotten in all of them: what is open there ends, too."""
    work.load((), joining.open_conversations(work.connection, [customer]))
    for other in work.open_cases_of(customer):
        other.replace(closed=True, stack=(), wait=None, due_at=None, history=(), reminders=(), buttons=())
        record(work, other, [event])
