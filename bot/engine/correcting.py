"""An answer of before that is changed: the flow goes on from its question, as CALM's corrections do."""

from collections.abc import Mapping

from bot.content import Json
from bot.engine.checks.paths import targets
from bot.engine.flow import Collect, Flow
from bot.engine.talk import Place, Talk


def goes_on_from(talk: Talk, former: Mapping[str, Json]) -> Place:
    """Where the running flow goes on when slots that it asked for before differ from the `former`; none if none do."""
    frame = talk.stack[-1]
    flow = talk.flow_of(frame)
    for step in flow.steps.values():
        if not isinstance(step, Collect) or former.get(step.slot) is None:
            continue
        held = talk.slots.get(step.slot)
        if (
            held != former[step.slot]
            and _leads_to(flow, step.id, frame.step)
            and not _leads_to(flow, frame.step, step.id)
        ):
            return talk.next_of(step) if held is not None and step.ask_before_filling else step.id
    return None


def _leads_to(flow: Flow, start: str, end: str) -> bool:
    """Whether a way goes from one step to the other."""
    seen, waiting = {start}, [start]
    while waiting:
        step = flow.steps.get(waiting.pop())
        fresh = set(targets(step)) - seen if step is not None else set()
        if end in fresh:
            return True
        seen |= fresh
        waiting += fresh
    return False
