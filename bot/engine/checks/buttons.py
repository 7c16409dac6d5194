"""Buttons of CALM's whose texts only a language model understands."""

from bot.engine.button_answers import Shown, answer_of, unclear
from bot.engine.flow import Collect, FlowSet, Slot, Variation
from bot.engine.reading.findings import Findings
from bot.problems import listed


def check_buttons(flow_set: FlowSet, found: Findings) -> None:
    """Report, once for a response, what is taken for its buttons' texts."""
    told: set[str] = set()
    for flow in flow_set.flows.values():
        for step in flow.steps.values():
            name = step.ask.response if isinstance(step, Collect) and step.ask is not None else None
            slot = flow_set.slots.get(step.slot) if isinstance(step, Collect) else None
            mark = found.marks.get(("response", name or ""))
            if name is None or slot is None or mark is None or name in told:
                continue
            told.add(name)
            taken = [text for variation in flow_set.responses.get(name, ()) for text in _taken(slot, variation)]
            if taken:
                message = f"'{name}' has buttons that need a language model: {listed(dict.fromkeys(taken))}"
                found.warn(mark, "needs-language-model", message)


def _taken(slot: Slot, variation: Variation) -> list[str]:
    buttons = [Shown(next(iter(each.title.by_language.values()), ""), each.payload) for each in variation.buttons]
    strange = unclear(slot, buttons)
    taken = []
    for place, button in enumerate(buttons):
        if button.payload in strange:
            answer = answer_of(slot, place, buttons)
            way = "is no answer" if answer == button.payload else f"is taken for '{answer}'"
            taken.append(f"'{button.payload}' {way}")
    return taken
