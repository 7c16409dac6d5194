"""A customer is removed by a command, while agents see them in Telegram."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from bot.service.privacy import Privacy
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, FLOWS, SARA, talk
from tests.channels.telegram.served import Shop
from tests.channels.telegram.test_private_desk import at_work, take


async def remove(shop: Shop, stack: AsyncExitStack) -> None:
    """As the command does, which leaves to those who serve what is to be done elsewhere."""
    taking_over = asyncio.create_task(shop.delivery.run())
    stack.callback(taking_over.cancel)
    privacy = Privacy(database=shop.database, files=shop.files, clock=shop.clock)
    customer = await privacy.find("telegram", str(SARA))
    assert customer
    await privacy.forget(customer)


async def test_their_topic_goes_with_all_that_was_said_there(
    desk_shop: Shop, sara: Person, ali: Person, stack: AsyncExitStack
) -> None:
    ali = await talk(sara, ali)
    await sara.say("A secret of mine")
    await ali.wait_for("A secret of mine")
    await remove(desk_shop, stack)
    await desk_shop.server.log.wait_for("deleteForumTopic")
    assert ali.screen() == []


async def test_where_the_bot_may_not_delete_whoever_may_is_asked(
    desk_shop: Shop, sara: Person, ali: Person, stack: AsyncExitStack
) -> None:
    ali = await talk(sara, ali)
    desk_shop.server.demote(ali.chat, without=["can_delete_messages"])
    await remove(desk_shop, stack)
    await ali.wait_for("please delete this topic")
    await desk_shop.server.log.wait_for("closeForumTopic")
    assert (ali.topic.name, ali.topic.closed) == ("⚪ #1", True)


async def test_a_topic_that_is_gone_already_is_no_trouble(
    desk_shop: Shop, sara: Person, ali: Person, stack: AsyncExitStack
) -> None:
    ali = await talk(sara, ali)
    desk_shop.server.delete_topic(ali.chat, ali.topic.thread_id)
    await remove(desk_shop, stack)
    [call] = await desk_shop.server.log.wait_for("deleteForumTopic")
    assert call.error is not None
    await sara.start()
    await sara.wait_for("What can we do?", button="Talk to a person")


async def test_an_agent_who_works_privately_learns_that_nobody_is_there(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    shop = Shop(tmp_path, server, FLOWS)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    ali, sara = await at_work(server.customer(ALI, "Ali")), server.customer(SARA, "Sara")
    await take(ali, sara)
    await remove(shop, stack)
    told = await ali.wait_for("was removed")
    assert told.text == "#1\n⚪ The customer is no longer waiting (was removed)."
    await ali.say("Are you there?")
    await ali.wait_for("Not sent")
