"""Measurements as a table for people."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles

from bench.measuring import Measured

Values = Callable[[Measured], Sequence[float]]

ROWS: tuple[tuple[str, Values, str], ...] = (
    ("turns a second, peak", lambda one: one.peaks, ",.0f"),
    ("p50 at half load, ms", lambda one: [1000 * value for value in one.p50], ".1f"),
    ("p99 at half load, ms", lambda one: [1000 * value for value in one.p99], ".1f"),
    ("processor µs a turn", lambda one: [1e6 * value for value in one.cpu], ",.0f"),
    ("… of the database", lambda one: [1e6 * value for value in one.database_cpu], ",.0f"),
    ("Bot API calls a turn", lambda one: [one.calls], ".2f"),
    ("memory MB", lambda one: [one.memory_mb], ",.0f"),
)
RATIOS: tuple[tuple[str, Values], ...] = (("peak × bare", ROWS[0][1]), ("p99 × bare", ROWS[2][1]))
WIDTH = 24


def table(found: Mapping[str, Measured]) -> str:
    """A column for each bot: the median of its slices and the quartiles; then the ratios to the bare one."""
    lines = [_line("", list(found))]
    lines += [_line(name, [_cell(values(one), form) for one in found.values()]) for name, values, form in ROWS]
    if "bare" in found:
        lines += [
            _line(name, [_cell(_ratio(one, found["bare"], of), ".2f") for one in found.values()]) for name, of in RATIOS
        ]
    return "\n".join(lines)


def _ratio(ours: Measured, bare: Measured, values: Values) -> list[float]:
    """Of neighbours: each slice to the bare bot's slice of the same round."""
    return [our / its for our, its in zip(values(ours), values(bare), strict=True)]


def _cell(values: Sequence[float], form: str) -> str:
    if len(values) < 4:
        return f"{median(values):{form}}"
    low, middle, high = quantiles(values, n=4)
    return f"{middle:{form}} ({low:{form}}–{high:{form}})"


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:<22}" + "".join(f"{cell:>{WIDTH}}" for cell in cells)
