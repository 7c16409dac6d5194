"""What is defined and never used: flows, slots, responses, surveys."""

from bot.engine.entities import may_fill
from bot.engine.flow import FlowSet
from bot.engine.patterns import is_pattern
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES, BUILT_IN_SLOTS
from bot.engine.reading.findings import Findings, NameKind
from bot.engine.wording import WORDING
from bot.problems import Mark, listed


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
    code_may = bool(flow_set.actions)
    hint = "unless an action says it" if code_may else None
    _tell("unused-response", "no flow says", _marks("response", unsaid, found), hint, found, together=code_may)


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
    used = filled | read
    unused = [name for name in flow_set.slots if name not in used]
    hint = "unless an action does" if code_may else None
    _tell("unused-slot", "nothing uses the slot", _marks("slot", unused, found), hint, found, together=code_may)
    if code_may:
        return
    filled |= missed
    for name in flow_set.slots:
        if name in read and name not in filled:
            found.warn(found.marks["slot", name], "unfilled-slot", f"nothing ever fills the slot '{name}'")
    unread = [name for name in flow_set.slots if name in used and name in filled and name not in read]
    _tell("unread-slot", "nothing ever reads the slot", _marks("slot", unread, found), None, found, together=True)


def _marks(kind: NameKind, names: list[str], found: Findings) -> dict[str, Mark]:
    return {name: found.marks[kind, name] for name in names}


def _tell(
    code: str, message: str, marks: dict[str, Mark], hint: str | None, found: Findings, *, together: bool
) -> None:
    """One warning each; or `together` one in all where they are CALM's, for there may be much of it."""
    if together and len(marks) > 1 and all(map(found.is_calms, marks.values())):
        names = listed([f"'{name}'" for name in marks])
        found.warn(min(marks.values()), code, f"{message}: {names}", hint)
        return
    for name, mark in marks.items():
        found.warn(mark, code, f"{message} '{name}'", hint)


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
            found.warn(mark, "no-effect", message, "run it in a flow, or name it as 'run_action_every_turn'")
            missed.add(name)
    return missed
