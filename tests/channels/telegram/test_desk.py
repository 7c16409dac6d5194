"""Agents in a forum group, with the real house behind it."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.server import BotApiServer
from tests.channels.telegram.served import Shop

SARA = 100
ALI = 201
REZA = 202
DESK = -1001234

FLOWS = """
flows:
  main:
    description: the start
    start: true
    steps:
      - say: Welcome to the shop.
      - id: top
        menu: What can we do?
        options:
          - label: Talk to a person
            then: person
          - label: Nothing
            then: END
      - id: person
        handoff: support
        note: Wants a person.
        on_no_agent:
          - say: Nobody is here.
            next: END
      - say: Back with the bot.
        next: END
"""


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK])
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Reza", telegram_id=REZA, queues=["support"])
    return shop


async def test_a_customer_reaches_a_person(server: BotApiServer, shop: Shop) -> None:
    desk = server.world.chats[DESK]
    ali, reza = server.member(desk, ALI, "Ali"), server.member(desk, REZA, "Reza")
    sara = server.customer(SARA, "Sara")
    await sara.start()
    await sara.wait_for("What can we do?", button="Talk to a person")
    await sara.tap("Talk to a person")
    ali = await ali.wait_for_topic("Sara")
    card = await ali.wait_for("Sara", button="Take", ever=True)
    assert "Queue: support" in card.text
    assert "Wants a person." in card.text
    assert "Welcome to the shop." in card.text
    query = await ali.tap("Take")
    assert query
    assert (await query.answer())["text"] == "It's yours."
    await sara.wait_for("Ali")
    await ali.wait_for("Sara", button="Release")
    assert ali.topic.name.startswith("🟢 #")
    await sara.say("Hello?")
    await ali.wait_for("Hello?")
    await ali.say("Good morning, Sara.")
    await sara.wait_for("Good morning, Sara.")
    await ali.say("// a difficult one")
    await ali.wait_for("Noted.")
    await ali.command("/close solved")
    await sara.wait_for("Back with the bot.")
    await ali.wait_until(lambda screen: ali.topic.closed)
    assert ali.topic.name.startswith("✅ #")
    assert all("difficult" not in seen.text for seen in sara.screen())
    assert reza.topics() == ali.topics()
