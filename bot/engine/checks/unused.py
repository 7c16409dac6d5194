"""What is defined and never used: flows, slots, responses, surveys."""

from bot.engine.entities import may_fill
from bot.engine.flow import FlowSet
from bot.engine.patterns import is_pattern
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES, BUILT_IN_SLOTS
from bot.engine.reading.findings import Findings, NameKind
from bot.engine.wording import WORDING


def check_unused(flow_set: FlowSet, found: Findings) -> None:
    """Warn of slots that nothing fills or reads, responses that nothing says, and what else nobody needs."""
    _check_flows(flow_set, found)
    _check_slots(flow_set, found)
    asked = found.used("survey")
    for name in flow_set.surveys:
        if name not in asked:
            found.warn(found.marks["survey", name], "unused-survey", f"nothing asks the survey '{name}'")
    said = found.used("response") | WORDING.keys()
    unsaid = [name for name in flow_set.responses if name not in said and name not in BUILT_IN_RESPONSES]
    hint = "unless an action says it" if flow_set.actions else None
    _tell_unused("response", unsaid, "no flow says", hint, found)


def _check_flows(flow_set: FlowSet, found: Findings) -> None:
    """A flow that only others may start, and none does."""
    named = found.used("flow") | {flow_set.start, flow_set.settings.on_fail}
    for name, flow in flow_set.flows.items():
        if name not in named and flow.guard == "false" and not is_pattern(name):
            message = f"nothing starts the flow '{name}': 'if: false' leaves it to 'link' and 'call'"
            found.warn(found.marks["flow", name], "unused-flow", message)


def _check_slots(flow_set: FlowSet, found: Findings) -> None:
    filled = found.used("slot", how=["fill"])
    filled |= {name for name, slot in flow_set.slots.items() if slot.initial is not None}
    intents = [(intent, entities) for intent, entities, _ in found.intents]
    intents += [(intent, ()) for flow in flow_set.flows.values() for intent in flow.intents]
    filled |= {name for name, slot in flow_set.slots.items() if any(may_fill(slot, *intent) for intent in intents)}
    read = found.used("slot", how=["read", "weak"])
    code_may = bool(flow_set.actions)  # custom actions read and fill slots unseen
    missed = _check_filling(filled, read, code_may=code_may, found=found)
    unused = [name for name in flow_set.slots if name not in filled | read]
    _tell_unused("slot", unused, "nothing uses the slot", "unless an action does" if code_may else None, found)
    for name in flow_set.slots:
        mark = found.marks["slot", name]
        if name in unused:
            continue
        if name not in filled and not code_may and name not in missed:
            found.warn(mark, "unfilled-slot", f"nothing ever fills the slot '{name}'")
        elif name not in read and not code_may:
            found.warn(mark, "unread-slot", f"nothing ever reads the slot '{name}'")


def _tell_unused(kind: NameKind, names: list[str], message: str, hint: str | None, found: Findings) -> None:
    """One warning each; of what only code of CALM's could use there is one in all, for there may be much of it."""
    marks = [found.marks[kind, name] for name in names]
    if hint is not None and len(names) > 1 and all(map(found.is_calms, marks)):
        listed = ", ".join(f"'{name}'" for name in names)
        found.warn(min(marks), f"unused-{kind}", f"{message}: {listed}", hint)
        return
    for name in names:
        found.warn(found.marks[kind, name], f"unused-{kind}", f"{message} '{name}'", hint)


def _check_filling(filled: set[str], read: set[str], *, code_may: bool, found: Findings) -> set[str]:
    """The slots that only CALM would fill, by what a model understands or by actions that nobody runs here."""
    missed: set[str] = set()
    for name, mapping, mark in found.understood:
        if name in read and name not in filled | missed | BUILT_IN_SLOTS.keys():
            hint = "ask for it with 'collect'" + (", unless an action fills it" if code_may else "")
            message = f"nothing fills the slot '{name}' here: '{mapping}' needs a language model"
            found.warn(mark, "needs-language-model", message, hint)
            missed.add(name)
    run = found.used("action")
    for name, action, mark in found.running:
        if name not in filled and action not in run:
            message = f"nothing runs '{action}' here to fill the slot '{name}'"
            found.warn(mark, "no-effect", message, "run it in a flow, or at the session's start")
            missed.add(name)
    return missed
