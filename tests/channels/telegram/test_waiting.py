"""What stands on the screen of a customer who waits, and what the agents see of how the wait ends."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, SARA, ask, talk
from tests.channels.telegram.served import Shop
from tests.channels.telegram.test_supervisors import after
from tests.service.shop import TestClock

QUEUES = "queues: {support: {default: true, silent_after: 10m}}"
CHOICES = ["Call me back", "Back to the menu", "Leave the queue"]


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], clock=TestClock(), desk=QUEUES)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    return shop


@pytest.fixture
def ali(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], ALI, "Ali")


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


def with_buttons(person: Person) -> list[str]:
    """The last lines of all messages that can be tapped."""
    return [seen.text.splitlines()[-1] for seen in person.screen() if seen.buttons]


async def test_the_newest_word_of_the_queue_has_the_buttons_until_somebody_comes(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person
) -> None:
    nima = server.customer(400, "Nima")
    await ask(nima)
    await nima.wait_for("You are next.", button="Leave the queue", ever=True)
    await ask(sara)
    queued = await sara.wait_for("You are number 2 in the queue.", button="Call me back", ever=True)
    assert queued.labels == CHOICES
    await sara.say("My lamp is broken.")
    await nima.tap("Leave the queue")
    await nima.wait_for("All right, cancelled.", ever=True)
    await after(shop, 121)
    await sara.wait_for("You are next.", button="Leave the queue", ever=True)
    await sara.wait_until(lambda _screen: with_buttons(sara) == ["You are next."])
    ali = await ali.wait_for_topic("Sara")
    await ali.wait_for("My lamp is broken.", ever=True)
    await ali.tap("Take")
    await sara.wait_for("Ali has joined the conversation.", ever=True)
    await sara.wait_until(lambda _screen: with_buttons(sara) == [])


async def test_a_silent_customer_is_asked_and_has_left_for_all_to_see(shop: Shop, sara: Person, ali: Person) -> None:
    await ask(sara)
    await sara.wait_for("You are next.", ever=True)
    await after(shop, 601)
    await sara.wait_for("Are you still there? We're keeping your place.", button="Keep waiting", ever=True)
    await after(shop, 121)
    await sara.wait_for("We haven't heard from you", ever=True)
    await sara.wait_until(lambda _screen: with_buttons(sara) == [])
    ali = await ali.wait_for_topic("Sara")
    await ali.wait_until(lambda _screen: ali.topic.closed)


async def test_a_customer_may_leave_an_agent(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.say("How can I help?")
    await sara.wait_for("How can I help?")
    await sara.command("/cancel")
    await sara.wait_for("Leave the conversation with Ali?", button="Leave")
    await sara.tap("Leave")
    await sara.wait_for("How was it?", ever=True)
    await ali.wait_for("The customer has ended the conversation.", ever=True)
    await ali.wait_until(lambda _screen: ali.topic.closed)
