"""What CALM's tests may expect that CALM itself does, and not the flows: its own responses, actions, patterns, slots.

Where the flows have none of that name, the house may do the same in other words, or nothing at all.
"""

from bot.engine.acting import BUILT_IN
from bot.engine.flow import FlowSet
from bot.engine.patterns import is_pattern
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES, BUILT_IN_SLOTS
from bot.rehearsal.case import ActionRuns, AnyExpectation, BotSays, FlowEnds, FlowStarts, SlotIs


def calms_own(expected: AnyExpectation | None, flow_set: FlowSet) -> str | None:
    """The name of CALM's own that is expected here; none when it is of the flows."""
    match expected:
        case BotSays(response=str(name)):
            return name if name in BUILT_IN_RESPONSES and name not in flow_set.responses else None
        case ActionRuns(action=name):
            known = name in flow_set.actions or name in flow_set.responses
            return name if not known and (name in BUILT_IN or name in BUILT_IN_RESPONSES) else None
        case SlotIs(slot=name):
            return name if name in BUILT_IN_SLOTS and name not in flow_set.slots else None
        case FlowStarts(flows=flows):
            return flows[0] if all(is_pattern(flow) and flow not in flow_set.flows for flow in flows) else None
        case FlowEnds(flow=flow):
            return flow if is_pattern(flow) and flow not in flow_set.flows else None
    return None
