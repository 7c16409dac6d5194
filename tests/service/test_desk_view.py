"""What the desk looks like at one moment."""

from bot.service.desk.view import DeskView, view
from tests.service.shop import Shop
from tests.service.test_handoffs import ask_for_a_person


async def looked_at(shop: Shop) -> DeskView:
    return await view(shop.database, shop.installation.desk, shop.clock.now())


async def test_queues_agents_and_who_waits_are_seen(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    await shop.agents.be(await shop.add_agent("Omid"), "break", "lunch")
    asked_at = shop.clock.now()
    first, second = await ask_for_a_person(shop, "1"), await ask_for_a_person(shop, "2")
    shop.test_clock.pass_by(60)
    taken_at = shop.clock.now()
    await shop.handoffs.take(first, sara, "a1")
    shop.test_clock.pass_by(30)
    seen = await looked_at(shop)
    support, night = seen.queues
    assert (support.name, support.is_open, support.waiting, support.there, support.free) == ("support", True, 1, 1, 1)
    assert (night.name, night.is_open, night.waiting, night.longest_wait_seconds) == ("night", False, 0, None)
    (waits,) = seen.waiting
    assert (waits.handoff, waits.customer, waits.queue) == (second, "Customer 2", "support")
    assert 90 <= waits.seconds <= (shop.clock.now() - asked_at).total_seconds()
    assert support.longest_wait_seconds == waits.seconds
    omid, busy = seen.agents
    assert (omid.presence, omid.reason, omid.load) == ("break", "lunch", 0)
    (has,) = busy.customers
    assert (has.handoff, has.customer) == (first, "Customer 1")
    assert 30 <= has.seconds <= (shop.clock.now() - taken_at).total_seconds()


async def test_who_was_released_has_not_waited_while_an_agent_had_them(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    shop.test_clock.pass_by(20)
    await shop.handoffs.take(handoff, sara, "a1")
    shop.test_clock.pass_by(3600)
    await shop.handoffs.release(handoff, sara, "a2")
    shop.test_clock.pass_by(5)
    (waits,) = (await looked_at(shop)).waiting
    assert 25 <= waits.seconds < 3600
