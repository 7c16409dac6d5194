"""Which slots must be emptied by hand after a call.

Here what a called flow filled is reset when it comes back to the flow with which conversations begin, which goes on for
as long as the customer stays. In CALM such slots live as long as the caller, and would not be asked for again.
"""

from collections.abc import Iterator

from bot.content import Json
from bot.engine.flow import Call, Collect, Flow, FlowSet, Link, Menu, SetSlots


def resets_after(call: Call, flow: Flow, flow_set: FlowSet) -> dict[str, Json]:
    """The slots and what they hold at the beginning, in order."""
    if flow.id != flow_set.start or call.flow not in flow_set.flows:
        return {}
    filled = dict.fromkeys(_filled(call.flow, flow_set, set()))
    return {slot: known.initial for slot in filled if (known := flow_set.slots.get(slot)) is not None}


def _filled(flow_id: str, flow_set: FlowSet, seen: set[str]) -> Iterator[str]:
    """What the flow fills, and the flows that it leads to."""
    flow = flow_set.flows.get(flow_id)
    if flow is None or flow_id in seen:
        return
    seen.add(flow_id)
    for step in flow.steps.values():
        match step:
            case Collect(reset_after_flow_ends=True):
                names = [step.slot]
            case Menu(into=str() as into):
                names = [into]
            case SetSlots():
                names = list(step.values)
            case Call() | Link():
                names = list(_filled(step.flow, flow_set, seen))
            case _:
                names = []
        yield from (name for name in names if name not in flow.persisted_slots)
