"""The forms a figure has. None of them says anything where there is nothing to say it of: no number is no 0."""

from collections.abc import Sequence
from math import sqrt

from bot.content import Value

SURE = 1.959963984540054  # standard deviations around the mean that hold 95% of a normal distribution


class Count(Value, frozen=True, kw_only=True):
    """How many."""

    count: int


class Share(Value, frozen=True, kw_only=True):
    """`part` of `of`, also as percent; `low` and `high` are the 95% interval in percent, where one is asked for."""

    part: int
    of: int
    percent: float | None
    low: float | None
    high: float | None


class Spread(Value, frozen=True, kw_only=True):
    """How long it took `n` times, in seconds: the middle, what nine of ten stayed within, and the mean."""

    n: int
    p50: float | None
    p90: float | None
    mean: float | None


Figure = Count | Share | Spread


def share(part: int, of: int, *, with_interval: bool = False) -> Share:
    """The figure of `part` of `of`."""
    low, high = wilson(part, of) if of and with_interval else (None, None)
    return Share(part=part, of=of, percent=100 * part / of if of else None, low=low, high=high)


def spread(seconds: Sequence[float]) -> Spread:
    """The figure of these durations."""
    if not seconds:
        return Spread(n=0, p50=None, p90=None, mean=None)
    ordered = sorted(seconds)
    return Spread(
        n=len(ordered),
        p50=percentile(ordered, 0.5),
        p90=percentile(ordered, 0.9),
        mean=sum(ordered) / len(ordered),
    )


def percentile(ordered: Sequence[float], rank: float) -> float:
    """The value that a share `rank` of the ordered values does not exceed, on the line from one value to the next.

    The same as PostgreSQL's percentile_cont and a spreadsheet's PERCENTILE. Raises IndexError on no values.
    """
    place = rank * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def wilson(part: int, of: int) -> tuple[float, float]:
    """In which percentages the true share lies, with 95% confidence. Raises ZeroDivisionError on no cases.

    Honest also for few cases and for none or all of them, where the usual interval has no width.
    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927.
    """
    found = part / of
    squared = SURE**2
    middle = found + squared / (2 * of)
    around = SURE * sqrt(found * (1 - found) / of + squared / (4 * of**2))
    low, high = (middle - around) / (1 + squared / of), (middle + around) / (1 + squared / of)
    return 100 * max(low, 0.0), 100 * min(high, 1.0)
