"""Answers to commits that were lost: what was kept all the same is sent at once, and once."""

import asyncio
from datetime import timedelta

import pytest

from bot.ports import AnyOutgoing, ChannelRefused
from storage.database import DatabaseDown
from tests.invariants.cable import Cable
from tests.service.shop import START, Shop
from tests.service.test_delivery import settled


@pytest.fixture(autouse=True)
def long_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent here because its lease ran out meanwhile."""
    monkeypatch.setattr("bot.service.bookings.LEASE", timedelta(seconds=60))


async def test_a_refusal_is_told_once_though_the_answer_to_its_commit_was_lost(postgres_database: str) -> None:
    async with Cable(postgres_database) as cable:
        shop = Shop(cable.url)
        await shop.publish()
        losing: list[asyncio.Task[None]] = []

        def refuse(_address: str, _outgoing: AnyOutgoing) -> None:
            losing.append(asyncio.create_task(cable.lose_a_commit()))
            raise ChannelRefused("refused", "message is too long")

        shop.customers.before = refuse
        taken = await shop.hears("1", START)
        await asyncio.wait(set(shop.delivery._tasks), timeout=20)
        await asyncio.gather(*losing)  # nothing else may have committed until now
        await settled(shop)
        assert taken.conversation is not None
        assert (await shop.kinds(taken.conversation)).count("DeliveryFailed") == 1
        await shop.close(1)


async def test_what_was_kept_though_the_answer_to_its_commit_was_lost_goes_first(postgres_database: str) -> None:
    async with Cable(postgres_database) as cable:
        shop = Shop(cable.url)
        await shop.publish()
        await shop.hears("1", START)
        await settled(shop)
        losing = asyncio.create_task(cable.lose_a_commit())
        with pytest.raises(DatabaseDown):
            await shop.hears("1", "1", "the choice")
        await losing
        await shop.hears("1", "Ada")
        shop.run()
        assert (await shop.hears("1", "1", "the choice")).duplicate
        await settled(shop)
        assert shop.customers.texts("1") == ["How can we help?", "Your name?", "Hello Ada.", "How can we help?"]
        await shop.close(1)


async def test_what_was_booked_under_a_name_that_is_given_up_is_taken_over(shop: Shop) -> None:
    hearing = asyncio.create_task(shop.hears("1", START))
    for _ in range(2):  # it is asked, and its transaction begins
        await asyncio.sleep(0)
    shop.installation.holder.lose_sight(shop.clock.now())
    await hearing
    assert shop.delivery._leases == {}, "it may be let go at any moment"
    shop.run()
    await shop.customers.wait_for(1)
    await settled(shop)
    assert shop.customers.texts("1") == ["How can we help?"]
