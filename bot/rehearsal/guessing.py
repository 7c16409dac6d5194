"""What words may have meant of which a test expects neither flows nor slots, read from what it wants to be said."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from bot.content import Json
from bot.engine.acting import BUILT_IN
from bot.engine.calm_payloads import SetsSlots, read_payload
from bot.engine.conversation import Conversation
from bot.engine.flow import Action, Collect, Flow, Noop, Say, SetSlots, Slot
from bot.engine.normal import ascii_digits, normalise
from bot.engine.patterns import is_pattern
from bot.engine.program import Program
from bot.engine.reading.start_menu import readable
from bot.events import AnswerGiven
from bot.rehearsal.calms_own import CalmPart, names_of
from bot.rehearsal.judging import same_value
from bot.rehearsal.scene import Happened

NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")
"""Letters of Thai, Lao, Burmese, Khmer, Japanese and Chinese, which put no spaces between words."""
MOST_NUMBERS = 4
A_WORD_IN_BOTH = 100.0
NEARLY_ALL = 80.0  # of a value's letters stand in the words


def corrections(
    text: str,
    responses: frozenset[str],
    program: Program,
    calm: CalmPart,
    conversation: Conversation,
    told: Mapping[str, Sequence[Json]],
) -> Iterator[tuple[str, Json]]:
    """An answer of before that the words change: to a value in them, or to none where its question is wanted again.

    `told` are values that the test says slots come to have.
    """
    frame = conversation.stack[-1] if conversation.stack else None
    if frame is None or frame.flow not in calm.flows:
        return
    questions = [step for step in program.flows[frame.flow].steps.values() if isinstance(step, Collect)]
    held = {step.slot: conversation.slots.get(step.slot) for step in questions if step.id != frame.step}
    known = {slot: value for slot, value in held.items() if value is not None}
    for slot, value in known.items():
        yield from ((slot, new) for new in told.get(slot, ()) if stands_in(new, text) and not same_value(new, value))
        yield from ((slot, new) for new in _named(text, program.flow_set.slots.get(slot)) if new != value)
    yield from ((slot, not value) for slot, value in known.items() if isinstance(value, bool))
    for step in questions:
        if step.slot in known and (step.ask_action is not None or names_of(step) & responses):
            yield step.slot, None


def stands_in(value: Json, text: str) -> bool:
    """Whether the text names the value, as a word or a number of its own."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    if isinstance(value, int | float):
        return any(float(number) == value for number in NUMBER.findall(ascii_digits(text)))
    wanted, said = normalise(value), normalise(text)
    if UNSPACED.search(wanted):
        return wanted in said
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", said) is not None


def answered_last(happened: Iterable[Happened]) -> list[str]:
    """The slots that customers have filled by answers, the newest first."""
    events = (each.event for each in happened)
    given = [event.slot for event in events if isinstance(event, AnswerGiven)]
    return list(dict.fromkeys(reversed(given)))


def values_named(texts: Iterable[str], slot: Slot | None, used: Collection[Json]) -> Iterator[Json]:
    """The values of the slot that stand in the texts and are not `used` for another."""
    for value in (value for text in texts for value in _named(text, slot)):
        if not any(same_value(other, value) for other in used):
            yield value


def _named(text: str, slot: Slot | None) -> Iterator[Json]:
    """The values of the slot that stand in the words."""
    match slot.type if slot is not None else None:
        case "categorical" if slot is not None:
            said = normalise(text)
            yield from (each for each in slot.values if fuzz.partial_ratio(normalise(str(each)), said) >= NEARLY_ALL)
        case "float":
            yield from values_in(text, slot)


def values_offered(step: Collect, program: Program) -> Iterator[tuple[tuple[str, ...], Json]]:
    """What the buttons of the question answer, each with the words by which it is known."""
    variations = (each for name in names_of(step) for each in program.flow_set.responses.get(name, ()))
    for button in (button for variation in variations for button in variation.buttons):
        payload = read_payload(button.payload)
        value = payload.values.get(step.slot) if isinstance(payload, SetsSlots) else button.payload
        yield (*button.title.by_language.values(), str(value)), value


def values_in(text: str, slot: Slot | None) -> Iterator[Json]:
    """What the text can mean where not just any text will do: yes and no, a value that it is like, a number in it."""
    match slot.type if slot is not None else None:
        case "bool":
            yield from (True, False)
        case "categorical" if slot is not None:
            said = normalise(text)
            yield from sorted(slot.values, key=lambda value: -fuzz.token_set_ratio(normalise(str(value)), said))
        case "float":
            yield from (float(number) for number in NUMBER.findall(text)[:MOST_NUMBERS])


def flow_that_acts(text: str, program: Program, calm: CalmPart, *, asks: bool = False) -> str | None:
    """Of the flows that run custom actions, which may say anything, the one whose name is likest.

    Where it `asks`, of those too of which such an action asks the first question. None where no word of a name is
    among the customer's.
    """
    said = _words(text)
    flows = (flow for flow in program.flow_set.flows.values() if flow.id in calm.flows and _acts(flow, asks=asks))
    called = {flow.id: _names(flow) for flow in flows}
    alike = [flow for flow, words in called.items() if fuzz.partial_token_set_ratio(words, said) == A_WORD_IN_BOTH]
    return max(alike, key=lambda flow: fuzz.token_set_ratio(called[flow], said), default=None)


def _acts(flow: Flow, *, asks: bool) -> bool:
    """Whether the flow runs one before anything else can happen in it, or, where it `asks`, asks with one."""
    step = flow.steps.get(flow.first)
    for _ in flow.steps:  # no more than that: some go round
        if isinstance(step, Say | SetSlots | Noop) and len(step.next) == 1:
            step = flow.steps.get(step.next[0].to)
    if is_pattern(flow.id):
        return False
    if isinstance(step, Collect):
        return asks and step.ask_action is not None
    return isinstance(step, Action) and step.name not in BUILT_IN


def _names(flow: Flow) -> str:
    names = () if flow.name is None else flow.name.by_language.values()
    return _words(" ".join((readable(flow.id), *names)))


def _words(text: str) -> str:
    """The words in it; where they are written without spaces, each two letters side by side stand for them."""
    return UNSPACED.sub(_pairs, normalise(text))


def _pairs(run: re.Match[str]) -> str:
    return f" {' '.join(map(''.join, pairwise(run.group())))} "
