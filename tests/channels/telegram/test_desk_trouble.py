"""What can be wrong with the agents' group, and what is done about it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.channels.telegram.api import Api
from bot.channels.telegram.desk.groups import Groups
from bot.channels.telegram.identity import Identity
from bot.service.desk.handoffs import Glance, Handoffs
from storage.database import DatabaseDown
from tests.botapi.bell import PATIENCE_SECONDS
from tests.botapi.chats import Membership
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.botapi.topics import ICON_COLORS, open_topic
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, SARA, ask, bot_says, talk
from tests.channels.telegram.leases import OneProcess
from tests.channels.telegram.served import Mode, Shop

OTHER_DESK = -1009876
GONE_WORDS = ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"]


async def open_shop(
    folder: Path, server: BotApiServer, stack: AsyncExitStack, *chats: int, agents: bool = True
) -> Shop:
    shop = Shop(folder, server, FLOWS, desk_chats=chats)
    await shop.open(stack)
    if agents:
        await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    return shop


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    return await open_shop(tmp_path, server, stack, DESK)


@pytest.fixture
def ali(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], ALI, "Ali")


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


@pytest.mark.parametrize("words", GONE_WORDS)
async def test_a_deleted_topic_is_made_again_with_all_that_was_said(
    server: BotApiServer, sara: Person, ali: Person, words: str
) -> None:
    ali = await talk(sara, ali)
    await sara.say("My order is late.")
    await ali.wait_for("My order is late.")
    server.delete_topic(ali.chat, ali.topic.thread_id, words=words)
    await sara.say("Hello?")
    again = await ali.wait_for_topic("Sara")
    assert again.thread_id != ali.thread_id
    await again.wait_for("My order is late.", ever=True)
    await again.wait_for("Hello?", where=lambda seen: seen.text == "Hello?", ever=True)
    await again.say("I am here.")
    await sara.wait_for("I am here.")
    assert [seen.labels for seen in again.screen() if seen.buttons] == [["Release", "Transfer", "Close"]]
    await again.command("/close")
    await again.wait_until(lambda screen: again.topic.closed)
    assert [seen.labels for seen in again.screen() if seen.buttons] == [["solved", "spam", "No outcome"]]


async def test_topics_that_are_deleted_together_are_all_made_again_once(
    server: BotApiServer, shop: Shop, ali: Person
) -> None:
    customers = [server.customer(SARA + number, f"Sara{number}") for number in range(3)]
    topics = [await talk(customer, ali) for customer in customers]
    for topic in topics:
        server.delete_topic(ali.chat, topic.topic.thread_id)
    for customer in customers:
        await customer.say("Hello?")
        await customer.say("Anybody?")
    for number, customer in enumerate(customers):
        again = await ali.wait_for_topic(f"Sara{number}")
        await again.wait_for("Anybody?", where=lambda seen: seen.text == "Anybody?", ever=True)
        await again.say(f"I am back, {number}.")
        await customer.wait_for(f"I am back, {number}.")
    assert sorted(topic.name.partition("Sara")[2][:1] for topic in ali.topics()) == ["0", "1", "2"]


async def test_a_topic_that_somebody_closed_is_opened_for_the_customer(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    ali = await talk(sara, ali)
    server.close_topic(ali.chat, ali.topic.thread_id)
    await sara.say("Are you there?")
    await ali.wait_for("Are you there?", ever=True)
    assert not ali.topic.closed


@pytest.mark.parametrize("method", ["createForumTopic", "sendMessage"])
async def test_a_card_that_met_a_failure_makes_no_second_topic(
    server: BotApiServer, sara: Person, ali: Person, method: str
) -> None:
    await sara.start()
    await sara.wait_for(button="Talk to a person")
    server.fail_next("too_many_requests", method=method, chat_id=DESK, retry_after=1)
    await sara.tap("Talk to a person")
    ali = await ali.wait_for_topic("Sara")
    await ali.wait_for(button="Take", ever=True)
    assert len(ali.topics()) == 1


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_an_agent_writes_before_the_card_is_there_is_not_lost(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack, mode: Mode
) -> None:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK])
    await shop.open(stack, mode)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    sara, ali = server.customer(SARA, "Sara"), server.member(server.world.chats[DESK], ALI, "Ali")
    await sara.start()
    await sara.wait_for(button="Talk to a person")
    server.fail_next("too_many_requests", method="sendMessage", chat_id=DESK, retry_after=2)
    await sara.tap("Talk to a person")
    ali = await ali.wait_for_topic("Sara")
    beginning = next(seen for seen in ali.screen() if "forum_topic_created" in seen.content)
    await ali.say("Hello Sara, I am here.", reply_to=beginning)
    await sara.wait_for("Hello Sara, I am here.")
    await ali.wait_for(button="Release", ever=True)


async def test_what_an_agent_writes_while_the_card_is_stored_is_not_lost(
    server: BotApiServer, sara: Person, ali: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Handoffs.in_thread

    async def look_slowly(handoffs: Handoffs, thread: str) -> Glance | None:
        found = await look(handoffs, thread)
        while found is None and await is_not_stored(handoffs):  # noqa: ASYNC110 - the database rings no bell
            await asyncio.sleep(0.01)
        return found

    async def is_not_stored(handoffs: Handoffs) -> bool:
        handoff = await handoffs.numbered(1)
        return handoff is None or handoff.thread is None

    monkeypatch.setattr(Handoffs, "in_thread", look_slowly)
    server.fail_next("too_many_requests", method="sendMessage", chat_id=DESK, retry_after=1)
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    await ali.say("Hello Sara, I am here.")
    await sara.wait_for("Hello Sara, I am here.")


async def test_who_writes_in_a_topic_that_a_crash_left_behind_is_told(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    orphan = ali.in_topic(open_topic(server.world, ali.chat, server.world.bot, "🟡 #7 Sara", ICON_COLORS[0]))
    beginning = next(seen for seen in orphan.screen() if "forum_topic_created" in seen.content)
    await orphan.say("Hello?", reply_to=beginning)
    await orphan.wait_for("Not sent: this topic belongs to no customer.")


async def test_words_for_a_topic_that_was_made_again_hold_up_nobody(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    desk = await talk(sara, ali)
    before = ali.in_topic(open_topic(server.world, ali.chat, server.world.bot, desk.topic.name, ICON_COLORS[0]))
    beginning = next(seen for seen in before.screen() if "forum_topic_created" in seen.content)
    await before.say("Hello?", reply_to=beginning)
    await before.wait_for("Not sent: this topic belongs to no customer.")
    await sara.say("Is anybody there?")
    await desk.wait_for("Is anybody there?")


async def test_of_many_answers_in_a_closed_topic_none_is_lost(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali.chat.members[ALI] = Membership(ali.user, "creator")  # who may write there still
    desk = await talk(sara, ali)
    await desk.command("/close solved")
    await desk.wait_until(lambda _: desk.topic.closed)
    server.fail_sometimes("slow", 1.0, method="reopenForumTopic", seconds=0.2)  # until then it is closed to all
    for number in range(5):
        await desk.say(f"One thing more: {number}")
    await desk.wait_until(lambda screen: sum("Not sent: this is closed." in seen.text for seen in screen) == 5)


async def test_a_venue_keeps_its_name_and_address(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await sara.send_venue("The old mill", "Mill Street 1")
    await ali.wait_for("The old mill\nMill Street 1")
    await ali.send_venue("Our shop", "Market 3")
    await sara.wait_for("Our shop\nMarket 3")


async def test_the_house_speaks_to_agents_in_the_language_of_the_flows(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    server.forum(DESK)
    shop = Shop(tmp_path, server, "settings: {languages: [fa]}\n" + FLOWS, desk_chats=[DESK])
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    sara, ali = server.customer(SARA, "Sara"), server.member(server.world.chats[DESK], ALI, "Ali")
    await sara.send_photo()
    await sara.wait_for(button="Talk to a person")
    await sara.tap("Talk to a person")
    ali = await ali.wait_for_topic("Sara")
    card = await ali.wait_for("Sara", ever=True)
    assert "\u2068ربات\u2069: Welcome to the shop." in card.text
    assert "\u2068Sara\u2069: [عکس]" in card.text
    server.block(SARA)
    await ali.say("Hello")
    await ali.wait_for("یک پیام به دست مشتری نرسید: ربات را مسدود کرده است.")


async def test_without_the_right_to_make_topics_nobody_is_there(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person
) -> None:
    server.demote(ali.chat, without=["can_manage_topics"])
    await ali.wait_for("right to manage topics", ever=True)
    assert shop.account.problems() == (
        f"desk group {DESK} does not let the bot manage topics: make it an admin with that right",
    )
    await ask(sara)
    await sara.wait_for("Nobody is here.")
    server.promote(ali.chat)
    await server.all_delivered()
    await server.log.wait_for("getChatMember", times=3)
    await ask(sara)
    await ali.wait_for_topic("Sara")
    assert shop.account.problems() == ()


async def test_rights_that_are_lost_unseen_cost_one_customer_the_wait(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person
) -> None:
    await server.log.wait_for("getChatMember")
    server.world.chats[DESK].members[server.world.bot.user_id].rights = frozenset()
    await ask(sara)
    await ali.wait_for("right to manage topics", ever=True)
    await sara.wait_for("Nobody is", ever=True)


async def test_a_group_without_topics_is_told_so(server: BotApiServer, tmp_path: Path, stack: AsyncExitStack) -> None:
    group = server.group(DESK, bot="administrator")
    ali = server.member(group, ALI, "Ali")
    shop = await open_shop(tmp_path, server, stack, DESK)
    await ali.wait_for("turn on Topics", ever=True)
    assert shop.account.problems() == (f"desk group {DESK} has no topics: turn them on in the group's settings",)
    sara = server.customer(SARA, "Sara")
    await ask(sara)
    await sara.wait_for("Nobody is here.")
    assert server.log.to("leaveChat") == []


async def test_a_group_that_is_not_there_is_no_desk(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    shop = await open_shop(tmp_path, server, stack, DESK)
    await server.log.wait_for("getChat", where=lambda call: call.error is not None)
    sara = server.customer(SARA, "Sara")
    await ask(sara)
    await sara.wait_for("Nobody is", ever=True)
    assert shop.account.problems() == (f"desk group {DESK} is not there, or the bot is no member of it",)


async def test_two_groups_share_the_load(server: BotApiServer, tmp_path: Path, stack: AsyncExitStack) -> None:
    chats = [server.forum(DESK), server.forum(OTHER_DESK)]
    await open_shop(tmp_path, server, stack, DESK, OTHER_DESK)
    agents = [server.member(chat, ALI, "Ali") for chat in chats]
    for number in range(4):
        await ask(server.customer(SARA + number, f"Sara{number}"))
    for agent in agents:
        await agent.chat.bell.wait_until(lambda agent=agent: len(agent.topics()) == 2 or None, PATIENCE_SECONDS)  # type: ignore[misc]
    assert [len(agent.topics()) for agent in agents] == [2, 2]


async def test_when_one_group_is_lost_the_other_takes_over(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    first, second = server.forum(DESK), server.forum(OTHER_DESK)
    await open_shop(tmp_path, server, stack, DESK, OTHER_DESK)
    await server.log.wait_for("getChatMember", times=2)
    for chat in (first, second):
        server.member(chat, ALI, "Ali")
    first.members[server.world.bot.user_id].rights = frozenset()
    for number in range(2):
        await ask(server.customer(SARA + number, f"Sara{number}"))
    ali = Person(server.world, server.world.users[ALI], second)
    await second.bell.wait_until(lambda: len(ali.topics()) == 2 or None, PATIENCE_SECONDS)
    assert len(ali.topics()) == 2


async def test_a_bug_about_one_group_leaves_no_other_unseen(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    server.group(DESK, bot="administrator")
    server.forum(OTHER_DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK, OTHER_DESK])
    shop.leases.broken.add(f"desk-group-told {DESK} no_topics")
    await shop.open(stack)
    await server.log.wait_for("getChatMember", where=lambda call: call.chat_id == OTHER_DESK)


async def test_a_small_group_that_became_large_is_followed(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    small = server.group(-55, kind="group", bot="administrator")
    ali = server.member(small, ALI, "Ali")
    shop = await open_shop(tmp_path, server, stack, -55)
    await ali.wait_for("turn on Topics", ever=True)
    large = server.upgrade(small, DESK)
    await server.all_delivered()
    large.is_forum = True
    large.forget_wire()
    server.promote(large)
    await server.all_delivered()
    await server.log.wait_for("getChatMember", where=lambda call: call.chat_id == DESK)
    sara = server.customer(SARA, "Sara")
    await ask(sara)
    await server.member(large, ALI, "Ali").wait_for_topic("Sara")
    assert shop.account.problems() == ()


async def test_topics_that_have_moved_with_their_group_are_worked_in(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    ali = await talk(sara, ali)
    before, topic = ali.chat, ali.topic
    after = server.upgrade(before, OTHER_DESK)
    after.is_forum, after.topics = True, before.topics
    after.posts |= before.posts
    after.last_message_id = before.last_message_id
    after.forget_wire()
    server.promote(after)
    await server.all_delivered()
    await sara.say("Are you there?")
    ali = server.member(after, ALI, "Ali").in_topic(topic)
    await ali.wait_for("Are you there?", ever=True)
    await ali.say("I am.")
    await sara.wait_for("I am.")


async def test_a_group_that_moves_while_it_is_looked_at_is_one_group(server: BotApiServer) -> None:
    server.group(-55, kind="group", bot="administrator")
    server.forum(DESK)
    server.fail_next("slow", method="getChat", chat_id=-55, seconds=0.3, after_effect=True)
    api = Api(server.url, server.token)
    groups = Groups(api, Identity(api), [-55], OneProcess(), DatabaseDown, "en")
    watching = asyncio.create_task(groups.watch())
    await server.log.wait_for("getChat", where=lambda call: call.chat_id == -55)
    groups.move(-55, DESK)
    await server.log.wait_for("getChatMember", where=lambda call: call.chat_id == DESK)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while groups.problems():  # noqa: ASYNC110 - it rings no bell
            await asyncio.sleep(0.01)
    assert groups.usable() == (str(DESK),)
    watching.cancel()
    await api.close()


async def test_nothing_of_this_is_said_to_customers(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.command("/history")
    await ali.command("/queue")
    await ali.say("Bye")
    await sara.wait_for("Bye")
    assert not [text for text in bot_says(sara) if "Nobody" in text or "Welcome to the shop.\n" in text]
