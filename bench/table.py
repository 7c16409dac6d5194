"""Measurements as a table for people."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from bench.measuring import Measured

ROWS: tuple[tuple[str, Callable[[Measured], float], str], ...] = (
    ("turns a second, peak", lambda one: one.turns_per_second, ",.0f"),
    ("p50 at half load, ms", lambda one: one.p50, ".1f"),
    ("p99 at half load, ms", lambda one: one.p99, ".1f"),
    ("processor µs a turn", lambda one: one.cpu, ",.0f"),
    ("database server's µs", lambda one: one.database_cpu, ",.0f"),
    ("Bot API calls a turn", lambda one: one.calls, ".2f"),
    ("memory MB", lambda one: one.memory_mb, ",.0f"),
)
WIDTH = 26


def table(found: Mapping[str, Sequence[Measured]]) -> str:
    """A column for each bot: medians, each with the lowest and the highest; then the ratios to the bare one."""
    lines = [_line("", found)]
    for name, value, form in ROWS:
        lines.append(_line(name, [_cell([value(one) for one in column], form) for column in found.values()]))
    if bare := found.get("bare"):
        lines += _ratios(found, bare)
    return "\n".join(lines)


def _ratios(found: Mapping[str, Sequence[Measured]], bare: Sequence[Measured]) -> list[str]:
    """Of neighbours: each round against the bare bot of the same round."""
    lines = []
    for name, value in (("peak × bare", ROWS[0][1]), ("p99 × bare", ROWS[2][1])):
        cells = [
            _cell([value(ours) / value(theirs) for ours, theirs in zip(column, bare, strict=True)], ".2f")
            for column in found.values()
        ]
        lines.append(_line(name, cells))
    return lines


def _cell(values: Sequence[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def _line(name: str, cells: Mapping[str, object] | Sequence[str]) -> str:
    return f"{name:<22}" + "".join(f"{cell:>{WIDTH}}" for cell in cells)
