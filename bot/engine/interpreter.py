"""The heart: what a conversation does with what it hears, as one pure function of its state, the input and the time."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from bot.content import Value
from bot.engine import (
    acting,
    clockwork,
    ending,
    every_turn,
    following_up,
    handing_over,
    hearing,
    missed_calls,
    questions,
    receiving,
    ticket_news,
    ticketing,
    waiting,
)
from bot.engine.acting import run_action
from bot.engine.asking import ask_again, rest_at_buttons
from bot.engine.calling_back import run_callback
from bot.engine.carrying import carried_slots
from bot.engine.conversation import Conversation, Customer
from bot.engine.flow import (
    END,
    Action,
    AskSurvey,
    Call,
    Callback,
    Collect,
    FollowUp,
    Handoff,
    Hours,
    Link,
    Menu,
    Noop,
    Say,
    SetSlots,
    Step,
    SwitchLanguage,
    Ticket,
    TicketState,
)
from bot.engine.going_round import begin_anew, unsay_repeats
from bot.engine.handing_over import run_handoff
from bot.engine.inputs import (
    ActionBroke,
    ActionReturned,
    AgentJoined,
    AgentLeft,
    AnyHeard,
    CallUnanswered,
    CommandHeard,
    ContactHeard,
    CustomerBlocked,
    CustomerReturned,
    CustomerSilent,
    EditHeard,
    FollowUpDue,
    HandoffDone,
    HandoffUnavailable,
    MediaHeard,
    PayloadHeard,
    PlaceHeard,
    QueueJoined,
    TapHeard,
    TextHeard,
    TicketNews,
    TicketStands,
    TimePassed,
    UnsupportedHeard,
)
from bot.engine.languages import run_language
from bot.engine.menus import run_menu
from bot.engine.moving import restart
from bot.engine.patterns import COMPLETED, CUSTOMER_SATISFACTION, INTERNAL_ERROR, SESSION_START, START_MENU, is_pattern
from bot.engine.pausing import rests
from bot.engine.program import Program
from bot.engine.questions import run_collect
from bot.engine.renewing import renew_question
from bot.engine.resuming import resume_interrupted
from bot.engine.rewinding import rewound
from bot.engine.simple_steps import run_call, run_hours, run_link, run_say, run_set_slots
from bot.engine.speech import say_wording
from bot.engine.surveying import run_survey
from bot.engine.talk import EndlessError, Place, Talk
from bot.events import AnyEvent

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
    earlier: Conversation | None = None,
) -> Conversation:
    """A conversation in which nothing was said yet, in the customer's language, else `language`, else the fallback.

    `earlier` is the one before it with this customer, of which it may know the slots.
    """
    spoken = program.speaks(customer.language) or program.speaks(language) or program.languages[0]
    carried = carried_slots(program, earlier, now) if earlier is not None else {}
    return Conversation(
        id=id,
        channel=channel,
        revision=program.revision,
        language=spoken,
        customer=customer,
        opened_at=now,
        heard_at=now,
        slots={**program.initial_slots, **carried},
        ahead=tuple(slot for slot in earlier.ahead if slot in carried) if earlier else (),
        waits=int(now.timestamp() * 1000),
        entry=entry,
    )


def take_turn(
    program: Program, conversation: Conversation, heard: AnyHeard, now: datetime, is_open: Callable[[str], bool]
) -> Turn:
    """What the conversation does with what it hears. Pure: the same arguments give the same turn; it never raises.

    `is_open` tells of a calendar, by name, whether it is open now. Times that customers type are in the zone of `now`.
    """
    talk = Talk(program, rewound(conversation, now), now, is_open)
    if conversation.closed:
        ending.hear_after_the_end(talk, heard)
    else:
        _go_on(talk, heard)
    state = talk.settled(clockwork.due_at(talk))
    return Turn(conversation=state, events=tuple(talk.events))


def _go_on(talk: Talk, heard: AnyHeard) -> None:
    try:
        for place in every_turn.acted_on(talk, heard, _hear):
            advance(talk, place)
    except EndlessError:
        _fail(talk)


# What is heard


def _hear(talk: Talk, heard: AnyHeard) -> Place:
    match heard:
        case TextHeard() | TapHeard() | CommandHeard() | PayloadHeard():
            return _hear_words(talk, heard)
        case MediaHeard() | PlaceHeard() | ContactHeard() | UnsupportedHeard():
            return _hear_thing(talk, heard)
        case ActionReturned() | ActionBroke():
            return _hear_action(talk, heard)
        case QueueJoined() | CustomerSilent() | HandoffUnavailable() | AgentJoined() | AgentLeft() | HandoffDone():
            return _hear_desk(talk, heard)
        case TicketStands():
            return ticketing.stands(talk, heard)
        case TicketNews() | CallUnanswered():
            return _hear_news(talk, heard)
        case TimePassed():
            return clockwork.hear_time(talk)
        case FollowUpDue():
            return following_up.hear_due(talk)
        case CustomerBlocked():
            return ending.block(talk)
        case EditHeard() | CustomerReturned():
            return None
        case _:
            assert_never(heard)


def _hear_words(talk: Talk, heard: TextHeard | TapHeard | CommandHeard | PayloadHeard) -> Place:
    if not isinstance(heard, CommandHeard) and rests(talk, heard):
        return None
    renew_question(talk, heard)
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
    if rests(talk, heard):
        return None
    match heard:
        case MediaHeard(attachment=attachment, caption=caption, album=album):
            return receiving.hear_file(talk, attachment, caption, album)
        case PlaceHeard(place=place):
            return receiving.hear_place(talk, place)
        case ContactHeard(contact=contact):
            return receiving.hear_contact(talk, contact)
        case UnsupportedHeard():
            return receiving.hear_unsupported(talk)


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


def _hear_desk(
    talk: Talk, heard: QueueJoined | CustomerSilent | HandoffUnavailable | AgentJoined | AgentLeft | HandoffDone
) -> Place:
    if not handing_over.is_about(talk, heard.handoff):
        return None
    match heard:
        case QueueJoined():
            return waiting.joined_queue(talk, heard)
        case CustomerSilent():
            return ending.hear_silence(talk)
        case HandoffUnavailable():
            return handing_over.unavailable(talk, heard)
        case AgentJoined():
            return handing_over.taken(talk, heard)
        case AgentLeft():
            return handing_over.left(talk, heard)
        case HandoffDone():
            return handing_over.done(talk, heard)


def _hear_news(talk: Talk, heard: TicketNews | CallUnanswered) -> Place:
    """What the desk says beside everything else."""
    match heard:
        case TicketNews():
            ticket_news.tell(talk, heard)
        case CallUnanswered():
            missed_calls.tell(talk, heard)
    return None


# Steps


def advance(talk: Talk, place: Place) -> None:
    """Run from the place until the conversation rests or ends."""
    try:
        for _ in range(MAX_STEPS_PER_TURN):
            if place is None:
                place = _take_prefill(talk)
                if place is None:
                    return
            place = end_flow(talk) if place == END else run_step(talk, talk.go_to(place))
    except EndlessError:
        pass  # flows that call each other are left like those that link to each other
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
        case Ticket():
            return ticketing.run_ticket(talk, step)
        case TicketState():
            return ticketing.run_ticket_state(talk, step)
        case FollowUp():
            return following_up.run_follow_up(talk, step)
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
        return _finish(talk, goal=False)
    plays_completed = _plays_completed(talk)
    if len(talk.stack) == 1 and not plays_completed and rest_at_buttons(talk):
        return None
    ended = talk.leave("completed")
    if plays_completed and not talk.stack:
        return talk.begin(COMPLETED, "pattern")
    if plays_completed and talk.stack[-1].flow == START_MENU:
        if ended.called and talk.step is not None:
            talk.go_to(talk.next_of(talk.step))
        return talk.begin(COMPLETED, "pattern")
    if not talk.stack:
        return _finish(talk, goal=ended.because is None, rated=ended.flow == CUSTOMER_SATISFACTION)
    if ended.called:
        step = talk.step
        return END if step is None else talk.next_of(step)
    if ended.flow == SESSION_START:
        return talk.stack[-1].step
    return resume_interrupted(talk, ended.flow)


def _finish(talk: Talk, *, goal: bool, rated: bool = False) -> Place:
    """Nothing is left to do. The pattern of ratings has its word where no pattern of theirs could link to it.

    Whose words only passed a rating over is not left without an answer.
    """
    flows = talk.program.flow_set.flows
    if (
        not rated
        and CUSTOMER_SATISFACTION in flows
        and not talk.program.completes
        and ending.is_to_be_rated(talk, goal)
    ):
        return talk.begin(CUSTOMER_SATISFACTION, "pattern")
    if talk.passed_over:
        talk.passed_over = False
        return talk.begin(talk.program.flow_set.start, "start")
    ending.complete(talk, goal=goal)
    return None


def _plays_completed(talk: Talk) -> bool:
    """Whether, when the running flow is over, `pattern_completed` has its word if nothing else is left to do."""
    flow = talk.flow_of(talk.stack[-1])
    return flow.run_pattern_completed and not is_pattern(flow.id) and talk.program.completes


def _take_prefill(talk: Talk) -> Place:
    """The deep link's value answers the first question, which was not said yet; when it does not, it is said now.

    Words that passed a rating over answer a menu alone: nobody answers an open question that was not asked.
    """
    value, talk.prefill = talk.prefill, None
    if value is None or talk.wait is None or talk.wait.kind not in ("menu", "collect"):
        return None
    passed_over, talk.passed_over = talk.passed_over, False
    if passed_over and talk.wait.kind == "collect":
        ask_again(talk)
        return None
    return hearing.answer_or_ask(talk, value)


def _fail(talk: Talk) -> None:
    """Flows that never come to rest are left for a person; if even that pattern does not rest, it is the end."""
    if any(frame.because == "internal_error" for frame in talk.stack):
        talk.leave_all("failed")
        say_wording(talk, "internal_error")
        ending.close(talk, "failed")
        return
    unsay_repeats(talk)
    talk.leave_all("failed")
    talk.wait = None
    talk.acted = 0
    begin_anew(talk)
    advance(talk, talk.begin(INTERNAL_ERROR, "pattern", "internal_error"))
