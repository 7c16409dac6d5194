"""What in flows and tests is of CALM, which is written for a language model, and what is of a desk."""

import msgspec

from bot.engine.acting import BUILT_IN
from bot.engine.flow import Action, Call, Collect, Flow, FlowSet, Link, Menu, Noop, Say, SetSlots, Step, Text
from bot.engine.patterns import NEED_A_MODEL, is_pattern
from bot.engine.program import Program, structs_in
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES, BUILT_IN_SLOTS
from bot.engine.wording import WORDING
from bot.rehearsal.case import ActionRuns, AnyExpectation, BotSays, FlowEnds, FlowStarts, SlotIs

GOING_ON = "utter_flow_continue_interrupted"  # where CALM goes on without a question
OF_MODELS = frozenset(name for name, served in BUILT_IN_RESPONSES.items() if served is None) | {GOING_ON}
"""CALM's responses that only a language model knows when to say, whoever words them."""

ANSWERS_OF_MODELS = OF_MODELS - {GOING_ON, "utter_inform_code_change"}
"""Those of them that answer what was said."""

NOT_UNDERSTOOD = frozenset(
    name for name, served in BUILT_IN_RESPONSES.items() if served == "utter_switchboard_no_match"
)
"""What CALM says of words that mean nothing to it, also those with which a conversation begins."""

OF_QUESTIONS = ("action_ask_", "validate_", "action_validate_")

OF_AGENTS = frozenset({"action_agent_request_user_input"})
"""What CALM notes when an agent of language models asks something, which flows never run."""


class CalmPart(msgspec.Struct, frozen=True):
    """The flows that are made of CALM's own kinds of steps alone, and the slots that their questions and agents fill.

    Only they are ever meant to be understood by a language model. What a menu or a desk is part of never is. `unsaid`
    are the responses that no flow says: actions do, or language models. `asks_models`: the
    project has a pattern of its own in which one answers.
    """

    flows: frozenset[str]
    slots: frozenset[str]
    unsaid: frozenset[str]
    asks_models: bool


def calm_part(program: Program) -> CalmPart:
    """What of the flows is CALM's kind."""
    every = program.flow_set.flows.values()
    flows = [flow for flow in every if _is_calms(flow)]
    steps = [step for flow in flows for step in flow.steps.values()]
    asked = {step.slot for step in steps if isinstance(step, Collect)}
    by_agents = {slot for step in steps if isinstance(step, Noop) for slot in step.unfilled}
    said = BUILT_IN_RESPONSES.keys() | WORDING.keys() | _named_in(program)
    return CalmPart(
        flows=frozenset(flow.id for flow in flows),
        slots=frozenset(asked | by_agents & program.flow_set.slots.keys()),
        unsaid=frozenset(program.flow_set.responses) - said,
        asks_models=any(flow.id in NEED_A_MODEL for flow in every),
    )


def _named_in(program: Program) -> set[str]:
    """The names of all responses that are said somewhere in the flows."""
    texts = (found for found in structs_in(program.flow_set) if isinstance(found, Text))
    return {text.response for text in texts if text.response is not None}


def _is_calms(flow: Flow) -> bool:
    return not flow.start and all(map(_is_calms_step, flow.steps.values()))


def _is_calms_step(step: Step) -> bool:
    """One of CALM's six kinds; a response that is said counts, which CALM writes as an action."""
    if isinstance(step, Say):
        return all(text.response for text in step.texts)
    return isinstance(step, Action | Call | Collect | Link | Noop | SetSlots)


def calms_own(expected: AnyExpectation | None, flow_set: FlowSet) -> str | None:
    """The response, action, pattern or slot of CALM itself that is expected here; none when it is of the flows.

    The house may do the same in other words, or nothing at all.
    """
    match expected:
        case BotSays(unchecked=str(reason)):
            return reason
        case BotSays(response=str(name)) if name in OF_MODELS:
            steps = (step for flow in flow_set.flows.values() for step in flow.steps.values())
            return None if any(name in names_of(step) for step in steps) else name
        case BotSays(response=str(name)):
            return name if name in BUILT_IN_RESPONSES and name not in flow_set.responses else None
        case ActionRuns(action=name):
            known = name in flow_set.actions or name in flow_set.responses
            calms = name in BUILT_IN or name in BUILT_IN_RESPONSES or name in OF_AGENTS
            return name if (calms and not known) or _runs_in_no_flow(name, flow_set) else None
        case SlotIs(slot="route_session_to_calm" as name):
            return name  # domains declare it, and only CALM's router fills it
        case SlotIs(slot=name):
            return name if name in BUILT_IN_SLOTS and name not in flow_set.slots else None
        case FlowStarts(flows=flows) if all(flow in NEED_A_MODEL for flow in flows):
            return flows[0]
        case FlowStarts(flows=flows):
            return flows[0] if all(is_pattern(flow) and flow not in flow_set.flows for flow in flows) else None
        case FlowEnds(flow=flow) if flow in NEED_A_MODEL:
            return flow
        case FlowEnds(flow=flow):
            return flow if is_pattern(flow) and flow not in flow_set.flows else None
    return None


def _runs_in_no_flow(action: str, flow_set: FlowSet) -> bool:
    """Whether it must be of a pattern for language models, whose steps are not kept."""
    if action not in flow_set.actions or flow_set.flows.keys().isdisjoint(NEED_A_MODEL):
        return False
    steps = (step for flow in flow_set.flows.values() for step in flow.steps.values())
    return not action.startswith(OF_QUESTIONS) and all(action not in names_of(step) for step in steps)


def names_of(step: Step) -> frozenset[str]:
    """The responses that the step says, the action that it runs."""
    match step:
        case Collect(ask=ask):
            return frozenset((ask.response,)) if ask is not None and ask.response else frozenset()
        case Menu(text=text):
            return frozenset((text.response,)) if text.response else frozenset()
        case Say(texts=texts):
            return frozenset(text.response for text in texts if text.response)
        case Action(name=name):
            return frozenset((name,))
    return frozenset()
