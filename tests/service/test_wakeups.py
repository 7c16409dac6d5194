"""Waits that run out become inputs."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.service import wakeups
from storage import inbox
from tests.service.shop import START, Shop, TestClock
from tests.service.test_turns import spoil

FLOWS = """
flows:
  main:
    start: true
    description: asks, and does not wait for ever
    steps:
      - id: ask
        menu: Yes or no?
        options: [{label: "Yes"}, {label: "No"}]
        timeout: 60s
        no_input: Are you there?
        tries: 2
        on_fail: [{say: Goodbye., next: END}]
        next: END
settings: {expires: 3d}
"""


async def test_a_silent_customer_is_asked_again_and_then_let_go(shop: Shop) -> None:
    await shop.publish(FLOWS)
    taken = await shop.hears("1", START)
    clockwork = shop.wakeups
    assert await clockwork.wake_due() == 0
    shop.test_clock.pass_by(61)
    assert await clockwork.wake_due() == 1
    assert await clockwork.wake_due() == 0
    await shop.customers.wait_for(2)
    assert "Are you there?" in shop.customers.texts("1")[1]
    shop.test_clock.pass_by(61)
    await clockwork.wake_due()
    assert taken.conversation is not None
    assert (await shop.kinds(taken.conversation))[-1] == "ConversationClosed"
    assert await clockwork.wake_due() == 0


async def test_two_processes_wake_a_conversation_once(postgres_database: str) -> None:
    clock = TestClock()
    shops = [Shop(postgres_database, process=name, clock=clock) for name in ("one", "two")]
    for shop in shops:
        await shop.publish(FLOWS)
    taken = [await shops[0].hears(str(number), START) for number in range(10)]
    clock.pass_by(61)
    await asyncio.gather(*(shop.wakeups.wake_due() for shop in shops))
    for one in taken:
        assert one.conversation is not None
        assert (await shops[0].kinds(one.conversation)).count("InputRejected") == 1
    for shop in shops:
        await shop.close(1)


async def test_a_conversation_that_cannot_be_woken_gets_a_person_and_is_not_woken_for_ever(shop: Shop) -> None:
    await shop.publish(FLOWS)
    await shop.add_agent("Ali")
    taken = await shop.hears("1", START)
    assert taken.conversation is not None
    await spoil(shop, taken.conversation, due_at=shop.clock.now())
    clockwork = shop.wakeups
    assert await clockwork.wake_due() == 1
    assert await clockwork.wake_due() == 0
    kinds = await shop.kinds(taken.conversation)
    assert kinds.count("TurnFailed") == 1
    assert "HandoffQueued" in kinds


async def test_the_house_sweeps_on_while_much_is_old(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a house where much is said would forget less in ten minutes than it hears."""
    monkeypatch.setattr(inbox, "PRUNED_AT_ONCE", 2)
    monkeypatch.setattr(wakeups, "MANY", 1)
    monkeypatch.setattr(wakeups, "SWEEP_ON_SECONDS", 0.01)
    keys = {(("telegram", str(number)), shop.clock.now() - timedelta(days=number)) for number in range(4, 12)}
    for key, at in keys:
        await shop.database.run(lambda connection, key=key, at=at: inbox.ask_to_remember(connection, [key], at)())  # type: ignore[misc]
    sweeping = asyncio.create_task(shop.wakeups.run())
    async with asyncio.timeout(20):
        while await shop.database.read(lambda connection: connection.execute(text("SELECT 1 FROM inbox")).first()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # rows ring no bell
    sweeping.cancel()
