"""Which flows and patterns customers must have wished for, by what a test expects to come of their words."""

from collections.abc import Collection, Iterable, Iterator

from bot.engine.flow import Call, Collect
from bot.engine.patterns import is_pattern
from bot.engine.program import Program
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES
from bot.rehearsal.calms_own import CalmPart, names_of
from bot.rehearsal.case import ActionRuns, BotSays, FlowEnds, FlowStarts, SlotIs, Turn

BY_COMMAND = {
    "pattern_cancel_flow": "cancel",
    "pattern_human_handoff": "agent",
    "pattern_repeat_bot_messages": "repeat",
    "pattern_restart": "restart",
    "pattern_skip_question": "skip",
}
"""CALM's patterns that a customer brings about by a command."""


def flows_that_say(responses: frozenset[str], program: Program) -> Iterator[str]:
    """The flows, but for CALM's patterns, with a step that says one of the responses."""
    for flow in program.flow_set.flows.values():
        if not is_pattern(flow.id) and any(names_of(step) & responses for step in flow.steps.values()):
            yield flow.id


def patterns_that_say(responses: frozenset[str], program: Program) -> Iterator[str]:
    """CALM's patterns that a command brings about and that say one of the responses."""
    yield from (pattern for pattern in BY_COMMAND if says(pattern, responses, program))


def says(flow: str, responses: frozenset[str], program: Program) -> bool:
    """Whether the flow says one of the responses, in these words or the engine's."""
    wanted = responses | {ours for name in responses if (ours := BUILT_IN_RESPONSES.get(name))}
    known = program.flows.get(flow)
    return known is not None and any(names_of(step) & wanted for step in known.steps.values())


def callers_that_end(rest: Iterable[Turn], called: Collection[str], program: Program) -> Iterator[str]:
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
                    flows = flows_that_say(names, program)
                case ActionRuns(action=name):
                    flows = flows_that_say(frozenset((name,)), program)
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
