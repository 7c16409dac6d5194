"""What CALM's pages forbid in its files, though it could run here: the project would fail where it comes from."""

from bot.engine.flow import Call, Collect, Flow, FlowSet, Link, SetSlots, Step
from bot.engine.patterns import DONE_BY_ENGINE, HUMAN_HANDOFF, INTERNAL_ERROR, NEED_A_MODEL
from bot.engine.reading.calm_names import SERVED_PATTERNS
from bot.engine.reading.findings import Findings
from bot.problems import Mark

EXTRACTS_ALL = "action_validate_slot_mappings"  # which mappings need not name
PATTERNS = SERVED_PATTERNS.union(DONE_BY_ENGINE, NEED_A_MODEL)


def check_calm_rules(flow_set: FlowSet, found: Findings) -> None:
    """Report lists that are asked for, links to patterns and calls of theirs; and flows that can't be told apart."""
    for flow in flow_set.flows.values():
        for step in flow.steps.values():
            mark = found.step_marks.get((flow.id, step.id))
            if mark is not None and found.is_calms(mark):
                _check_step(flow, step, mark, flow_set, found)
    _check_filling(flow_set, found)
    _check_descriptions(flow_set, found)


def _check_step(flow: Flow, step: Step, mark: Mark, flow_set: FlowSet, found: Findings) -> None:
    match step:
        case Collect(slot=name, kind=kind) if kind != "file" and _is_list(name, flow_set):
            message = f"'collect' fills no lists, and the slot '{name}' is one"
            found.error(mark, "slot-type", message, "let an action fill it")
        case SetSlots(values=values):
            for name in (name for name, value in values.items() if value is not None and _is_list(name, flow_set)):
                message = f"'set_slots' fills no lists, and the slot '{name}' is one"
                found.error(mark, "slot-type", message, "let an action fill it")
        case Link(flow=name) if name in PATTERNS - {HUMAN_HANDOFF} and flow.id not in PATTERNS:
            message = f"'link' leads from a flow to no other pattern than '{HUMAN_HANDOFF}', and this is '{name}'"
            found.error(mark, "link-to-pattern", message)
        case Link() if flow.id == INTERNAL_ERROR:
            found.error(mark, "link-in-pattern", f"'{INTERNAL_ERROR}' leads nowhere: it must not break in its turn")
        case Call(flow=name) if name in PATTERNS and flow.id not in PATTERNS:
            message = f"CALM begins its patterns by itself, and its pages know no 'call' of one, such as '{name}'"
            found.warn(mark, "call-of-pattern", message, "write its steps in a flow of your own, and call that")
        case Call() if flow.id in PATTERNS:
            found.error(mark, "call-in-pattern", "a pattern calls nothing", "write the steps here, or link to the flow")


def _is_list(name: str, flow_set: FlowSet) -> bool:
    return name in flow_set.slots and flow_set.slots[name].type == "list"


def _check_filling(flow_set: FlowSet, found: Findings) -> None:
    """Report slots that today's CALM waits for in vain; before 3.9 the mapping 'custom' stood where 'from_llm' does."""
    if found.broken_files or EXTRACTS_ALL in flow_set.actions:
        return
    for name, flow in flow_set.flows.items():
        asked = [step.slot for step in flow.steps.values() if isinstance(step, Collect)]
        for slot in (slot for slot in asked if slot in found.unfilled and f"action_ask_{slot}" not in flow_set.actions):
            message = f"the mapping 'custom' names no action that fills '{slot}', which the flow '{name}' collects"
            hint = "since CALM 3.9 what people answer has 'type: from_llm'"
            found.warn(found.unfilled.pop(slot), "not-filled", message, hint)


def _check_descriptions(flow_set: FlowSet, found: Findings) -> None:
    """CALM's model starts flows by what they are for; here each has its place in the menu."""
    first: dict[str, str] = {}
    for name, flow in flow_set.flows.items():
        words = " ".join("".join(sign for sign in flow.description if sign.isalnum() or sign.isspace()).split())
        other = first.setdefault(words.casefold(), name)
        if words and other != name and found.is_calms(found.marks["flow", name]):
            message = f"the description of the flow '{name}' is that of '{other}', so CALM can't tell them apart"
            found.warn(found.marks["flow", name], "duplicate-description", message)
