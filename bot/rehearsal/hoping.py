"""What actions that are not there may have found out: the values that the flows then look for in their slots."""

from collections.abc import Iterator

from bot.content import Json
from bot.engine.conditions import parse_condition
from bot.engine.program import Program
from bot.rehearsal.calms_own import CalmPart
from bot.rehearsal.comparing import COMPARED, conditions, values_of

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
    for condition in conditions(program):
        compared = list(COMPARED.finditer(condition))
        for comparison in compared:
            found.setdefault(comparison["slot"], {}).update(dict.fromkeys(values_of(comparison)))
        bare = parse_condition(condition).names - {f"slots.{comparison['slot']}" for comparison in compared}
        for name in sorted(bare):
            found.setdefault(name.removeprefix("slots."), {}).setdefault(True)
    return {slot: [*found[slot], None] for slot in program.flow_set.slots if slot in found}
