"""What a language model would have made of a customer's words, taken from what the test expects of them.

CALM's tests are written for one. Here the words themselves come first; where they do not bring about what the test
expects, the flows and slots that it expects are taken as what was understood.
"""

from collections.abc import Iterator

import msgspec

from bot.content import Json
from bot.engine.calm_payloads import SetsSlots, read_payload
from bot.engine.flow import Collect, Slot
from bot.engine.normal import normalise
from bot.engine.patterns import CORRECTION, NEED_A_MODEL, SOMETHING_ELSE
from bot.engine.program import Program
from bot.events import CustomerSaid
from bot.rehearsal.calms_own import ANSWERS_OF_MODELS, CalmPart, names_of
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
)
from bot.rehearsal.comparing import compared_with
from bot.rehearsal.guessing import (
    answered_last,
    corrections,
    flow_that_acts,
    stands_in,
    values_in,
    values_named,
    values_offered,
)
from bot.rehearsal.scene import Moment
from bot.rehearsal.spoken import Spoken, is_free, question_at, responses_in, told_in
from bot.rehearsal.wishing import BY_COMMAND, callers_that_end, flows_that_say, patterns_that_say, says

SOON = 2  # turns in which a question is asked again that was taken back


def first_reading(spoken: Spoken) -> Understood | None:
    """What the words must have meant whatever they do as they are written: what the test itself says, or tells."""
    if spoken.turn.understood.is_something:
        return spoken.turn.understood
    question = spoken.question
    if question is None or not is_free(spoken.text):
        return None
    if spoken.responses and spoken.responses <= ANSWERS_OF_MODELS:
        return Understood(answers=spoken.answers)
    value = next(spoken.told_in_words(question.slot), None)
    return None if value is None else Understood(slots={question.slot: value})


def readings(spoken: Spoken) -> Iterator[Understood]:
    """What the words of this turn may have meant, the likeliest first; nothing when they are no free words.

    What the test expects; else, with those slots, an answer to the question now asked, or another one to a question of
    before, or a flow that says what is expected, or calls one that does and is expected to end in the `rest`, or one
    whose actions may say it; at last that a language model says it.
    """
    text, turn, calm = spoken.text, spoken.turn, spoken.calm
    if not is_free(text):
        payload = read_payload(text)
        if isinstance(payload, SetsSlots):
            yield Understood(slots=payload.values)  # what is asked then may have been said before
        return
    slots = _slots(spoken)
    if not slots and (CORRECTION in _begun(turn) or says(CORRECTION, spoken.responses, spoken.program)):
        yield from _corrections(spoken)
    flows, command = tuple(_flows(spoken)), next(_commands(turn, calm), None)
    if flows and slots:
        yield Understood(slots=slots, command=command)  # the flow that is running may call the others by itself
    if len(flows) > 1:
        yield Understood(flows=flows[:1], slots=slots, command=command)  # as may the first of them
    if flows or slots or command:
        yield Understood(flows=flows, slots=slots, command=command)
    if _begun(turn).intersection(NEED_A_MODEL):
        yield Understood(answers=spoken.answers)
    if not flows and not command:
        for reading in _other_readings(spoken):
            yield msgspec.structs.replace(reading, slots=slots | reading.slots)


def _other_readings(spoken: Spoken) -> Iterator[Understood]:
    """What words may have meant of which the test says neither flow nor command."""
    program, calm, responses = spoken.program, spoken.calm, spoken.responses
    for pattern in patterns_that_say(responses, program) if calm.flows else ():
        yield Understood(command=BY_COMMAND[pattern])
    question, answers = spoken.question, spoken.answers
    is_asked_again = question is not None and _asks_again(question, spoken)
    if question is not None and is_asked_again and (_may_be_a_models(spoken) or _only_asks(question, spoken)):
        yield Understood(answers=answers)
    if question is not None:
        yield from (Understood(slots={question.slot: value}) for value in _answers(question, spoken))
    for slot, value in corrections(spoken.text, responses, program, calm, spoken.moment.conversation, spoken.told):
        yield Understood(slots={slot: value})
    wished = [*_flows_wished(spoken)]
    yield from wished
    for command in (BY_COMMAND[pattern] for pattern in patterns_that_say(responses, program)):
        yield from (msgspec.structs.replace(reading, command=command) for reading in wished)
    if question is not None:
        yield Understood(slots={question.slot: spoken.text})  # with answers to what is asked after it
    running = {frame.flow for frame in spoken.moment.conversation.stack}
    asks = flow_that_acts(spoken.text, program, calm, asks=True) if answers and question is not None else None
    if asks is not None and asks not in running:
        yield Understood(flows=(asks,))
    if not is_asked_again and not spoken.do and _may_be_a_models(spoken, of_flows=True):
        yield Understood(answers=answers)


def _corrections(spoken: Spoken) -> Iterator[Understood]:
    """Answers of before changed by the words: to a value of which the test tells, to one in them, to no matter what."""
    held = {slot: value for slot, value in spoken.moment.conversation.slots.items() if value is not None}
    asked = [step for flow in spoken.moment.conversation.stack for step in _questions(flow.flow, spoken.program)]
    slots = dict.fromkeys((*answered_last(spoken.moment.happened), *(step.slot for step in asked)))
    newest = [slot for slot in slots if slot in held]
    for slot in newest:
        yield from (Understood(slots={slot: value}) for value in spoken.told_in_words(slot) if value != held[slot])
    soon = frozenset[str]().union(*(responses_in(turn) for turn in spoken.rest[:SOON]))
    yield from (Understood(slots={step.slot: None}) for step in asked if step.slot in newest and names_of(step) & soon)
    for slot in newest:
        meant = (value for value in _meant_by(spoken.text, spoken.slot(slot)) if value != held[slot])
        yield from (Understood(slots={slot: value}) for value in meant)
    yield from (Understood(slots={slot: None}) for slot in newest)


def _meant_by(text: str, slot: Slot | None) -> Iterator[Json]:
    """The values of the slot that stand in the text, and any text for one that holds any."""
    yield from values_named((text,), slot, ()) if slot is None or slot.type != "bool" else (True, False)
    if slot is not None and slot.type in ("text", "any"):
        yield text


def _questions(flow: str, program: Program) -> Iterator[Collect]:
    yield from (step for step in program.flows[flow].steps.values() if isinstance(step, Collect))


def _asks_again(question: Collect, spoken: Spoken) -> bool:
    """Whether the test expects the question once more that is asked already."""
    wait = spoken.moment.conversation.wait
    asked = normalise(wait.asked.text) if wait is not None else ""
    said = (each.text for each in spoken.turn.expected if isinstance(each, BotSays) and not each.never)
    texts = (normalise(text) for words in said if words is not None for text in words.by_language.values())
    return bool(names_of(question) & spoken.responses) or (asked != "" and asked in texts)


def _only_asks(question: Collect, spoken: Spoken) -> bool:
    """Whether nothing but the question is expected to be said: the words meant nothing."""
    said = [each for each in spoken.turn.expected if isinstance(each, BotSays) and not each.never]
    return all(each.responses and each.responses <= names_of(question) for each in said)


def _may_be_a_models(spoken: Spoken, *, of_flows: bool = False) -> bool:
    """Whether a language model may say all this, as no flow and nothing like it does; only one that flows call, if so.

    What is in the domain and no flow says may be said by one in any case.
    """
    said = [each for each in spoken.turn.expected if isinstance(each, BotSays) and not each.never]
    texts = [each for each in said if each.response is None and each.alike <= spoken.calm.unsaid and not each.alike]
    free = not of_flows or spoken.calm.asks_models
    return bool(spoken.answers) and all(each.foreign and free for each in texts)


def _flows_wished(spoken: Spoken) -> Iterator[Understood]:
    """Flows that say, run or end what is expected, one by one, and then the first of each together."""
    program, calm, conversation = spoken.program, spoken.calm, spoken.moment.conversation
    running = {frame.flow for frame in conversation.stack}
    expected = [name for each in spoken.turn.expected if (name := _wished(each))]
    each_says = [tuple(flows_that_say(names, program)) for names in expected]
    flat = tuple(flow for flows in each_says for flow in flows)
    is_over = (False,) if SOMETHING_ELSE in spoken.responses else ()  # what it says when nothing is asked any more
    asks = (*is_over, spoken.question is None) if spoken.answers else ()
    acts = (flow_that_acts(spoken.text, program, calm, asks=each) for each in asks)
    ends = (each.flow for each in spoken.turn.expected if isinstance(each, FlowEnds) and not each.cancelled)
    for flow in dict.fromkeys((*ends, *callers_that_end(spoken.rest, flat, program), *flat, *acts)):
        if flow is not None and flow in calm.flows - running:
            yield Understood(flows=(flow,))
    each_first = (next((flow for flow in flows if flow in calm.flows - running), None) for flows in each_says)
    together = tuple(dict.fromkeys(flow for flow in each_first if flow is not None))
    if len(together) > 1:
        yield Understood(flows=together)


def _wished(expected: AnyExpectation) -> frozenset[str]:
    """The responses and the action by which a flow may be known that does this."""
    match expected:
        case BotSays(never=False):
            return expected.responses
        case ActionRuns(action=name):
            return frozenset((name,))
    return frozenset()


def _slots(spoken: Spoken) -> dict[str, Json]:
    """Those that the test says are set now, with the value that the words are like where it gives none."""
    slots: dict[str, Json] = {}
    for expected in spoken.turn.expected:
        if isinstance(expected, SlotIs) and not expected.never and expected.slot in spoken.calm.slots:
            meant = (*spoken.told_in_words(expected.slot), *values_in(spoken.text, spoken.slot(expected.slot)))
            slots[expected.slot] = expected.value if expected.given else next(iter(meant), spoken.text)
    return slots


def _answers(question: Collect, spoken: Spoken) -> Iterator[Json]:
    """What the question now asked can be answered with."""
    now = told_in((spoken.turn,)).get(question.slot, ())
    yield from dict.fromkeys((*spoken.told_in_words(question.slot), *now))
    slot = spoken.slot(question.slot)
    yield from values_in(spoken.text, slot)
    if slot is None or slot.type in ("text", "any"):
        yield from sorted(
            compared_with(question.slot, spoken.program), key=lambda value: not stands_in(value, spoken.text)
        )


def with_answer(understood: Understood, spoken: Spoken, after: Moment) -> Understood | None:
    """The same, with an answer to the question that it led to; none when that has one already, or is no question.

    The test goes on beyond a question that nobody answered: then its answer was in the words, too, or in earlier ones.
    """
    step = question_at(spoken.program, spoken.calm, after)
    if step is None or step.slot in understood.again or understood.answers is not None:
        return None
    if step.slot in understood.slots:
        again = {**understood.again, step.slot: understood.slots[step.slot]}
        return msgspec.structs.replace(understood, again=again) if step.ask_before_filling else None
    meant = [*_meant(step, understood, spoken, after)]
    return msgspec.structs.replace(understood, slots={**understood.slots, step.slot: meant[0]}) if meant else None


def _meant(step: Collect, understood: Understood, spoken: Spoken, after: Moment) -> Iterator[Json]:
    """The values that the question may be answered with, the likeliest first."""
    slot, told = spoken.slot(step.slot), spoken.told.get(step.slot, ())
    yield from spoken.told_in_words(step.slot)
    written = [*_free_words(spoken.text, after)]
    yield from values_named(written, slot, understood.slots.values())
    for words, value in values_offered(step, spoken.program):
        if value is not None and any(stands_in(word, text) for word in words for text in written):
            yield value
    if not is_free(spoken.text):
        return
    said_later = [turn.act.text for turn in spoken.rest if isinstance(turn.act, Says)]
    yield from (value for value in told if not any(stands_in(value, str(words)) for words in said_later))
    yield from values_in(spoken.text, slot)
    yield spoken.text


def _free_words(own: str, moment: Moment) -> Iterator[str]:
    """What the customer wrote, the newest first."""
    said = (each.event.content.text.text for each in reversed(moment.happened) if isinstance(each.event, CustomerSaid))
    yield from filter(is_free, dict.fromkeys((own, *said)))


def _flows(spoken: Spoken) -> Iterator[str]:
    for expected in spoken.turn.expected:
        if isinstance(expected, FlowStarts):
            known = [flow for flow in expected.flows if flow in spoken.calm.flows - BY_COMMAND.keys() - {*NEED_A_MODEL}]
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
