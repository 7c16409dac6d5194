"""The ways through the flows: loops that never wait, steps that are never reached, calls that would not come back."""

import re
from collections.abc import Mapping

from bot.engine.acting import BUILT_IN
from bot.engine.checks.circles import Place, loops_in
from bot.engine.flow import (
    END,
    Action,
    AskSurvey,
    Call,
    Callback,
    Collect,
    Flow,
    FlowSet,
    Handoff,
    Link,
    Menu,
    SetSlots,
    Step,
    SwitchLanguage,
)
from bot.engine.leading import targets
from bot.engine.patterns import is_pattern
from bot.engine.reading.findings import Findings
from bot.problems import listed

_EMPTY = re.compile(
    r"\bnot\s+slots\.([\w-]+)\s*(?:\)|and\b|or\b|$)|\bslots\.([\w-]+)\s*(?:=|==|is)\s*(?:null|undefined|empty)\b"
)


def check_paths(flow_set: FlowSet, found: Findings) -> None:
    """Report what is wrong with the graph of the flows."""
    links = {name: link for name, flow in flow_set.flows.items() if (link := _first_link(flow)) is not None}
    for name, flow in flow_set.flows.items():
        if name not in found.broken_flows:
            _check_reached(name, flow, found)
        _check_calls(name, flow, links, found)
    _check_loops(flow_set.flows, found)
    for name, flow in flow_set.flows.items():
        _check_questions(name, flow, found)
        _check_actions(name, flow, found)


def _check_questions(name: str, flow: Flow, found: Findings) -> None:
    """A question whose slot is filled is passed over; a way back to it should empty the slot."""
    graph: dict[Place, list[Place]] = {}
    for step_id, step in flow.steps.items():
        asks = isinstance(step, Collect) and not step.ask_before_filling
        stops = isinstance(step, Call | Link) or (_waits(step) and not asks)
        onward = [branch.to for branch in step.next] if asks else list(targets(step))
        graph[name, step_id] = [] if stops else [(name, to) for to in onward if to in flow.steps]
    for loop in loops_in(graph):
        steps = [flow.steps[step_id] for _, step_id in loop]
        emptied = {slot for step in steps if isinstance(step, SetSlots) for slot in step.values}
        empty = _empty_slots(steps)
        asked = [step for step in steps if isinstance(step, Collect) and step.slot not in empty]
        if asked and not any(step.slot in emptied for step in asked):
            mark = min(found.step_marks[name, step.id] for step in asked)
            message = f"the way back to this question does not empty '{asked[0].slot}', so it may be passed over"
            hint = "set the slot to null on the way, or say 'ask_before_filling: true'"
            found.warn(mark, "answered-loop", message, hint)


def _empty_slots(steps: list[Step]) -> set[str]:
    """The slots that a branch of the way asks for: `not slots.x`, `slots.x is null`."""
    conditions = [branch.condition for step in steps for branch in step.next if branch.condition]
    return {found[1] or found[2] for condition in conditions for found in _EMPTY.finditer(condition)}


def _check_actions(name: str, flow: Flow, found: Findings) -> None:
    """A round in which only actions wait, and out of which no `next` leads, ends with an apology."""
    graph: dict[Place, list[Place]] = {}
    for step_id, step in flow.steps.items():
        acts = isinstance(step, Action) and step.name not in BUILT_IN  # of those some listen, and some end everything
        stops = isinstance(step, Call | Link) or (_waits(step) and not acts)
        onward = [branch.to for branch in step.next] if acts else list(targets(step))
        graph[name, step_id] = [] if stops else [(name, to) for to in onward]
    for loop in map(set, loops_in(graph)):
        marks = [found.step_marks[place] for place in loop if isinstance(flow.steps[place[1]], Action)]
        if marks and all(follower in loop for place in loop for follower in graph[place]):
            message = "this goes round for ever, and asks the customer nothing: no 'next' leads out of it"
            found.warn(min(marks), "endless-loop", message, "lead out of it by a condition on what the action sets")


def _check_reached(name: str, flow: Flow, found: Findings) -> None:
    reached = {flow.first}
    waiting = [flow.first]
    while waiting:
        step = flow.steps.get(waiting.pop())
        for target in targets(step) if step is not None else ():
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    for step_id in flow.steps:
        mark = found.step_marks.get((name, step_id))
        if step_id not in reached and mark is not None:
            found.warn(mark, "unreachable", f"nothing leads to the step '{step_id}'")


def _first_link(flow: Flow) -> Link | None:
    return next((step for step in flow.steps.values() if isinstance(step, Link)), None)


def _check_calls(name: str, flow: Flow, links: Mapping[str, Link], found: Findings) -> None:
    for step in flow.steps.values():
        link = links.get(step.flow) if isinstance(step, Call) else None
        if isinstance(step, Call) and link is not None and not is_pattern(link.flow):
            mark = found.named_at("flow", step.flow, found.step_marks[name, step.id])
            message = f"the called flow '{step.flow}' links to '{link.flow}', so it would never come back"
            found.error(mark, "link-in-called-flow", message, "call that flow there, or link to this one here")


def _waits(step: Step) -> bool:
    match step:
        case Menu() | Collect() | Action() | AskSurvey() | Handoff() | Callback():
            return True
        case SwitchLanguage():
            return step.language == "ask"
    return False


def _check_loops(flows: Mapping[str, Flow], found: Findings) -> None:
    """A loop without a wait point would turn for ever inside one turn."""
    graph = _without_waits(flows)
    for loop in loops_in(graph):
        flow, step = min(loop, key=lambda place: found.step_marks.get(place, found.marks["flow", place[0]]))
        mark = found.step_marks.get((flow, step))
        if mark is None:
            continue
        flows_of_it, steps = sorted({flow for flow, _ in loop}), sorted({step for _, step in loop})
        through = _quoted(steps) if len(flows_of_it) == 1 else f"the flows {_quoted(flows_of_it)}"
        message = f"this goes round through {through} without ever waiting for the customer"
        hint = "'pattern_internal_error' ends it" if found.is_calms(mark) else None
        found.warn_calm(mark, "endless-loop", message, hint)


def _quoted(names: list[str]) -> str:
    return listed([f"'{name}'" for name in names])


def _without_waits(flows: Mapping[str, Flow]) -> dict[Place, list[Place]]:
    """Which step follows which without a wait, over calls and links too."""
    passable = _passable(flows)
    graph: dict[Place, list[Place]] = {}
    for name, flow in flows.items():
        for step_id, step in flow.steps.items():
            graph[name, step_id] = [] if _waits(step) else _followers(name, step, flows, passable)
    return graph


def _followers(name: str, step: Step, flows: Mapping[str, Flow], passable: set[str]) -> list[Place]:
    other = flows.get(step.flow) if isinstance(step, Link | Call) else None
    entered = [(other.id, other.first)] if other is not None and other.first != END else []
    if isinstance(step, Link) or (isinstance(step, Call) and other is not None and other.id not in passable):
        return entered
    return entered + [(name, target) for target in targets(step) if target in flows[name].steps]


def _passable(flows: Mapping[str, Flow]) -> set[str]:
    """The flows that can run from first to last step without a wait."""
    entering: dict[str, list[str]] = {}
    for name, flow in flows.items():
        for step in flow.steps.values():
            if isinstance(step, Link | Call):
                entering.setdefault(step.flow, []).append(name)
    passable: set[str] = set()
    waiting = list(flows)
    while waiting:
        name = waiting.pop()
        if name not in passable and _passes(flows[name], flows, passable):
            passable.add(name)
            waiting.extend(entering.get(name, ()))
    return passable


def _passes(flow: Flow, flows: Mapping[str, Flow], passable: set[str]) -> bool:
    seen = {flow.first}
    waiting = [flow.first]
    while waiting:
        step_id = waiting.pop()
        step = flow.steps.get(step_id)
        if step is None:
            return True
        blocked = isinstance(step, Call) and step.flow in flows and step.flow not in passable
        if _waits(step) or blocked:
            continue
        if isinstance(step, Link):
            if step.flow in passable:
                return True
            continue
        fresh = set(targets(step)) - seen
        seen |= fresh
        waiting.extend(fresh)
    return False
