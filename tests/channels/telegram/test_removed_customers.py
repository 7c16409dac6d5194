"""A customer is removed by a command, while agents see them in Telegram."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from bot.service.privacy import Privacy
from tests.botapi.bell import PATIENCE_SECONDS
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, SARA, talk
from tests.channels.telegram.served import Shop
from tests.channels.telegram.test_callbacks import FLOWS as CALLING
from tests.channels.telegram.test_callbacks import PHONE, QUEUES, leave_number
from tests.channels.telegram.test_private_desk import at_work, take
from tests.channels.telegram.test_tickets import COMPLAINTS, DEPARTMENTS, complain
from tests.channels.telegram.test_tickets import FLOWS as COMPLAINING
from tests.invariants.checker import pending
from tests.invariants.waiting import until

THREE_DAYS = 3 * 86400


async def remove(shop: Shop, stack: AsyncExitStack) -> None:
    """As the command does, which leaves to those who serve what is to be done elsewhere."""

    async def all_is_kept() -> bool:
        return await shop.database.read(pending) == 0

    await until(all_is_kept, PATIENCE_SECONDS, "something was left unsent")
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
    await ali.wait_until(lambda screen: not any("Sara" in seen.text for seen in screen))


async def test_their_tickets_are_gone_from_the_departments_chat(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    """A photo of theirs is too old to be deleted by now: its words go."""
    server.forum(DESK)
    server.group(COMPLAINTS, kind="group")
    shop = Shop(tmp_path, server, COMPLAINING, desk_chats=[DESK], desk=DEPARTMENTS)
    await shop.open(stack)
    ali = server.member(server.world.chats[COMPLAINTS], ALI, "Ali")
    await complain(server.customer(SARA, "Sara"), ali)
    photo = await ali.wait_for("🎫 #1 · Sara", ever=True)
    ali.chat.posts[photo.message_id].date -= THREE_DAYS
    await remove(shop, stack)
    await ali.wait_for("The customer was removed.")
    assert [(seen.text, seen.labels) for seen in ali.screen() if seen.from_bot] == [("The customer was removed.", [])]


async def test_the_number_that_they_left_is_gone(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> None:
    server.forum(DESK)
    shop = Shop(tmp_path, server, CALLING, desk_chats=[DESK], desk=QUEUES)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    ali = server.member(server.world.chats[DESK], ALI, "Ali")
    await leave_number(server.customer(SARA, "Sara"))
    await ali.wait_for(PHONE)
    await remove(shop, stack)
    await ali.wait_until(lambda screen: not any("Sara" in seen.text or PHONE in seen.text for seen in screen))
