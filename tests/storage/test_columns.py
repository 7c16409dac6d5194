from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.columns import to_microseconds, to_moment
from storage.identifiers import new_id

ZONES = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES))  # noqa: DTZ001
def test_a_moment_comes_back_to_the_microsecond_and_in_utc(moment: datetime) -> None:
    back = to_moment(to_microseconds(moment))
    assert back == moment
    assert back.tzinfo is UTC


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(1, 10**12))  # noqa: DTZ001
def test_later_moments_are_greater_numbers(naive: datetime, microseconds: int) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert to_microseconds(moment + timedelta(microseconds=microseconds)) == to_microseconds(moment) + microseconds


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        to_microseconds(datetime(2026, 1, 1))  # noqa: DTZ001


def test_ids_are_26_characters_and_all_different() -> None:
    ids = [new_id() for _ in range(2000)]
    assert {len(one) for one in ids} == {26}
    assert len(set(ids)) == len(ids)


def test_ids_sort_by_the_millisecond_they_were_made_in(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1_700_000_000_000_000_000, 1_700_000_001_000_000_000, 1_000_000))
    monkeypatch.setattr("time.time_ns", lambda: next(clock))
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
