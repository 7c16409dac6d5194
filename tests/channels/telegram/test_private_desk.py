"""Agents who work in private chats with the bot, without any group."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.channels.telegram.served import Shop
from tests.channels.telegram.test_desk import ALI, FLOWS, REZA, SARA, ask, bot_says

MONA = 101


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    shop = Shop(tmp_path, server, FLOWS)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Reza", telegram_id=REZA, queues=["support", "sales"])
    return shop


@pytest.fixture
async def ali(server: BotApiServer, shop: Shop) -> Person:
    return await at_work(server.customer(ALI, "Ali"))


@pytest.fixture
async def reza(server: BotApiServer, shop: Shop) -> Person:
    return await at_work(server.customer(REZA, "Reza"))


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


@pytest.fixture
def mona(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(MONA, "Mona")


async def at_work(agent: Person) -> Person:
    """The agent makes the private chat a desk."""
    await agent.command("/desk")
    await agent.wait_for("This chat is your desk now")
    return agent


async def take(agent: Person, customer: Person) -> Seen:
    """The customer asks for a person, and this agent takes them. Gives the card."""
    name = customer.user.first_name
    await ask(customer)
    offer = await agent.wait_for(f"{name} asks for a person", ever=True, where=lambda seen: "Take" in seen.labels)
    await agent.tap("Take", on=offer)
    await customer.wait_for(agent.user.first_name)
    return await agent.wait_for(name, button="Release", ever=True)


async def test_a_customer_is_served_in_a_private_chat(sara: Person, ali: Person) -> None:
    card = await take(ali, sara)
    for shown in ("Queue: support", "Wants a person.", "Welcome to the shop.", "What you write here goes to #1 Sara."):
        assert shown in card.text
    assert card.labels == ["Release", "Transfer", "Close"]
    await sara.say("Hello?")
    line = await ali.wait_for("Hello?")
    assert line.text == "#1 Sara\nHello?"
    assert line.styled("bold") == ["#1 Sara"]
    assert line.labels == []
    await ali.say("Good morning, Sara.")
    await sara.wait_for("Good morning, Sara.")
    await ali.command("/close solved")
    await ali.wait_for("Closed: solved.")
    await sara.wait_for("How was it?", ever=True)
    assert all(not seen.buttons for seen in ali.screen())


async def test_the_slower_of_two_agents_sees_who_has_it(sara: Person, ali: Person, reza: Person) -> None:
    await ask(sara)
    for agent in (ali, reza):
        await agent.wait_for("Sara asks for a person", button="Take", ever=True)
    offer = reza.latest()
    await ali.tap("Take")
    over = await reza.wait_for("Ali was faster and has it.")
    assert over.message_id == offer.message_id
    assert over.labels == []
    query = await reza.tap("Take", on=offer)
    assert query
    assert (await query.answer())["text"] == "Ali has it."
    await ali.wait_for("It's yours.")
    await reza.say("Hello from me", reply_to=offer)
    await reza.wait_for("Not sent: Ali has #1 Sara now.")
    assert "Hello from me" not in bot_says(sara)


async def test_several_customers_are_told_apart(sara: Person, mona: Person, ali: Person) -> None:
    await take(ali, sara)
    card = await take(ali, mona)
    assert "does not go to #2 Mona yet" in card.text
    assert card.labels[0] == "✍️ #2 Mona"
    await mona.say("I am Mona.")
    line = await ali.wait_for("I am Mona.")
    assert line.text.startswith("#2 Mona\n")
    assert line.labels == ["✍️ #2 Mona"]
    await ali.say("To Sara")
    await sara.wait_for("To Sara")
    await ali.say("To Mona", reply_to=line)
    await mona.wait_for("To Mona")
    await ali.say("To Sara again")
    await sara.wait_for("To Sara again")
    await ali.tap("✍️ #2 Mona", on=line)
    await ali.wait_for("What you write now goes to #2 Mona.")
    await ali.say("To Mona again")
    await mona.wait_for("To Mona again")
    await ali.command("/switch 1")
    await ali.wait_for("What you write now goes to #1 Sara.")
    assert not {"To Mona", "To Mona again"} & set(bot_says(sara))
    assert not {"To Sara", "To Sara again"} & set(bot_says(mona))
