"""How fast a channel may be spoken to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.service.limits import Pace, never_more_than, next_slot, telegram_limits
from bot.settings import Telegram

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@given(
    count=st.integers(1, 40),
    burst=st.integers(1, 8),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=120),
)
def test_no_stretch_of_time_holds_more_than_is_allowed(count: int, burst: int, pauses: list[float]) -> None:
    pace = never_more_than(count, 1.0, burst)
    now, spoken_for, slots = NOW, None, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        slot, spoken_for = next_slot(pace, spoken_for, now)
        slots.append(slot)
    for first, later in zip(slots, slots[count:], strict=False):
        assert later - first >= timedelta(seconds=0.999)


@given(pauses=st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_slots_are_never_in_the_past_and_never_out_of_order(pauses: list[float]) -> None:
    pace = Pace(interval_seconds=1.0, burst=3)
    now, spoken_for, before = NOW, None, NOW
    for pause in pauses:
        now += timedelta(seconds=pause)
        slot, spoken_for = next_slot(pace, spoken_for, now)
        assert slot >= now
        assert slot >= before
        before = slot


def test_a_chat_is_not_spoken_for_by_a_clock_that_went_ahead() -> None:
    pace = Pace(interval_seconds=1.0)
    _, spoken_for = next_slot(pace, None, NOW + timedelta(hours=4))
    assert next_slot(pace, spoken_for, NOW) == (NOW, NOW + timedelta(seconds=1))


def test_who_was_quiet_may_burst_and_then_waits() -> None:
    pace, spoken_for, waits = Pace(interval_seconds=1.0, burst=3), None, []
    for _ in range(5):
        slot, spoken_for = next_slot(pace, spoken_for, NOW)
        waits.append((slot - NOW).total_seconds())
    assert waits == [0, 0, 0, 1, 2]


def test_customers_and_agents_share_the_account() -> None:
    limits = telegram_limits(Telegram())
    assert limits["telegram"].account == limits["desk"].account
    assert limits["telegram"].altogether == limits["desk"].altogether
    assert limits["telegram"].per_chat is not None
    assert limits["desk"].per_group is not None
