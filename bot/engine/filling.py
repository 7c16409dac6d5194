"""Which slots a flow is about: those that its questions, menus and `set_slots` fill, and that are reset at its end."""

from bot.engine.conversation import Frame
from bot.engine.flow import Collect, Flow, Menu, SetSlots, Step


def filled_by(step: Step) -> tuple[str, ...]:
    """The slots that the step fills."""
    match step:
        case Collect():
            return (step.slot,)
        case Menu(into=str() as into):
            return (into,)
        case SetSlots():
            return tuple(step.values)
    return ()


def reset_with(step: Step) -> tuple[str, ...]:
    """Those of them that are reset when the flow ends."""
    return () if isinstance(step, Collect) and not step.reset_after_flow_ends else filled_by(step)


def over_with(flow: Flow, frame: Frame, ahead: tuple[str, ...], *, links: bool) -> tuple[list[str], tuple[str, ...]]:
    """The slots that are reset as the flow ends, and those filled `ahead` that still wait for the flow about them.

    What was filled in this flow and is no affair of it is for the flow to which it `links`.
    """
    filled = dict.fromkeys((*frame.filled, *(one.slot for one in frame.brought)))
    own = {slot for step in flow.steps.values() for slot in reset_with(step)} if ahead or links else set()
    ahead = tuple(dict.fromkeys((*ahead, *(slot for slot in frame.filled if links and slot not in own))))
    over = {*(slot for slot in filled if slot not in ahead), *own.intersection(ahead)}.difference(flow.persisted_slots)
    left = tuple(slot for slot in ahead if slot not in own and slot not in flow.persisted_slots)
    return [slot for slot in dict.fromkeys((*filled, *ahead)) if slot in over], left
