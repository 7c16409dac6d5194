"""What can only be settled when everything is read: who asks for a slot, and who validates the answer."""

from collections.abc import Collection, Mapping

import msgspec

from bot.engine.flow import Collect, Flow, Link, Say, Slot, Step, Text, Variation
from bot.engine.patterns import CANNOT_HANDLE, NEED_A_MODEL
from bot.engine.reading.agent_questions import with_questions
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES, BUILT_IN_SLOTS
from bot.engine.reading.findings import Findings
from bot.engine.wording import WORDING
from bot.problems import Mark


def built_in_slots(defined: Collection[str], found: Findings) -> dict[str, Slot]:
    """Those of CALM's own slots that are used and not defined."""
    used = found.used("slot") & BUILT_IN_SLOTS.keys()
    for name in used.difference(defined):
        found.marks.setdefault(("slot", name), next(use.mark for use in found.uses if use.name == name))
    return {name: BUILT_IN_SLOTS[name] for name in sorted(used.difference(defined))}


def built_in_responses(
    defined: Collection[str], actions: Collection[str], found: Findings
) -> dict[str, tuple[Variation, ...]]:
    """Those of CALM's own responses that are said and not defined, in the engine's words."""
    served: dict[str, tuple[Variation, ...]] = {}
    for _, _, slot, mark in found.unasked:
        if f"utter_ask_{slot}" in BUILT_IN_RESPONSES and f"action_ask_{slot}" not in actions:
            found.use("response", f"utter_ask_{slot}", mark, "'collect' asks with")
    for use in found.uses:
        if use.kind != "response" or use.name in defined or use.name not in BUILT_IN_RESPONSES:
            continue
        wording = BUILT_IN_RESPONSES[use.name]
        served[use.name] = (Variation(text=Text(by_language=WORDING[wording])),) if wording is not None else ()
        if wording is None:
            found.warn(use.mark, "needs-language-model", f"'{use.name}' needs a language model, and nothing is said")
    return served


def settle(
    flows: Mapping[str, Flow],
    slots: Mapping[str, Slot],
    responses: Mapping[str, tuple[Variation, ...]],
    actions: Collection[str],
    found: Findings,
) -> tuple[dict[str, Flow], dict[str, Slot]]:
    """The flows and slots with their questions and validations found among responses and actions."""
    unasked = {(flow, step): mark for flow, step, _, mark in found.unasked}

    def settled(flow: Flow, step: Step) -> Step:
        if isinstance(step, Collect):
            validate = f"validate_{step.slot}"
            step = msgspec.structs.replace(step, validate_action=validate if validate in actions else None)
            mark = unasked.get((flow.id, step.id))
            return step if mark is None else _asked(step, mark, slots.get(step.slot), responses, actions, found)
        if flow.id == CANNOT_HANDLE and isinstance(step, Link) and step.flow in NEED_A_MODEL:
            return Say(id=step.id, texts=(Text(response="utter_switchboard_no_match"),))  # it would lead back to here
        return step

    asking = {name: with_questions(flow, slots, responses, actions, found) for name, flow in flows.items()}
    settled_flows = {
        name: msgspec.structs.replace(flow, steps={step.id: settled(flow, step) for step in flow.steps.values()})
        for name, flow in asking.items()
    }
    return settled_flows, {name: _validated(slot, actions) for name, slot in slots.items()}


def _asked(
    step: Collect,
    mark: Mark,
    slot: Slot | None,
    responses: Collection[str],
    actions: Collection[str],
    found: Findings,
) -> Collect:
    utter, action = f"utter_ask_{step.slot}", f"action_ask_{step.slot}"
    if utter in responses and action in actions:
        found.error(mark, "two-asks", f"both '{utter}' and '{action}' ask for '{step.slot}'", "keep one of them")
    if utter in responses:
        found.use("response", utter, mark, "'collect' asks with")
        return msgspec.structs.replace(step, ask=Text(response=utter))
    if action in actions:
        found.use("action", action, mark, "'collect' asks with")
        return msgspec.structs.replace(step, ask_action=action)
    if slot is None:  # which is told already
        return step
    is_optional = slot.initial is not None and found.is_calms(mark)
    if not (found.broken_files or is_optional):
        hint = f"add 'ask', or a response '{utter}', or an action '{action}'"
        in_place = ", so it is asked for by its name" if found.is_calms(mark) else ""
        found.warn_calm(mark, "missing-ask", f"nothing asks for '{step.slot}'{in_place}", hint)
    return step


def _validated(slot: Slot, actions: Collection[str]) -> Slot:
    validate = f"validate_{slot.name}"
    return msgspec.structs.replace(slot, validate_action=validate) if validate in actions else slot
