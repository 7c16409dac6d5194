"""What CALM's pages forbid in its files, though it could run here: the project would fail where it comes from."""

from bot.engine.flow import Call, Collect, Flow, FlowSet, Link, SetSlots, Step, Text
from bot.engine.patterns import CUSTOMER_SATISFACTION, DONE_BY_ENGINE, HUMAN_HANDOFF, INTERNAL_ERROR, NEED_A_MODEL
from bot.engine.reading.calm_names import SERVED_PATTERNS
from bot.engine.reading.findings import Findings
from bot.problems import Mark

EXTRACTS_ALL = "action_validate_slot_mappings"  # which mappings need not name
PATTERNS = SERVED_PATTERNS.union(DONE_BY_ENGINE, NEED_A_MODEL)
LINKED_BY_PATTERNS = frozenset({HUMAN_HANDOFF, "pattern_chitchat", CUSTOMER_SATISFACTION})


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
            found.error(found.named_at("slot", name, mark), "slot-type", message, "let an action fill it")
        case Collect(slot=name, ask=Text(response=str(response))) if f"action_ask_{name}" in flow_set.actions:
            _check_asks(flow, step, response, found)
        case SetSlots(values=values):
            for name in (name for name, value in values.items() if value is not None and _is_list(name, flow_set)):
                message = f"'set_slots' fills no lists, and the slot '{name}' is one"
                found.error(found.named_at("slot", name, mark), "slot-type", message, "let an action fill it")
        case Link(flow=name):
            _check_link(flow.id, name, found.named_at("flow", name, mark), found)
        case Call(flow=name) if name in PATTERNS and flow.id not in PATTERNS:
            message = f"CALM begins its patterns by itself, and its pages know no 'call' of one, such as '{name}'"
            hint = "write its steps in a flow of your own, and call that"
            found.warn(found.named_at("flow", name, mark), "call-of-pattern", message, hint)
        case Call(flow=name) if flow.id in PATTERNS:
            where, hint = found.named_at("flow", name, mark), "write the steps here, or link to the flow"
            found.error(where, "call-in-pattern", "a pattern calls nothing", hint)


def _check_asks(flow: Flow, step: Collect, response: str, found: Findings) -> None:
    if (flow.id, step.id) in {(name, asked) for name, asked, *_ in found.unasked}:
        return  # of what the names alone join, it is told where they are joined
    where = found.named_at("response", response, found.step_marks[flow.id, step.id])
    message = f"both '{response}' and 'action_ask_{step.slot}' ask for '{step.slot}'"
    found.error(where, "two-asks", message, "keep one of them")


def _check_link(flow: str, name: str, mark: Mark, found: Findings) -> None:
    if flow == INTERNAL_ERROR:
        message = f"'{INTERNAL_ERROR}' leads nowhere: it must not break in its turn"
        found.error(mark, "link-in-pattern", message, "remove the step")
    elif flow in PATTERNS and name in PATTERNS - LINKED_BY_PATTERNS:
        message = f"of the patterns, 'link' leads from one to '{HUMAN_HANDOFF}' and 'pattern_chitchat' alone"
        found.error(mark, "link-to-pattern", message, "write its steps here, or link to a flow of your own")
    elif flow not in PATTERNS and name in PATTERNS - {HUMAN_HANDOFF}:
        message = f"'link' leads from a flow to no other pattern than '{HUMAN_HANDOFF}', and this is '{name}'"
        found.error(mark, "link-to-pattern", message, "write its steps here, or link to a flow of your own")
    elif flow == name:
        hint = "give the first step an 'id' and write 'next: <that id>'"
        found.warn(mark, "link-to-itself", "'link' leads to another flow, and not to the beginning of this one", hint)


def _is_list(name: str, flow_set: FlowSet) -> bool:
    return name in flow_set.slots and flow_set.slots[name].type == "list"


def _check_filling(flow_set: FlowSet, found: Findings) -> None:
    """Report slots that CALM waits for in vain; before 3.9 the mapping 'custom' stood where 'from_llm' does."""
    if found.broken_files or EXTRACTS_ALL in flow_set.actions:
        return
    for name, flow in flow_set.flows.items():
        asked = [step.slot for step in flow.steps.values() if isinstance(step, Collect)]
        for slot in (slot for slot in asked if slot in found.unfilled and f"action_ask_{slot}" not in flow_set.actions):
            message = f"the mapping 'custom' names no action that fills '{slot}', which the flow '{name}' collects"
            hint = "since CALM 3.9 what people answer has 'type: from_llm'"
            report = found.error if found.is_since_39 else found.warn
            report(found.unfilled.pop(slot), "not-filled", message, hint)


def words_of(text: str) -> str:
    """What CALM tells flows apart by: no signs, and no capitals."""
    return " ".join("".join(sign for sign in text.casefold() if sign.isalnum() or sign.isspace()).split())


def _check_descriptions(flow_set: FlowSet, found: Findings) -> None:
    """CALM's model starts flows by what they are called and are for; here each has its place in the menu."""
    first: dict[tuple[str, str], str] = {}
    for flow in flow_set.flows.values():
        texts = flow.name.by_language.items() if flow.name is not None else ()
        for what, text in (("description", flow.description), *((f"name {code}", name) for code, name in texts)):
            words = words_of(text)
            other = first.setdefault((what, words), flow.id)
            kind = what.partition(" ")[0]
            mark = found.marks.get((f"{kind} of", flow.id), found.marks["flow", flow.id])
            if words and other != flow.id and found.is_calms(mark):
                message = f"the {kind} of the flow '{flow.id}' is that of '{other}', so CALM can't tell them apart"
                found.error(mark, f"duplicate-{kind}", message, f"write another {kind} for one of them")
