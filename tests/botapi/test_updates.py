"""Long polling: nothing is lost before it is acknowledged, and nothing comes after."""

import asyncio
from collections.abc import Callable

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.botapi.calls import ABANDONED
from tests.botapi.server import BotApiServer

SARA = 100


async def test_an_update_comes_again_until_a_greater_offset(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA)
    await sara.say("One")
    await sara.say("Two")
    first = await bot.get_updates(limit=1)
    assert await bot.get_updates(limit=1) == first
    [second] = await bot.get_updates(offset=first[0].update_id + 1)
    assert second.message
    assert second.message.text == "Two"
    await bot.get_updates(offset=second.update_id + 1)
    await server.all_delivered()


async def test_a_negative_offset_keeps_only_the_newest(server: BotApiServer, bot: Bot) -> None:
    for text in ("One", "Two", "Three"):
        await server.customer(SARA).say(text)
    [update] = await bot.get_updates(offset=-1)
    assert update.message
    assert update.message.text == "Three"
    assert len(server.feed.pending) == 1


async def test_a_poll_waits_for_what_comes(server: BotApiServer, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await server.log.wait_for("getUpdates")
    await server.customer(SARA).say("Hello")
    [update] = await polling
    assert update.message
    assert update.message.text == "Hello"


async def test_of_two_polls_the_older_one_is_ended(server: BotApiServer, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await server.log.wait_for("getUpdates")
    newer = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await older
    await server.customer(SARA).say("Hello")
    assert len(await newer) == 1


async def test_a_poll_whose_bot_died_does_not_eat_updates(server: BotApiServer, bot: Bot) -> None:
    dead = asyncio.create_task(bot.get_updates(timeout=30))
    await server.log.wait_for("getUpdates")
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)
    await server.log.wait_for("getUpdates", where=lambda call: call.error == ABANDONED)
    await server.customer(SARA).say("Hello")
    assert len(await bot.get_updates(timeout=30)) == 1


async def test_no_polling_while_a_webhook_is_set(server: BotApiServer, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await server.log.wait_for("getUpdates")
    await bot.set_webhook("http://127.0.0.1:9/nowhere")
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await polling
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_only_wanted_kinds_come(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA)
    said = await sara.say("One")
    await sara.react(said, "👍")
    assert [update.event_type for update in await bot.get_updates(offset=-1)] == ["message"]
    await bot.get_updates(allowed_updates=["message_reaction"])
    await sara.react(said, "👍")
    await sara.say("Two")
    assert [update.event_type for update in await bot.get_updates(offset=-1)] == ["message_reaction"]


async def test_the_same_update_can_come_twice_after_it_was_acknowledged(server: BotApiServer, bot: Bot) -> None:
    await server.customer(SARA).say("Hello")
    [update] = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    server.deliver_again(update.update_id, times=2)
    assert await bot.get_updates(offset=update.update_id + 1) == [update, update]
    assert await bot.get_updates(offset=update.update_id + 1) == []


async def test_dropping_what_waits(server: BotApiServer, bot: Bot) -> None:
    await server.customer(SARA).say("Hello")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []


async def test_blocking_is_told(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA, started=True)
    await sara.block()
    await sara.unblock()
    blocked, back = await bot.get_updates()
    assert blocked.my_chat_member
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member
    assert back.my_chat_member.new_chat_member.status == "member"


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(server: BotApiServer, bot: Bot) -> None:
    group = server.group(-1001)
    ali = server.member(group, 200)
    await ali.say("Lunch?")
    await ali.say("/menu")
    await ali.say("Ask @switchboard_test_bot")
    asked = await bot.send_message(-1001, "Yes?")
    await ali.say("Nothing", reply_to=next(seen for seen in ali.screen() if seen.message_id == asked.message_id))
    heard = [update.message.text for update in await bot.get_updates() if update.message]
    assert heard == ["/menu", "Ask @switchboard_test_bot", "Nothing"]
    server.promote(group)
    await ali.say("Lunch?")
    await server.customer(SARA).say("Hello")
    heard = [update.message.text for update in await bot.get_updates() if update.message]
    assert heard[-2:] == ["Lunch?", "Hello"]


async def test_a_lax_server_still_carries_a_conversation(bot_of: Callable[[BotApiServer], Bot]) -> None:
    async with BotApiServer(lax=True) as server, bot_of(server) as bot:
        sara = server.customer(SARA)
        await sara.say("Hello")
        assert len(await bot.get_updates()) == 1
        yes = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]])
        await bot.send_message(SARA, "Sure?", reply_markup=yes)
        await sara.wait_for("Sure?")
        query = await sara.tap("Yes")
        assert query
        await bot.answer_callback_query(query.query_id)
        assert server.calls == []
        assert server.log.counts["sendMessage"] == 1


async def test_private_chats_share_one_count_of_messages_and_supergroups_do_not(server: BotApiServer, bot: Bot) -> None:
    sara, mina = server.customer(100), server.customer(101, "Mina")
    desk = server.forum(-1001)
    numbers = [(await person.say("Hello")).message_id for person in (sara, mina, sara)]
    assert numbers == [1, 2, 3]
    assert (await server.member(desk, 200).say("Hello")).message_id == 2
