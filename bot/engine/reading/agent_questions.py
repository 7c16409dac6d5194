"""What customers are asked in the place of CALM's agents, which would talk with them until a slot is filled."""

from collections.abc import Collection, Mapping
from itertools import chain, pairwise

import msgspec

from bot.engine.flow import Branch, Collect, Flow, Noop, Slot, Step, Text, Variation
from bot.engine.reading.findings import Findings
from bot.problems import Mark

Responses = Mapping[str, tuple[Variation, ...]]

AWAITED = "'exit_if' waits for"
ASKED_TYPES = frozenset({"text", "bool", "categorical", "float"})


def with_questions(
    flow: Flow, slots: Mapping[str, Slot], responses: Responses, actions: Collection[str], found: Findings
) -> Flow:
    """The flow with a question for each slot that an agent would wait for and a customer can fill."""
    steps: dict[str, Step] = {}
    for step in flow.steps.values():
        awaited = step.awaited if isinstance(step, Noop) else ()
        asked = [name for name in awaited if name in slots and _may_ask(slots[name], responses, found)]
        last = msgspec.structs.replace(step, id=_free(f"{step.id}_done", flow)) if asked else step
        for question in _questions(step, last.id, asked, flow) if asked else ():
            place = found.step_marks[flow.id, step.id]
            found.step_marks[flow.id, question.id] = found.step_marks[flow.id, last.id] = place
            steps[question.id] = _asked(question, place, responses, actions, found)
        steps[last.id] = last
    return msgspec.structs.replace(flow, steps=steps)


def _may_ask(slot: Slot, responses: Responses, found: Findings) -> bool:
    """Whether customers can fill it. Not what an action or a button fills, nor what the bot says as its own words."""
    is_told = slot.mapped is None or (slot.name, "from_llm") in {(name, kind) for name, kind, _ in found.understood}
    texts = (each.text.by_language.values() for each in chain(*responses.values()) if each.text is not None)
    is_answer = any(text.strip() == f"{{{slot.name}}}" for text in chain.from_iterable(texts))
    return is_told and not is_answer and slot.type in ASKED_TYPES


def _questions(step: Step, last: str, slots: list[str], flow: Flow) -> list[Collect]:
    """One after the other; the first takes the step's place, and the last leads to it."""
    ids = [step.id, *(_free(f"{step.id}_{name}", flow) for name in slots[1:]), last]
    follows = zip(slots, pairwise(ids), strict=True)
    return [Collect(id=here, slot=slot, next=(Branch(to=then),)) for slot, (here, then) in follows]


def _free(step_id: str, flow: Flow) -> str:
    return step_id if step_id not in flow.steps else _free(f"{step_id}_", flow)


def _asked(step: Collect, place: Mark, responses: Responses, actions: Collection[str], found: Findings) -> Collect:
    """The question with whoever asks it; by the slot's name when nobody does."""
    utter, action = f"utter_ask_{step.slot}", f"action_ask_{step.slot}"
    found.use("slot", step.slot, place, AWAITED, "fill")
    if utter in responses:
        found.use("response", utter, place, AWAITED)
        return msgspec.structs.replace(step, ask=Text(response=utter))
    if action in actions:
        found.use("action", action, place, AWAITED)
        return msgspec.structs.replace(step, ask_action=action)
    return step
