"""The arithmetic of shares, percentiles and intervals."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.figures import Share, Spread, share, spread, wilson

SECONDS = st.lists(st.floats(min_value=0, max_value=1e6), min_size=2, max_size=60)


def test_nothing_has_no_share_and_no_duration() -> None:
    assert share(0, 0) == Share(part=0, of=0, percent=None, low=None, high=None)
    assert share(0, 0, with_interval=True).low is None
    assert spread([]) == Spread(n=0, p50=None, p90=None, mean=None)


def test_none_of_some_is_zero_and_not_nothing() -> None:
    assert share(0, 4).percent == 0.0


def test_percentiles_lie_on_the_line_between_two_values() -> None:
    found = spread([40.0, 10.0, 20.0, 30.0])
    assert (found.p50, found.mean) == (25.0, 25.0)
    assert found.p90 == pytest.approx(37.0)
    assert spread([7.0]) == Spread(n=1, p50=7.0, p90=7.0, mean=7.0)


@given(SECONDS)
def test_percentiles_are_those_of_the_standard_library(seconds: list[float]) -> None:
    tenths = statistics.quantiles(seconds, n=10, method="inclusive")
    found = spread(seconds)
    assert found.p50 == pytest.approx(statistics.median(seconds))
    assert found.p90 == pytest.approx(tenths[8])


# Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3
@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_intervals_are_the_published_ones(part: int, of: int, low: float, high: float) -> None:
    assert list(wilson(part, of)) == pytest.approx([low, high], abs=0.005)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_what_was_found_and_stays_within_the_possible(case: tuple[int, int]) -> None:
    part, of = case
    low, high = wilson(part, of)
    assert -1e-9 <= low <= 100 * part / of + 1e-9
    assert 100 * part / of - 1e-9 <= high <= 100.0
