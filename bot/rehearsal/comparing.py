"""What the flows compare their slots with: the values that make a difference to them."""

import re
from collections.abc import Iterable, Iterator

from bot.content import Json
from bot.engine.program import Program

COMPARED = re.compile(
    r"""\bslots\.(?P<slot>[\w-]+)\s*(?P<sign>==|!=|>=|<=|=|>|<|is\s+not\b|is\b)\s*
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>true|false)\b)""",
    re.VERBOSE | re.IGNORECASE,
)


def compared_with(slot: str, program: Program) -> list[Json]:
    """The values with which the branches compare the slot, in their order."""
    comparisons = (each for condition in conditions(program) for each in COMPARED.finditer(condition))
    values = (value for each in comparisons if each["slot"] == slot for value in values_of(each))
    return list(dict.fromkeys(values))


def conditions(program: Program) -> Iterable[str]:
    """Those of the branches, each once."""
    steps = (step for flow in program.flow_set.flows.values() for step in flow.steps.values())
    branches = (branch.condition for step in steps for branch in step.next)
    return dict.fromkeys(condition for condition in branches if condition is not None)


def values_of(comparison: re.Match[str]) -> Iterator[Json]:
    if comparison["number"] is not None:
        number = float(comparison["number"])
        yield from {">": (number + 1, number), "<": (number - 1, number)}.get(comparison["sign"][0], (number,))
    elif comparison["word"] is not None:
        yield comparison["word"].lower() == "true"
    else:
        yield comparison["double"] if comparison["double"] is not None else comparison["single"]
