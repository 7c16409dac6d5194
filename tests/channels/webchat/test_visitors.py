"""Who a visitor is, and how fast they may write."""

from datetime import UTC, datetime, timedelta

from bot.channels.webchat.visitors import PACE, REMEMBERED, Patience, address_of, is_visitor, new_visitor

NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


def test_secrets_are_new_and_addresses_hide_them() -> None:
    one, other = new_visitor(), new_visitor()
    assert one != other
    assert is_visitor(one)
    assert address_of(one) == address_of(one) != address_of(other)
    assert one not in address_of(one)
    assert not is_visitor(one + "\n")
    assert not is_visitor(one[:-1])


def test_a_burst_then_one_a_second() -> None:
    patience = Patience()
    assert [patience.wait_seconds("a", NOON) for _ in range(PACE.burst)] == [0.0] * PACE.burst
    assert patience.wait_seconds("a", NOON) == PACE.interval_seconds
    assert patience.wait_seconds("a", NOON) == PACE.interval_seconds, "who asks too early does not wait longer for it"
    assert patience.wait_seconds("b", NOON) == 0.0
    later = NOON + timedelta(seconds=PACE.interval_seconds)
    assert patience.wait_seconds("a", later) == 0.0
    assert patience.wait_seconds("a", later) > 0


def test_the_pace_of_so_many_visitors_is_known_and_no_more() -> None:
    patience = Patience()
    for _ in range(PACE.burst):
        patience.wait_seconds("first", NOON)
    for number in range(REMEMBERED):
        patience.wait_seconds(str(number), NOON)
    assert patience.wait_seconds("first", NOON) == 0.0
    assert patience.wait_seconds("1", NOON) == 0.0
