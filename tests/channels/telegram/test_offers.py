"""Customers who are offered to agents in their group, one after the other."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, REZA, SARA, ask
from tests.channels.telegram.served import Shop

OFFERING = "queues: {support: {default: true, distribution: longest_idle, dispositions: [solved]}}"


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], desk=OFFERING)
    await shop.open(stack)
    routing = asyncio.create_task(shop.routing.run())
    stack.callback(routing.cancel)
    shop.turns.on_commit(shop.routing.accept)
    for name, account in (("Ali", ALI), ("Reza", REZA)):
        await shop.agents.add(name, telegram_id=account, queues=["support"])
    return shop


async def test_an_offer_goes_on_to_the_next_agent_who_then_has_the_customer(shop: Shop, server: BotApiServer) -> None:
    forum = server.world.chats[DESK]
    ali, reza = server.member(forum, ALI, "Ali"), server.member(forum, REZA, "Reza")
    sara = server.customer(SARA, "Sara")
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    reza = reza.in_topic(ali.topic)
    offer = await ali.wait_for("Ali", button="Accept", ever=True)
    assert offer.labels == ["Accept", "Decline"]
    for pressed in ("Accept", "Take"):
        query = await reza.tap(pressed)
        assert query
        assert (await query.answer())["text"] == "It is offered to Ali right now."
    await ali.tap("Decline", on=offer)
    await ali.wait_for("Ali declined.")
    await reza.wait_for("Reza", button="Accept")
    await reza.tap("Accept")
    await sara.wait_for("Reza")
    await reza.wait_for("Reza accepted.")
    await sara.say("Hello?")
    await reza.wait_for("Hello?")
    assert not any("Accept" in seen.labels for seen in reza.screen())


async def test_who_comes_back_is_offered_who_waits(shop: Shop, server: BotApiServer) -> None:
    forum = server.world.chats[DESK]
    ali, reza = server.member(forum, ALI, "Ali"), server.member(forum, REZA, "Reza")
    sara = server.customer(SARA, "Sara")
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    await ali.wait_for("Ali", button="Accept", ever=True)
    await reza.command("/away lunch")
    await reza.wait_for("You are away.")
    await ali.tap("Decline")
    await ali.wait_for("Ali declined.")
    await reza.command("/back")
    await reza.in_topic(ali.topic).wait_for("Reza", button="Accept")
