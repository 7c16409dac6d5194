"""A forum group as agents and the bot live in it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, User

from tests.botapi.chats import Chat
from tests.botapi.server import BotApiServer

DESK = -1001


@pytest.fixture
def desk(server: BotApiServer) -> Chat:
    return server.forum(DESK)


async def test_a_topic_from_opening_to_closing(server: BotApiServer, bot: Bot, desk: Chat) -> None:
    ali = server.member(desk, 200, "Ali")
    topic = await bot.create_forum_topic(DESK, "#17 Sara")
    take = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Take", callback_data="take")]])
    await bot.send_message(DESK, "Card", message_thread_id=topic.message_thread_id, reply_markup=take)
    here = await ali.wait_for_topic("Sara")
    await here.wait_for("Card", button="Take")
    query = await here.tap("Take")
    await here.say("On it")
    tapped, said = await bot.get_updates()
    assert tapped.callback_query
    assert query
    assert (tapped.callback_query.id, tapped.callback_query.data) == (query.query_id, "take")
    assert said.message
    assert said.message.message_thread_id == topic.message_thread_id
    assert said.message.is_topic_message
    assert said.message.reply_to_message
    assert said.message.reply_to_message.forum_topic_created
    await bot.edit_forum_topic(DESK, topic.message_thread_id, name="#17 Sara (Ali)")
    await bot.close_forum_topic(DESK, topic.message_thread_id)
    assert (here.topic.name, here.topic.closed) == ("#17 Sara (Ali)", True)
    with pytest.raises(AssertionError, match="the topic is closed"):
        await here.say("Too late")


async def test_what_nothing_changes_is_refused(bot: Bot, desk: Chat) -> None:
    topic = (await bot.create_forum_topic(DESK, "Sara")).message_thread_id
    for name in ("", "x" * 129):
        with pytest.raises(TelegramBadRequest):
            await bot.create_forum_topic(DESK, name)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.edit_forum_topic(DESK, topic, name="Sara")
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.reopen_forum_topic(DESK, topic)


async def test_deleted_and_closed_topics_refuse_messages(server: BotApiServer, bot: Bot, desk: Chat) -> None:
    first, second, third = [(await bot.create_forum_topic(DESK, name)).message_thread_id for name in "abc"]
    server.delete_topic(desk, first)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(DESK, "Hello", message_thread_id=first)
    with pytest.raises(TelegramBadRequest, match="TOPIC_ID_INVALID"):
        await bot.close_forum_topic(DESK, first)
    server.delete_topic(desk, second, words="TOPIC_DELETED")
    with pytest.raises(TelegramBadRequest, match="TOPIC_DELETED"):
        await bot.send_message(DESK, "Hello", message_thread_id=second)
    server.close_topic(desk, third)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(DESK, "Hello", message_thread_id=third)
    await bot.reopen_forum_topic(DESK, third)
    await bot.send_message(DESK, "Hello", message_thread_id=third)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(DESK, "General has no thread", message_thread_id=1)
    assert server.violations == []


async def test_rights(server: BotApiServer, bot: Bot, desk: Chat) -> None:
    ours = (await bot.create_forum_topic(DESK, "Sara")).message_thread_id
    theirs = (await server.member(desk, 200).open_topic("Lunch")).topic.thread_id
    await bot.close_forum_topic(DESK, theirs)
    server.demote(desk, without=["can_manage_topics", "can_delete_messages"])
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(DESK, "Mina")
    with pytest.raises(TelegramBadRequest, match="not enough rights to close or open the topic"):
        await bot.reopen_forum_topic(DESK, theirs)
    await bot.close_forum_topic(DESK, ours)
    with pytest.raises(TelegramBadRequest, match="not enough rights to delete the topic"):
        await bot.delete_forum_topic(DESK, ours)
    server.turn_topics_off(desk)
    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(DESK, "Mina")
    server.kick(desk)
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(DESK, "Hello")
    changes = [
        update.my_chat_member.new_chat_member.status for update in await bot.get_updates() if update.my_chat_member
    ]
    assert changes == ["administrator", "kicked"]


async def test_agents_open_and_close_topics_too(server: BotApiServer, bot: Bot, desk: Chat) -> None:
    ali = server.member(desk, 200, "Ali", status="administrator")
    here = await ali.open_topic("Ours")
    await here.close_topic()
    await here.reopen_topic()
    assert [update.message.content_type for update in await bot.get_updates() if update.message] == [
        *("forum_topic_created", "forum_topic_closed", "forum_topic_reopened"),
    ]
    await here.delete_topic()
    assert ali.topics() == []


async def test_deleting_a_topic_takes_its_messages(server: BotApiServer, bot: Bot, desk: Chat) -> None:
    ali = server.member(desk, 200)
    topic = (await bot.create_forum_topic(DESK, "Sara")).message_thread_id
    await bot.send_message(DESK, "Card", message_thread_id=topic)
    await bot.send_message(DESK, "In General")
    await bot.delete_forum_topic(DESK, topic)
    assert [seen.text for seen in ali.screen()] == ["In General"]


async def test_people_are_mentioned_by_their_id_if_telegram_knows_them(
    server: BotApiServer, bot: Bot, desk: Chat
) -> None:
    ali = server.member(desk, 200, "Ali")
    topic = (await bot.create_forum_topic(DESK, "Sara")).message_thread_id
    stranger = User(id=404, is_bot=False, first_name="Nobody")
    mentions = [
        MessageEntity(type="text_mention", offset=0, length=3, user=User(id=200, is_bot=False, first_name="?")),
        MessageEntity(type="text_link", offset=4, length=3, url="tg://user?id=200"),
        MessageEntity(type="text_mention", offset=8, length=3, user=stranger),
    ]
    await bot.send_message(DESK, "Ali Ali Bob", entities=mentions, message_thread_id=topic)
    seen = await ali.in_topic(topic).wait_for("Ali")
    assert seen.styled("text_mention") == ["Ali", "Ali"]
    assert [entity["user"]["first_name"] for entity in seen.entities] == ["Ali", "Ali"]
