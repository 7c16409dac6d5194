"""How long somebody will wait: never promised from too little, more for who stands further behind."""

from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.desk.waiting import FEWEST, STEPS_MINUTES, Expected, expected_wait, is_longer, like_hours, turns

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday


class Wait(NamedTuple):
    queued_at: datetime
    left_at: datetime | None
    answered_at: datetime | None


def wait(queued: float, left: float | None, answered: float | None) -> Wait:
    """All in seconds after noon."""
    moments = [None if at is None else NOON + timedelta(seconds=at) for at in (queued, left, answered)]
    assert moments[0] is not None
    return Wait(moments[0], moments[1], moments[2])


TURNS = st.lists(st.floats(0, 7200), max_size=60)


@given(TURNS, st.integers(1, 50), st.floats(0, 7200))
def test_a_range_is_in_order_and_of_numbers_that_people_say(turns: list[float], place: int, lasted: float) -> None:
    expected = expected_wait(sorted(turns), place, lasted)
    if expected is not None:
        assert expected.from_minutes < expected.to_minutes
        assert {expected.from_minutes, expected.to_minutes} <= set(STEPS_MINUTES)


@given(TURNS, st.integers(1, 50), st.integers(0, 20), st.floats(0, 7200))
def test_who_stands_further_behind_waits_no_shorter(turns: list[float], place: int, more: int, lasted: float) -> None:
    nearer, further = expected_wait(turns, place, lasted), expected_wait(turns, place + more, lasted)
    if further is not None:
        assert nearer is not None
        assert nearer.from_minutes <= further.from_minutes
        assert nearer.to_minutes <= further.to_minutes


@given(st.lists(st.floats(0, 7200), max_size=FEWEST - 1), st.integers(1, 50))
def test_of_few_turns_nothing_is_said(turns: list[float], place: int) -> None:
    assert expected_wait(turns, place) is None


def test_who_is_next_waits_as_others_did() -> None:
    usual = [60.0 * minutes for minutes in (4, 5, 6, 7, 8, 9, 10, 11, 12)]
    assert expected_wait(usual, 1) == Expected(from_minutes=5, to_minutes=15)
    assert expected_wait(usual, 3) == Expected(from_minutes=20, to_minutes=30)
    assert expected_wait([20.0] * 10, 1) == Expected(from_minutes=0, to_minutes=1)


def test_a_turn_that_lasts_already_is_compared_with_those_that_lasted_as_long() -> None:
    usual = [60.0] * 30 + [1200.0] * 10
    assert expected_wait(usual, 1) == Expected(from_minutes=1, to_minutes=30)
    assert expected_wait(usual, 1, 120.0) == Expected(from_minutes=15, to_minutes=20)
    assert expected_wait(usual, 1, 1200.0) is None, "it has lasted longer than any"


def test_what_is_too_long_to_be_of_use_is_not_said() -> None:
    assert expected_wait([3600.0] * 10, 7) == Expected(from_minutes=360, to_minutes=480)
    assert expected_wait([3600.0] * 10, 8) is None


def test_a_turn_is_the_wait_by_the_place_at_which_it_began() -> None:
    waits = [
        wait(0, 100, 120),  # alone
        wait(50, 80, None),  # second, and left
        wait(60, 360, 360),  # third
        wait(70, None, None),  # fourth, and stands there yet
        wait(100, 400, 400),  # third: the one before them and who stands there yet
    ]
    assert turns(waits) == [100.0, 100.0, 120.0]
    assert turns(reversed(waits)) == turns(waits)


def a_day(chance: Random, customers: int) -> list[Wait]:
    """Two agents, busy with a customer for about five minutes; nearly as many customers come as they can take."""
    now, free, waits = 0.0, [0.0, 0.0], []
    heapify(free)
    for _ in range(customers):
        now += chance.expovariate(1 / 170)
        taken = max(now, free[0])
        answered = taken + chance.expovariate(1 / 30)
        heapreplace(free, answered + chance.expovariate(1 / 300))
        waits.append(wait(now, taken, answered))
    return waits


def test_what_is_told_at_each_place_holds_for_most_who_stood_there() -> None:
    chance = Random(7)
    known = turns(a_day(chance, 400))
    told: list[tuple[float, Expected]] = []
    standing: list[datetime] = []
    for queued_at, left_at, answered_at in a_day(chance, 4000):
        assert left_at is not None
        assert answered_at is not None
        standing = [*(leaves for leaves in standing if leaves > queued_at), left_at]
        expected = expected_wait(known, len(standing))
        if expected is not None:
            told.append(((answered_at - queued_at).total_seconds() / 60, expected))
    assert len(told) > 3500
    in_time = sum(waited <= expected.to_minutes for waited, expected in told) / len(told)
    sooner = sum(waited < expected.from_minutes for waited, expected in told) / len(told)
    assert 0.75 < in_time < 0.97, "most, and not because hours were told for minutes"
    assert 0.1 < sooner < 0.6, "up to half"


def test_hours_are_alike_by_the_clock_and_the_kind_of_the_day() -> None:
    zone = ZoneInfo("Europe/Berlin")
    stretches = like_hours(datetime(2026, 4, 1, 12, tzinfo=zone), ("sat", "sun"))  # three days into summer time
    assert len(stretches) == 1 + 20
    assert stretches[0] == (datetime(2026, 4, 1, 9, tzinfo=UTC), datetime(2026, 4, 1, 10, tzinfo=UTC))
    assert stretches[-1] == (datetime(2026, 3, 4, 10, tzinfo=UTC), datetime(2026, 3, 4, 12, tzinfo=UTC))
    free = like_hours(datetime(2026, 4, 3, 12, tzinfo=zone), ("thu", "fri"))
    assert {start.astimezone(zone).weekday() for start, _ in free} == {3, 4}


def test_longer_than_told_is_what_ends_later_than_was_said() -> None:
    assert not is_longer(None, Expected(from_minutes=5, to_minutes=10)), "nothing was said"
    assert is_longer(0, None), "the time is over"
    assert not is_longer(60, None)
    assert not is_longer(8 * 60, Expected(from_minutes=3, to_minutes=10)), "only rounded up"
    assert is_longer(8 * 60, Expected(from_minutes=3, to_minutes=15))
    assert is_longer(4 * 60, Expected(from_minutes=3, to_minutes=10))
