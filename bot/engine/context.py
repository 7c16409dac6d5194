"""What conditions and texts read as `context.…` (CALM's names for what a pattern is about) and `session.open.…`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.content import Json
from bot.engine.conversation import Frame
from bot.engine.flow import Flow
from bot.engine.formats import one_of
from bot.engine.patterns import CONTINUE_INTERRUPTED, is_pattern
from bot.engine.program import Program

MOST_CHOICES = 3  # as CALM documents it for `pattern_clarification`
NOTHING_CORRECTED: dict[str, Json] = {
    "is_reset_only": False,
    "corrected_slots": {},
    "new_slot_values": [],
    "reset_flow_id": None,
    "reset_step_id": None,
}


class Context(Mapping[str, Json]):
    """Names that are only worked out when somebody asks for one."""

    def __init__(self, known: Callable[[], Mapping[str, Json]]) -> None:
        self.known = known

    def __getitem__(self, name: str) -> Json:
        return self.known()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known())

    def __len__(self) -> int:
        return len(self.known())


def context_of(program: Program, stack: Sequence[Frame], last_flow: str | None, language: str) -> dict[str, Json]:
    """The names that the topmost flow may read; `last_flow` is the last one that ended."""
    if not stack:
        return {}
    top = stack[-1]
    known: dict[str, Json] = {"flow_id": top.flow, "step_id": top.step}
    ended = program.flows.get(last_flow or "")
    ended_name = flow_name(program, ended, language) if ended is not None else None
    match top.flow:
        case "pattern_completed":
            known["previous_flow_name"] = ended_name
        case "pattern_cancel_flow":
            known |= {"canceled_name": ended_name, "canceled_frames": [last_flow] if last_flow else []}
        case "pattern_cannot_handle":
            known["reason"] = top.reason or "cannot_handle_default"
        case "pattern_internal_error":
            known |= {"error_type": "rasa_internal_error_default", "info": {}}
        case "pattern_clarification" | "pattern_clarify":
            known |= _choices(program, language)
        case "pattern_correction":
            known |= _corrected(program, stack)
    if top.flow == CONTINUE_INTERRUPTED or not is_pattern(top.flow):  # that may be asked whether it goes on
        known |= _interrupted(program, stack, language)
    return known


def _choices(program: Program, language: str) -> dict[str, Json]:
    """The flows between which only the customer can choose: as many of all as CALM would name."""
    most = program.initial_slots.get("max_clarification_options")
    flows = (flow for flow in program.flow_set.flows.values() if flow.guard is None and not is_pattern(flow.id))
    names = [flow_name(program, flow, language) for flow in flows if flow.id != program.flow_set.start]
    offered = names[: int(most) if isinstance(most, int | float) else MOST_CHOICES]
    return {"names": offered, "clarification_options": ", ".join(offered)}


def _corrected(program: Program, stack: Sequence[Frame]) -> dict[str, Json]:
    """What is to change, and where it goes on then; a secret is bullets."""
    correction = stack[-1].correction
    if correction is None:
        return NOTHING_CORRECTED
    flow = next((frame.flow for frame in stack if frame.number == correction.frame), None)
    shown = {slot: program.hidden(slot, value) for slot, value in correction.values.items()}
    return NOTHING_CORRECTED | {
        "corrected_slots": shown,
        "new_slot_values": list(shown.values()),
        "reset_flow_id": flow,
        "reset_step_id": correction.step,
    }


def _interrupted(program: Program, stack: Sequence[Frame], language: str) -> dict[str, Json]:
    """The flows that may be gone on with; outside of the pattern that is the running one alone."""
    found = interrupted_frames(program, stack)
    flows = [frame.flow for frame in (found if stack[-1].flow == CONTINUE_INTERRUPTED else found[:1])]
    if not flows:
        return {}
    names = [flow_name(program, program.flows[flow], language) for flow in flows]
    return {
        "interrupted_flow_id": flows[0],
        "interrupted_flow_name": names[0],
        "interrupted_flow_ids": flows,
        "interrupted_flow_names": names,
        "interrupted_flow_options": one_of(names, language),
        "multiple_flows_interrupted": len(flows) > 1,
        "previous_flow_name": names[0],
    }


def interrupted_frames(program: Program, stack: Sequence[Frame]) -> list[Frame]:
    """Where each flow stands that another one interrupted, the last first; not those that wait for one they called.

    With what conversations begin nobody has to go on, unless there is nothing else.
    """
    running = [frame for place, frame in enumerate(stack) if not _waits(stack, place) and not is_pattern(frame.flow)]
    begun = [frame for frame in running if frame.flow != program.flow_set.start]
    return (begun or running)[::-1]


def _waits(stack: Sequence[Frame], place: int) -> bool:
    """Whether the flow at this place has called the next."""
    return place + 1 < len(stack) and stack[place + 1].called


def flow_name(program: Program, flow: Flow, language: str) -> str:
    """The flow's name for people, else its id with spaces."""
    return program.source_in(flow.name, language) if flow.name else flow.id.replace("_", " ")


class Openness(Mapping[str, bool]):
    """Whether a calendar is open now, by its name."""

    def __init__(self, is_open: Callable[[str], bool]) -> None:
        self.is_open = is_open

    def __getitem__(self, calendar: str) -> bool:
        return self.is_open(calendar)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def within(value: Any, path: str) -> Json:
    """Follow `a.b.0` through mappings and lists; null where it leads nowhere."""
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
