"""What a language model would have made of a customer's words, taken from what the test expects of them.

CALM's tests are written for one. Here the words themselves come first; where they do not bring about what the test
expects, the flows and slots that it expects are taken as what was understood.
"""

from collections.abc import Iterator, Sequence

import msgspec

from bot.content import Json
from bot.engine.calm_payloads import SetsSlots, read_payload
from bot.engine.conversation import Conversation
from bot.engine.flow import Collect
from bot.engine.inputs import TextHeard
from bot.engine.patterns import CORRECTION, SOMETHING_ELSE
from bot.engine.program import Program
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES, BUILT_IN_SLOTS
from bot.events import CustomerSaid
from bot.rehearsal.calms_own import CalmPart, names_of
from bot.rehearsal.case import (
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
from bot.rehearsal.guessing import answered_last, corrections, flow_that_acts, values_in, values_named
from bot.rehearsal.performing import text_in, typed
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import Moment
from bot.rehearsal.wishing import BY_COMMAND, callers_that_end, flows_that_say, patterns_that_say


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
    if not slots and CORRECTION in _begun(turn):
        yield from (Understood(slots={slot: None}) for slot in answered_last(moment.happened))
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
    for pattern in patterns_that_say(responses, program) if calm.flows else ():
        yield Understood(command=BY_COMMAND[pattern])
    for slot, value in _answers(text, program, calm, conversation):
        yield Understood(slots={slot: value})
    for slot, value in corrections(text, responses, program, calm, conversation):
        yield Understood(slots={slot: value})
    running = {frame.flow for frame in conversation.stack}
    says = tuple(flows_that_say(responses, program))
    unsaid, question = bool(unsaid_in(turn, program, conversation.language)), _question(program, calm, conversation)
    is_over = (False,) if SOMETHING_ELSE in responses else ()  # what it says when nothing is asked any more
    acts = [flow_that_acts(text, program, calm, asks=asks) for asks in (*is_over, question is None) if unsaid]
    for flow in dict.fromkeys((*callers_that_end(rest, says, program), *says, *acts)):
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


def _begun(turn: Turn) -> set[str]:
    """Every flow that the test expects to begin in this turn."""
    return {flow for expected in turn.expected if isinstance(expected, FlowStarts) for flow in expected.flows}


def _commands(turn: Turn, calm: CalmPart) -> Iterator[str]:
    for expected in turn.expected:
        if isinstance(expected, FlowEnds) and expected.cancelled and expected.flow in calm.flows:
            yield "cancel"
        elif isinstance(expected, FlowStarts) and calm.flows:
            yield from (BY_COMMAND[flow] for flow in expected.flows if flow in BY_COMMAND)
