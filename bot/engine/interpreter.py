"""The heart: what a conversation does with what it hears, as one pure function of its state, the input and the time."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from bot.content import Value
from bot.engine import acting, clockwork, ending, handing_over, hearing, questions
from bot.engine.acting import run_action
from bot.engine.calling_back import run_callback
from bot.engine.conversation import Conversation, Customer, Frame
from bot.engine.flow import (
    END,
    Action,
    AskSurvey,
    Call,
    Callback,
    Collect,
    Handoff,
    Hours,
    Link,
    Menu,
    Noop,
    Say,
    SetSlots,
    Step,
    SwitchLanguage,
)
from bot.engine.handing_over import run_handoff
from bot.engine.inputs import (
    ActionBroke,
    ActionReturned,
    AgentJoined,
    AgentLeft,
    AnyHeard,
    CommandHeard,
    ContactHeard,
    CustomerBlocked,
    CustomerReturned,
    EditHeard,
    HandoffDone,
    HandoffUnavailable,
    MediaHeard,
    PayloadHeard,
    PlaceHeard,
    QueueJoined,
    TapHeard,
    TextHeard,
    TimePassed,
    UnsupportedHeard,
)
from bot.engine.languages import run_language
from bot.engine.menus import run_menu
from bot.engine.moving import restart
from bot.engine.noting import note
from bot.engine.patterns import COMPLETED, INTERNAL_ERROR, SESSION_START, is_pattern
from bot.engine.program import Program
from bot.engine.questions import run_collect
from bot.engine.resuming import resume_interrupted
from bot.engine.simple_steps import run_call, run_hours, run_link, run_say, run_set_slots
from bot.engine.speech import say_wording
from bot.engine.surveying import run_survey
from bot.engine.talk import Place, StackTooDeepError, Talk, Unheard
from bot.events import AnyEvent, ConversationOpened

MAX_STEPS_PER_TURN = 200  # two flows linking to each other must end


class Turn(Value, frozen=True, kw_only=True):
    """What one input made of a conversation: its next state and what happened, in order."""

    conversation: Conversation
    events: tuple[AnyEvent, ...]


def open_conversation(
    program: Program,
    *,
    id: str,  # it is the conversation's
    channel: str,
    customer: Customer,
    language: str,
    now: datetime,
    entry: str | None = None,
) -> Conversation:
    """A conversation in which nothing was said yet. It speaks what the customer chose, else `language`, else the fallback."""
    spoken = program.speaks(customer.language) or program.speaks(language) or program.languages[0]
    return Conversation(
        id=id,
        channel=channel,
        revision=program.revision,
        language=spoken,
        customer=customer,
        opened_at=now,
        heard_at=now,
        slots=dict(program.initial_slots),
        waits=int(now.timestamp() * 1000),
        entry=entry,
    )


def take_turn(
    program: Program, conversation: Conversation, heard: AnyHeard, now: datetime, is_open: Callable[[str], bool]
) -> Turn:
    """What the conversation does with what it hears. Pure: the same arguments give the same turn; it never raises.

    `is_open` tells of a calendar's name whether it is open at `now`, in whose zone the times that customers type are meant.
    """
    talk = Talk(program, conversation, now, is_open)
    if conversation.closed:
        ending.hear_after_the_end(talk, heard)
    else:
        _go_on(talk, heard)
    state = talk.settled(clockwork.due_at(talk))
    return Turn(conversation=state, events=tuple(talk.events))


def _go_on(talk: Talk, heard: AnyHeard) -> None:
    try:
        opening = talk.before.turns == 0
        if opening:
            _open(talk)
        note(talk, heard)
        advance(talk, _begin(talk, heard) if opening else _hear(talk, heard))
    except StackTooDeepError:
        _fail(talk)


# The first turn


def _open(talk: Talk) -> None:
    flow_set, before = talk.program.flow_set, talk.before
    talk.heard_at = talk.now
    talk.record(
        ConversationOpened(
            channel=talk.channel,
            language=talk.language,
            revision=before.revision,
            flow=flow_set.start,
            entry=before.entry,
        )
    )


def _begin(talk: Talk, heard: AnyHeard) -> Place:
    """The start flow, unless the first words ask for another, or for a person."""
    match heard:
        case CommandHeard(name="start", argument=argument) if argument.strip():
            place = hearing.hear_deep_link(talk, argument.strip())
        case CommandHeard(name=name):
            place = hearing.first_command(talk, name)
        case TextHeard(text=text):
            place = hearing.first_words(talk, text)
        case PayloadHeard(payload=payload):
            place = hearing.first_payload(talk, payload)
        case TapHeard():
            place = hearing.first_tap(talk)
        case CustomerBlocked():
            return ending.block(talk)
        case _:
            return _start(talk)
    return _start(talk) if isinstance(place, Unheard) else place


def _start(talk: Talk) -> Place:
    flow_set = talk.program.flow_set
    place = talk.begin(flow_set.start, "start")
    if SESSION_START in flow_set.flows and flow_set.start != SESSION_START:
        return talk.begin(SESSION_START, "pattern")
    return place


# Later turns


def _hear(talk: Talk, heard: AnyHeard) -> Place:
    match heard:
        case TextHeard() | TapHeard() | CommandHeard() | PayloadHeard():
            return _hear_words(talk, heard)
        case MediaHeard() | PlaceHeard() | ContactHeard() | UnsupportedHeard():
            return _hear_thing(talk, heard)
        case ActionReturned() | ActionBroke():
            return _hear_action(talk, heard)
        case QueueJoined() | HandoffUnavailable() | AgentJoined() | AgentLeft() | HandoffDone():
            return _hear_desk(talk, heard)
        case TimePassed():
            return clockwork.hear_time(talk)
        case CustomerBlocked():
            return ending.block(talk)
        case EditHeard() | CustomerReturned():
            return None
        case _:
            assert_never(heard)


def _hear_words(talk: Talk, heard: TextHeard | TapHeard | CommandHeard | PayloadHeard) -> Place:
    if talk.paused and not isinstance(heard, CommandHeard):
        return None
    match heard:
        case TextHeard(text=text):
            return hearing.hear_text(talk, text)
        case TapHeard(token=token):
            return hearing.hear_tap(talk, token)
        case CommandHeard(name=name, argument=argument):
            return hearing.hear_command(talk, name, argument)
        case PayloadHeard(payload=payload):
            return None if talk.handoff is not None else hearing.hear_payload(talk, payload)


def _hear_thing(talk: Talk, heard: MediaHeard | PlaceHeard | ContactHeard | UnsupportedHeard) -> Place:
    if talk.paused:
        return None
    match heard:
        case MediaHeard(attachment=attachment, caption=caption, album=album):
            return hearing.hear_file(talk, attachment, caption, album)
        case PlaceHeard(place=place):
            return hearing.hear_place(talk, place)
        case ContactHeard(contact=contact):
            return hearing.hear_contact(talk, contact)
        case UnsupportedHeard():
            return hearing.hear_unsupported(talk)


def _hear_action(talk: Talk, heard: ActionReturned | ActionBroke) -> Place:
    """What an action that is not awaited any more sends is nobody's."""
    if not acting.is_awaited(talk, heard.call_id):
        return None
    if isinstance(heard, ActionBroke):
        return acting.broke(talk, heard.code, heard.seconds)
    step = talk.step
    back = acting.take_back(talk, heard)
    if back.effects.restart:
        return restart(talk)
    if isinstance(step, Collect):
        return questions.goes_on(talk, step, back)
    return acting.go_on(talk, step, back) if isinstance(step, Action) else END


def _hear_desk(talk: Talk, heard: QueueJoined | HandoffUnavailable | AgentJoined | AgentLeft | HandoffDone) -> Place:
    if not handing_over.is_about(talk, heard.handoff):
        return None
    match heard:
        case QueueJoined():
            return handing_over.joined_queue(talk, heard)
        case HandoffUnavailable():
            return handing_over.unavailable(talk, heard)
        case AgentJoined():
            return handing_over.taken(talk, heard)
        case AgentLeft():
            return handing_over.left(talk, heard)
        case HandoffDone():
            return handing_over.done(talk, heard)


# Steps


def advance(talk: Talk, place: Place) -> None:
    """Run from the place until the conversation rests or ends."""
    for _ in range(MAX_STEPS_PER_TURN):
        if place is None:
            place = _take_prefill(talk)
            if place is None:
                return
        place = end_flow(talk) if place == END else run_step(talk, talk.go_to(place))
    _fail(talk)


def run_step(talk: Talk, step: Step) -> Place:  # noqa: C901  # one line a kind of step
    """Where the step leads, none where it waits."""
    match step:
        case Say():
            return run_say(talk, step)
        case Menu():
            return run_menu(talk, step)
        case Collect():
            return run_collect(talk, step)
        case Action():
            return run_action(talk, step)
        case Handoff():
            return run_handoff(talk, step)
        case Callback():
            return run_callback(talk, step)
        case AskSurvey():
            return run_survey(talk, step)
        case Hours():
            return run_hours(talk, step)
        case SwitchLanguage():
            return run_language(talk, step)
        case Link():
            return run_link(talk, step)
        case Call():
            return run_call(talk, step)
        case SetSlots():
            return run_set_slots(talk, step)
        case Noop():
            return talk.next_of(step)
        case _:
            assert_never(step)


def end_flow(talk: Talk) -> Place:
    """The running flow is over: back to its caller, on with what it interrupted, or the end of everything."""
    if not talk.stack:
        ending.complete(talk, goal=False)
        return None
    ended = talk.leave("completed")
    if not talk.stack:
        return _end_of_everything(talk, ended)
    if ended.called:
        step = talk.step
        return END if step is None else talk.next_of(step)
    if ended.flow == SESSION_START:
        return talk.stack[-1].step
    return resume_interrupted(talk, ended.flow)


def _end_of_everything(talk: Talk, ended: Frame) -> Place:
    """Nothing is left to do, but what `pattern_completed` says."""
    flow = talk.flow_of(ended)
    if flow.run_pattern_completed and not is_pattern(flow.id) and COMPLETED in talk.program.flow_set.flows:
        return talk.begin(COMPLETED, "pattern")
    ending.complete(talk, goal=ended.because is None)
    return None


def _take_prefill(talk: Talk) -> Place:
    """The deep link's value answers the first question, which was not said yet; when it does not, it is said now."""
    value, talk.prefill = talk.prefill, None
    if value is None or talk.wait is None or talk.wait.kind not in ("menu", "collect"):
        return None
    return hearing.answer_or_ask(talk, value)


def _fail(talk: Talk) -> None:
    """Flows that never come to rest are left for a person; if even that pattern does not rest, it is the end."""
    if any(frame.because == "internal_error" for frame in talk.stack):
        talk.leave_all("failed")
        say_wording(talk, "internal_error")
        ending.close(talk, "failed")
        return
    talk.leave_all("failed")
    talk.wait = None
    advance(talk, talk.begin(INTERNAL_ERROR, "pattern", "internal_error"))
