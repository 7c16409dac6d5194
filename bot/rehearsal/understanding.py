"""What a language model would have made of a customer's words, taken from what the test expects of them.

CALM's tests are written for one. Here the words themselves come first; where they do not bring about what the test
expects, the flows and slots that it expects are taken as what was understood.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from bot.content import Content, Json, RichText
from bot.engine.calm_payloads import SetsSlots, read_payload, set_slots_payload
from bot.engine.conversation import Conversation
from bot.engine.flow import Call, Collect
from bot.engine.inputs import CommandHeard, PayloadHeard, TextHeard
from bot.engine.patterns import SOMETHING_ELSE, is_pattern
from bot.engine.program import Program
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES, BUILT_IN_SLOTS
from bot.engine.resuming import CONTINUE
from bot.events import AnswerGiven, BotSaid, ChoiceMade, CustomerSaid, FlowStarted, StepReached
from bot.rehearsal.calms_own import CalmPart, names_of
from bot.rehearsal.case import (
    ActionRuns,
    AnyExpectation,
    BotSays,
    FlowEnds,
    FlowStarts,
    Says,
    SlotIs,
    Turn,
    Understood,
    Words,
)
from bot.rehearsal.guessing import corrections, flow_that_acts, values_in, values_named
from bot.rehearsal.performing import text_in, typed
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import Happened, Moment
from bot.rehearsal.stage import Stage

BY_COMMAND = {
    "pattern_cancel_flow": "cancel",
    "pattern_human_handoff": "agent",
    "pattern_repeat_bot_messages": "repeat",
    "pattern_restart": "restart",
    "pattern_skip_question": "skip",
}
"""CALM's patterns that a customer brings about by a command."""


def readings(
    turn: Turn, rest: Sequence[Turn], program: Program, calm: CalmPart, moment: Moment
) -> Iterator[Understood]:
    """What the words of this turn may have meant, the likeliest first; nothing when they are no free words.

    What the test says was understood; else what it expects; else, with those slots, an answer to the question now
    asked, or another one to a question of before, or a flow that says what is expected, or calls one that does and is
    expected to end in the `rest`, or one whose actions may say it.
    """
    if not isinstance(turn.act, Says):
        return
    text = text_in(turn.act.text, moment.conversation.language)
    if not is_free(text):
        payload = read_payload(text)
        if isinstance(payload, SetsSlots):
            yield Understood(slots=payload.values)  # what is asked then may have been said before
        return
    if turn.understood.is_something:
        yield turn.understood
        return
    slots = _slots(turn, text, program, calm)
    flows, command = tuple(_flows(turn, calm)), next(_commands(turn, calm), None)
    if flows and slots:
        yield Understood(slots=slots, command=command)  # the flow that is running may call the others by itself
    if len(flows) > 1:
        yield Understood(flows=flows[:1], slots=slots, command=command)  # as may the first of them
    if flows or slots or command:
        yield Understood(flows=flows, slots=slots, command=command)
    if not flows and not command:
        for reading in _other_readings(turn, text, rest, program, calm, moment):
            yield msgspec.structs.replace(reading, slots=slots | reading.slots)


def _other_readings(
    turn: Turn, text: str, rest: Sequence[Turn], program: Program, calm: CalmPart, moment: Moment
) -> Iterator[Understood]:
    """What words may have meant of which the test says neither flow nor command."""
    conversation, responses = moment.conversation, _responses(turn)
    for pattern in _patterns_that_say(responses, program) if calm.flows else ():
        yield Understood(command=BY_COMMAND[pattern])
    for slot, value in _answers(text, program, calm, conversation):
        yield Understood(slots={slot: value})
    for slot, value in corrections(text, responses, program, calm, conversation):
        yield Understood(slots={slot: value})
    running = {frame.flow for frame in conversation.stack}
    says = tuple(_flows_that_say(responses, program))
    unsaid, question = bool(unsaid_in(turn, program, conversation.language)), _question(program, calm, conversation)
    is_over = (False,) if SOMETHING_ELSE in responses else ()  # what it says when nothing is asked any more
    acts = [flow_that_acts(text, program, calm, asks=asks) for asks in (*is_over, question is None) if unsaid]
    for flow in dict.fromkeys((*_callers_that_end(rest, says, program), *says, *acts)):
        if flow is not None and flow in calm.flows - running:
            yield Understood(flows=(flow,))
    if question is None:
        return
    yield Understood(slots={question.slot: text})  # with answers to what is asked after it
    asks = flow_that_acts(text, program, calm, asks=True) if unsaid else None
    if asks is not None and asks not in running:
        yield Understood(flows=(asks,))


def _slots(turn: Turn, text: str, program: Program, calm: CalmPart) -> dict[str, Json]:
    """Those that the test says are set now, with the value that the words are like where it gives none."""
    slots: dict[str, Json] = {}
    for expected in turn.expected:
        if isinstance(expected, SlotIs) and not expected.never and expected.slot in calm.slots:
            meant = values_in(text, program.flow_set.slots.get(expected.slot))
            slots[expected.slot] = expected.value if expected.given else next(meant, text)
    return slots


def _answers(text: str, program: Program, calm: CalmPart, conversation: Conversation) -> Iterator[tuple[str, Json]]:
    """What the question now asked can be answered with."""
    step = _question(program, calm, conversation)
    if step is not None:
        yield from ((step.slot, value) for value in values_in(text, program.flow_set.slots.get(step.slot)))


def _question(program: Program, calm: CalmPart, conversation: Conversation) -> Collect | None:
    """What a flow of CALM's kind asks now."""
    frame = conversation.stack[-1] if conversation.stack else None
    step = program.flows[frame.flow].steps.get(frame.step) if frame else None
    return step if isinstance(step, Collect) and frame is not None and frame.flow in calm.flows else None


def is_free(text: str) -> bool:
    """Whether the text is neither a command nor a button's payload, but for one that answers CALM's own question."""
    payload = read_payload(text)
    if isinstance(payload, SetsSlots) and payload.values.keys() <= BUILT_IN_SLOTS.keys():
        return True
    return isinstance(typed(text), TextHeard)


def recognised(turn: Turn, book: PhraseBook) -> Turn:
    """The turn with the responses of the flows that its texts and patterns are read as."""
    return msgspec.structs.replace(turn, expected=tuple(_recognised(each, book) for each in turn.expected))


def _recognised(expected: AnyExpectation, book: PhraseBook) -> AnyExpectation:
    match expected:
        case BotSays(response=None, text=Words() as text):
            alike = frozenset[str]().union(*map(book.alike, text.by_language.values()))
        case BotSays(response=None, pattern=Words() as pattern):
            alike = frozenset[str]().union(*map(book.matched, pattern.by_language.values()))
        case _:
            return expected
    return msgspec.structs.replace(expected, alike=alike)


def _responses(turn: Turn) -> frozenset[str]:
    said = (each.responses for each in turn.expected if isinstance(each, BotSays) and not each.never)
    return frozenset[str]().union(*said)


def _flows_that_say(responses: frozenset[str], program: Program) -> Iterator[str]:
    """The flows, but for CALM's patterns, with a step that says one of the responses."""
    for flow in program.flow_set.flows.values():
        if not is_pattern(flow.id) and any(names_of(step) & responses for step in flow.steps.values()):
            yield flow.id


def _patterns_that_say(responses: frozenset[str], program: Program) -> Iterator[str]:
    """CALM's patterns that a command brings about and that say one of the responses, in these words or the engine's."""
    wanted = responses | {ours for name in responses if (ours := BUILT_IN_RESPONSES.get(name))}
    for pattern in BY_COMMAND:
        flow = program.flows.get(pattern)
        if flow is not None and any(names_of(step) & wanted for step in flow.steps.values()):
            yield pattern


def _callers_that_end(rest: Iterable[Turn], called: Collection[str], program: Program) -> Iterator[str]:
    """The flows that the rest of the test expects to end, and that call one of these, directly or not."""
    for turn in rest:
        for expected in turn.expected:
            if isinstance(expected, FlowEnds) and _called_by(expected.flow, program).intersection(called):
                yield expected.flow


def _called_by(flow: str, program: Program) -> set[str]:
    found, waiting = set[str](), [flow]
    while waiting:
        known = program.flow_set.flows.get(waiting.pop())
        steps = known.steps.values() if known is not None else ()
        new = {step.flow for step in steps if isinstance(step, Call)} - found
        found |= new
        waiting += new
    return found


def came_to_nothing(happened: Iterable[Happened], program: Program) -> bool:
    """Whether nothing was answered and no flow began but the one that conversations begin with."""
    events = [each.event for each in happened]
    began = [event.flow for event in events if isinstance(event, FlowStarted)]
    answered = any(isinstance(event, AnswerGiven | ChoiceMade) for event in events)
    return not answered and all(flow == program.flow_set.start or is_pattern(flow) for flow in began)


def wished_for(rest: Iterable[Turn], program: Program, calm: CalmPart) -> str | None:
    """The flow that must have been asked for with words of which the test says nothing, by what it expects later."""
    for turn in rest:
        for expected in turn.expected:
            match expected:
                case FlowStarts():
                    return None  # it is those later words that ask for it
                case FlowEnds(flow=flow) if flow in calm.flows:
                    return flow
                case BotSays(never=False, responses=names) if names:
                    flows = _flows_that_say(names, program)
                case ActionRuns(action=name):
                    flows = _flows_that_say(frozenset((name,)), program)
                case SlotIs(slot=slot, never=False):
                    flows = _flows_that_ask(slot, program)
                case _:
                    continue
            found = next((flow for flow in flows if flow in calm.flows), None)
            if found is not None:
                return found
    return None


def _flows_that_ask(slot: str, program: Program) -> Iterator[str]:
    for flow in program.flow_set.flows.values():
        if any(isinstance(step, Collect) and step.slot == slot for step in flow.steps.values()):
            yield flow.id


def with_answer(
    understood: Understood, says: Says, program: Program, calm: CalmPart, moment: Moment
) -> Understood | None:
    """The same, with an answer to the question that it led to; none when that has one already, or is no question.

    The test goes on beyond a question that nobody answered: then its answer was in the words, too, or in earlier ones.
    """
    own, conversation = text_in(says.text, moment.conversation.language), moment.conversation
    step = _question(program, calm, conversation)
    if step is None or step.slot in understood.slots:
        return None
    slot = program.flow_set.slots.get(step.slot)
    meant = [*values_named(_free_words(own, moment), slot, understood.slots.values())]
    if is_free(own):
        meant += [*values_in(own, slot), own]
    return msgspec.structs.replace(understood, slots={**understood.slots, step.slot: meant[0]}) if meant else None


def _free_words(own: str, moment: Moment) -> Iterator[str]:
    """What the customer wrote, the newest first."""
    said = (each.event.content.text.text for each in reversed(moment.happened) if isinstance(each.event, CustomerSaid))
    yield from filter(is_free, dict.fromkeys((own, *said)))


def assumed_in(turn: Turn, calm: CalmPart) -> dict[str, Json]:
    """The slots that actions must have set, for those that there are none of."""
    return {
        expected.slot: expected.value
        for expected in turn.expected
        if isinstance(expected, SlotIs) and expected.given and not expected.never and expected.slot not in calm.slots
    }


def unsaid_in(turn: Turn, program: Program, language: str) -> tuple[Json, ...]:
    """The responses and texts that actions must have said, as no flow does, in the words of rasa's responses."""
    steps = (step for flow in program.flow_set.flows.values() for step in flow.steps.values())
    by_flows = frozenset(name for step in steps for name in names_of(step))
    by_actions = program.flow_set.responses.keys() - BUILT_IN_RESPONSES.keys() - by_flows
    unsaid: list[Json] = []
    for each in turn.expected:
        match each:
            case BotSays(never=False, response=str(name)) if name in by_actions:
                unsaid.append({"response": name})
            case BotSays(never=False, response=None, text=Words() as text) if each.alike <= by_actions:
                unsaid.append({"text": text_in(text, language)})
    return tuple(unsaid)


def _flows(turn: Turn, calm: CalmPart) -> Iterator[str]:
    for expected in turn.expected:
        if isinstance(expected, FlowStarts):
            known = [flow for flow in expected.flows if flow in calm.flows and flow not in BY_COMMAND]
            yield from known[:1] if expected.any else known


def _commands(turn: Turn, calm: CalmPart) -> Iterator[str]:
    for expected in turn.expected:
        if isinstance(expected, FlowEnds) and expected.cancelled and expected.flow in calm.flows:
            yield "cancel"
        elif isinstance(expected, FlowStarts) and calm.flows:
            yield from (BY_COMMAND[flow] for flow in expected.flows if flow in BY_COMMAND)


async def perform_understood(stage: Stage, moment: Moment, says: Says, understood: Understood) -> Moment:
    """The moment after the words, taken as what was understood."""
    text, known = text_in(says.text, moment.conversation.language), len(moment.happened)
    after = moment if understood.flows or understood.command else _gone_on(stage, moment)
    if understood.command is not None:
        after = stage.hear_alone(after, CommandHeard(name=understood.command))
    for flow in understood.flows:
        if not _started(after, known, flow):
            after = stage.hear_alone(after, CommandHeard(name="start", argument=flow))
    if understood.slots and not after.conversation.closed:
        after = stage.hear_alone(_unasked(after, known), PayloadHeard(payload=set_slots_payload(understood.slots)))
    happened = (*after.happened[:known], *_in_their_words(after.happened[known:], text))
    return await stage.settle(msgspec.structs.replace(after, happened=happened))


def _gone_on(stage: Stage, moment: Moment) -> Moment:
    """Who answers what was asked before an interruption wants to go on with it."""
    wait = moment.conversation.wait
    if wait is None or wait.kind != "offer" or wait.topic != "resume":
        return moment
    return stage.hear_alone(moment, TextHeard(text=next(each.label for each in wait.offered if each.value == CONTINUE)))


def _started(moment: Moment, known: int, flow: str) -> bool:
    events = (each.event for each in moment.happened[known:])
    return any(isinstance(event, FlowStarted) and event.flow == flow for event in events)


def _unasked(moment: Moment, known: int) -> Moment:
    """The same without the question that is being answered in the same breath."""
    reached = [place for place, each in enumerate(moment.happened) if isinstance(each.event, StepReached)]
    wait = moment.conversation.wait
    if wait is None or wait.kind not in ("menu", "collect") or not reached or reached[-1] < known:
        return moment
    asked = (each for each in moment.happened[reached[-1] :] if not isinstance(each.event, BotSaid))
    return msgspec.structs.replace(moment, happened=(*moment.happened[: reached[-1]], *asked))


def _in_their_words(happened: tuple[Happened, ...], text: str) -> Iterator[Happened]:
    """What was heard in several parts was said once."""
    said = False
    for each in happened:
        if not isinstance(each.event, CustomerSaid):
            yield each
        elif not said:
            said = True
            words = CustomerSaid(content=Content(text=RichText(text=text)))
            yield msgspec.structs.replace(each, event=words)
