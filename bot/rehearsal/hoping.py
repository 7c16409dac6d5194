"""What actions that are not there may have found out: the values that the flows then look for in their slots."""

import re
from collections.abc import Iterable, Iterator

from bot.content import Json
from bot.engine.conditions import parse_condition
from bot.engine.program import Program
from bot.rehearsal.calms_own import CalmPart

COMPARED = re.compile(
    r"""\bslots\.(?P<slot>[\w-]+)\s*(?P<sign>==|!=|>=|<=|=|>|<|is\s+not\b|is\b)\s*
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>true|false)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
MOST_HOPES = 24


def hopes(program: Program, calm: CalmPart) -> Iterator[dict[str, Json]]:
    """What the actions may have set, the likeliest first: that all went well; then the same but for one slot.

    Only slots that no question fills are guessed.
    """
    found = {slot: values for slot, values in _looked_for(program).items() if slot not in calm.slots}
    well = {slot: values[0] for slot, values in found.items()}
    yield well
    others = [{**well, slot: value} for slot, values in found.items() for value in values[1:]]
    yield from others[: MOST_HOPES - 1]


def _looked_for(program: Program) -> dict[str, list[Json]]:
    """By slot, the values that make a difference to the flows, in their order."""
    found: dict[str, dict[Json, None]] = {}
    for slot in program.flow_set.slots.values():
        if slot.type == "bool":
            found[slot.name] = dict.fromkeys((True, False))
    for condition in _conditions(program):
        compared = list(COMPARED.finditer(condition))
        for comparison in compared:
            found.setdefault(comparison["slot"], {}).update(dict.fromkeys(_values(comparison)))
        bare = parse_condition(condition).names - {f"slots.{comparison['slot']}" for comparison in compared}
        for name in sorted(bare):
            found.setdefault(name.removeprefix("slots."), {}).setdefault(True)
    return {slot: [*found[slot], None] for slot in program.flow_set.slots if slot in found}


def _conditions(program: Program) -> Iterable[str]:
    """Those of the branches, each once."""
    steps = (step for flow in program.flow_set.flows.values() for step in flow.steps.values())
    branches = (branch.condition for step in steps for branch in step.next)
    return dict.fromkeys(condition for condition in branches if condition is not None)


def _values(comparison: re.Match[str]) -> Iterator[Json]:
    if comparison["number"] is not None:
        number = float(comparison["number"])
        yield from {">": (number + 1, number), "<": (number - 1, number)}.get(comparison["sign"][0], (number,))
    elif comparison["word"] is not None:
        yield comparison["word"].lower() == "true"
    else:
        yield comparison["double"] if comparison["double"] is not None else comparison["single"]
