"""The machine's clock had gone ahead, and is right again: what was begun meanwhile rings in its time all the same."""

from tests.service.shop import START, Shop
from tests.service.test_handoffs import ask_for_a_person
from tests.service.test_routing import now_at
from tests.service.test_wakeups import FLOWS

AHEAD_SECONDS = 3 * 3600.0
MAX_WAIT_SECONDS = 30 * 60.0
LATER = """
flows:
  main:
    start: true
    description: books
    steps: [{follow_up: ask, in: 10m}, {say: Booked.}, {menu: And?, options: [{label: Bye}]}]
  ask: {description: asks, if: false, steps: [{say: How was it?}]}
settings: {calling_hours: always}
"""


async def test_a_wait_rings_in_its_time(shop: Shop) -> None:
    await shop.publish(FLOWS)
    shop.test_clock.pass_by(AHEAD_SECONDS)
    await shop.hears("1", START)
    shop.test_clock.pass_by(-AHEAD_SECONDS)
    assert await shop.wakeups.rewind() == 1
    assert await shop.wakeups.rewind() == 0
    shop.test_clock.pass_by(59)
    assert await shop.wakeups.wake_due() == 0
    shop.test_clock.pass_by(2)
    assert await shop.wakeups.wake_due() == 1
    await shop.customers.wait_for(2)
    assert "Are you there?" in shop.customers.texts("1")[1]


async def test_who_writes_meanwhile_sets_it_right_too(shop: Shop) -> None:
    await shop.publish(FLOWS)
    shop.test_clock.pass_by(AHEAD_SECONDS)
    await shop.hears("1", START)
    shop.test_clock.pass_by(-AHEAD_SECONDS)
    await shop.hears("1", "What?")
    assert await shop.wakeups.rewind() == 0
    shop.test_clock.pass_by(61)
    assert await shop.wakeups.wake_due() == 1


async def test_a_clock_that_is_right_changes_nothing(shop: Shop) -> None:
    await shop.publish(FLOWS)
    await shop.hears("1", START)
    shop.test_clock.pass_by(-30)
    assert await shop.wakeups.rewind() == 0


async def test_a_follow_up_begins_in_its_time(shop: Shop) -> None:
    await shop.publish(LATER)
    shop.test_clock.pass_by(AHEAD_SECONDS)
    await shop.hears("1", START)
    shop.test_clock.pass_by(-AHEAD_SECONDS)
    await shop.wakeups.rewind()
    shop.test_clock.pass_by(9 * 60)
    assert await shop.follow_ups.begin_due() == 0
    shop.test_clock.pass_by(2 * 60)
    assert await shop.follow_ups.begin_due() == 1


async def test_nobody_waits_longer_for_a_person(shop: Shop) -> None:
    await shop.publish()
    await shop.add_agent("Sara")
    shop.test_clock.pass_by(AHEAD_SECONDS)
    handoff = await ask_for_a_person(shop)
    shop.test_clock.pass_by(-AHEAD_SECONDS)
    assert await shop.wakeups.rewind() == 1
    assert await shop.wakeups.rewind() == 0
    shop.test_clock.pass_by(MAX_WAIT_SECONDS - 60)
    await shop.wakeups.wake_due()
    assert (await now_at(shop, handoff)).state == "queued"
    shop.test_clock.pass_by(61)
    await shop.wakeups.wake_due()
    assert (await now_at(shop, handoff)).state == "refused"
