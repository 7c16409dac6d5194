"""Slots that outlive their flow: CALM's rules for `persisted_slots`."""

from bot.engine.filling import filled_by
from bot.engine.flow import Call, FlowSet
from bot.engine.patterns import is_pattern
from bot.engine.reading.findings import Findings


def check_persisted(flow_set: FlowSet, found: Findings) -> None:
    """Report kept slots that the flow never fills, and the older way to keep slots beside this one."""
    keeping = {flow for flow, _, _ in found.persisted}
    for flow, resets, mark in found.keeps:
        if flow in keeping:
            message = "'persisted_slots' of this flow says already which slots are kept"
            report = found.warn if resets else found.error  # true says nothing that is not so anyhow
            report(mark, "conflict", message, "remove 'reset_after_flow_ends'")
    filled: dict[str, set[str]] = {}
    for flow, slot, mark in found.persisted:
        known = flow in flow_set.flows and flow not in found.broken_flows and slot in flow_set.slots
        if known and flow not in filled:
            filled[flow] = _filled(flow, flow_set)
        if known and slot not in filled[flow]:
            message = f"no question and no 'set_slots' of this flow fills '{slot}'"
            report = found.warn if is_pattern(flow) else found.error  # patterns keep what CALM's own actions set
            report(mark, "not-filled", message, "what actions set is kept anyhow")


def _filled(flow: str, flow_set: FlowSet) -> set[str]:
    """The slots that the flow and those that it calls fill."""
    filled: set[str] = set()
    reached, waiting = {flow}, [flow]
    while waiting:
        for step in flow_set.flows[waiting.pop()].steps.values():
            filled.update(filled_by(step))
            if isinstance(step, Call) and step.flow in flow_set.flows and step.flow not in reached:
                reached.add(step.flow)
                waiting.append(step.flow)
    return filled
