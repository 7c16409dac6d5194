"""Whether the slots can hold what they are given: answers of a kind, the list that options are made of."""

from bot.engine.answers import SlotType
from bot.engine.flow import AnswerKind, Collect, FlowSet, Menu
from bot.engine.reading.findings import Findings

WORDS: frozenset[SlotType] = frozenset({"text", "any", "list"})
HOLDS: dict[AnswerKind, frozenset[SlotType]] = {
    "number": frozenset({"float", "text", "categorical", "any", "list"}),
    "date": WORDS,
    "time": WORDS,
    "phone": WORDS,
    "email": WORDS,
    "contact": WORDS,
    "location": WORDS,
    "file": WORDS,
}


def check_answers(flow_set: FlowSet, found: Findings) -> None:
    """Report questions whose answers never fit their slot, and options of a slot that holds no list."""
    for name, flow in flow_set.flows.items():
        for step in flow.steps.values():
            mark = found.step_marks.get((name, step.id))
            if mark is None:
                continue
            if isinstance(step, Collect) and step.slot in flow_set.slots:
                slot, good = flow_set.slots[step.slot], HOLDS.get(step.kind)
                if good is not None and slot.type not in good:
                    message = f"no answer of the kind '{step.kind}' fits the slot '{slot.name}', which is {slot.type}"
                    found.error(mark, "wrong-slot-type", message, f"make it one of: {', '.join(sorted(good))}")
            elif isinstance(step, Menu) and step.listed is not None and step.listed.source in flow_set.slots:
                slot = flow_set.slots[step.listed.source]
                if slot.type not in ("list", "any"):
                    message = f"the options are made of the slot '{slot.name}', which is {slot.type} and holds no list"
                    found.error(mark, "wrong-slot-type", message, "make it list")
