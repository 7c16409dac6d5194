"""What words may have meant of which a test expects neither flows nor slots, read from what it wants to be said."""

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from bot.content import Json
from bot.engine.acting import BUILT_IN
from bot.engine.conversation import Conversation
from bot.engine.flow import Action, Collect, Flow, Slot
from bot.engine.normal import normalise
from bot.engine.patterns import is_pattern
from bot.engine.program import Program
from bot.engine.reading.start_menu import readable
from bot.rehearsal.calms_own import CalmPart, names_of

NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)
MOST_NUMBERS = 4
MOST_FLOWS = 5
NEARLY_ALL = 80.0  # of a value's letters stand in the words


def corrections(
    text: str, responses: frozenset[str], program: Program, calm: CalmPart, conversation: Conversation
) -> Iterator[tuple[str, Json]]:
    """An answer of before that the words change: to a value in them, or to none where its question is wanted again."""
    frame = conversation.stack[-1] if conversation.stack else None
    if frame is None or frame.flow not in calm.flows:
        return
    questions = [step for step in program.flows[frame.flow].steps.values() if isinstance(step, Collect)]
    held = {step.slot: conversation.slots.get(step.slot) for step in questions if step.id != frame.step}
    known = {slot: value for slot, value in held.items() if value is not None}
    for slot, value in known.items():
        yield from ((slot, new) for new in _named(text, program, slot) if new != value)
    for step in questions:
        if step.slot in known and (step.ask_action is not None or names_of(step) & responses):
            yield step.slot, None


def _named(text: str, program: Program, slot: str) -> Iterator[Json]:
    """The values of the slot that stand in the words."""
    known, said = program.flow_set.slots.get(slot), normalise(text)
    match known.type if known is not None else None:
        case "categorical" if known is not None:
            yield from (each for each in known.values if fuzz.partial_ratio(normalise(str(each)), said) >= NEARLY_ALL)
        case "float":
            yield from values_in(text, known)


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


def flow_that_acts(text: str, program: Program, calm: CalmPart) -> str | None:
    """Of the flows that run custom actions, which may say anything, the one whose name and description are likest."""
    said = normalise(text)
    acting = [flow for flow in program.flow_set.flows.values() if flow.id in calm.flows and _acts(flow)]
    return max(acting, key=lambda flow: _likeness(flow, said)).id if acting else None


def _acts(flow: Flow) -> bool:
    custom = (step.name for step in flow.steps.values() if isinstance(step, Action))
    return not is_pattern(flow.id) and any(name not in BUILT_IN for name in custom)


def _likeness(flow: Flow, said: str) -> float:
    names = [] if flow.name is None else list(flow.name.by_language.values())
    return fuzz.token_set_ratio(normalise(" ".join((readable(flow.id), *names, flow.description))), said)
