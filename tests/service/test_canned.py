"""Canned answers, whatever becomes of the desk's file meanwhile."""

import asyncio

from bot.service.desk.canned import Canned
from tests.service.shop import DESK, START, Shop, desk


async def test_an_answer_that_the_desk_loses_meanwhile_is_said_as_it_was(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    await shop.hears("1", START)
    handoff = f"{(await shop.hears('1', '3')).conversation}.h1"
    await shop.handoffs.take(handoff, sara, "a1")
    shop.installation.desk = desk(f"{DESK}canned: {{hello: 'Hello, I am {{agent.name}}.'}}")
    filling = asyncio.create_task(Canned(turns=shop.turns, installation=shop.installation).fill(handoff, sara, "Hello"))
    await asyncio.sleep(0)  # its turn has not come yet
    shop.installation.desk = desk()
    assert (await filling).text.text == "Hello, I am Sara."
