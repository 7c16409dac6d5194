"""Which slots must be emptied by hand when a customer is back at a menu.

Here what flows filled that were called below a choice is reset when the menu is reached again. In CALM the slots of
a called flow live as long as its caller, and would not be asked for again.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bot.content import Json
from bot.engine.filling import reset_with
from bot.engine.flow import Call, Flow, FlowSet, Link, Menu, Step
from bot.engine.leading import targets


class Resets(NamedTuple):
    """The slots to empty at a menu, with what they hold at the beginning; and those for which nobody can say.

    What is filled on other ways too, before the menu was reached, may have to stay.
    """

    values: dict[str, Json]
    unsure: tuple[str, ...]


def resets_at(menu: Menu, flow: Flow, flow_set: FlowSet) -> Resets:
    """What to empty when the menu is reached. What the flow itself fills stays, once it has filled it."""
    own = {slot for step in flow.steps.values() for slot in reset_with(step)}
    before = _filled_by_calls(_from((flow.first,), flow, lambda step: step.id == menu.id), flow_set)
    below = _filled_by_calls(_from(targets(menu), flow, lambda step: isinstance(step, Menu)), flow_set)
    values = {
        slot: known.initial
        for slot in below
        if slot not in own and slot not in before and (known := flow_set.slots.get(slot)) is not None
    }
    return Resets(values, tuple(slot for slot in below if slot in before or slot in own))


def _filled_by_calls(steps: Iterable[Step], flow_set: FlowSet) -> dict[str, None]:
    """What the flows fill that these steps call, in order."""
    called = (step.flow for step in steps if isinstance(step, Call))
    return dict.fromkeys(slot for flow in called for slot in _filled(flow, flow_set, set()))


def _from(first: Iterable[str], flow: Flow, ends_at: Callable[[Step], bool]) -> Iterator[Step]:
    """The steps that these lead to, up to one that ends the search."""
    seen: set[str] = set()
    waiting = list(first)
    while waiting:
        step = flow.steps.get(waiting.pop())
        if step is None or step.id in seen or ends_at(step):
            continue
        seen.add(step.id)
        yield step
        waiting.extend(targets(step))


def _filled(flow_id: str, flow_set: FlowSet, seen: set[str]) -> Iterator[str]:
    """What the flow fills, and the flows that it leads to."""
    flow = flow_set.flows.get(flow_id)
    if flow is None or flow_id in seen:
        return
    seen.add(flow_id)
    for step in flow.steps.values():
        names = _filled(step.flow, flow_set, seen) if isinstance(step, Call | Link) else reset_with(step)
        yield from (name for name in names if name not in flow.persisted_slots)
