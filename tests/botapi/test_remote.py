"""The server as a process of its own."""

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramServerError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.botapi.conftest import PlainSession
from tests.botapi.remote import RemoteServer

DESK = -1001


def bot_for(server: RemoteServer) -> Bot:
    return Bot(server.token, session=PlainSession(api=TelegramAPIServer.from_base(server.url)))


async def test_a_conversation_with_a_server_elsewhere() -> None:
    async with RemoteServer() as server, bot_for(server) as bot:
        sara = await server.customer(100, "Sara")
        await sara.say("Hello")
        await bot.get_updates()
        yes = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]])
        await bot.send_message(100, "Sure?", reply_markup=yes)
        seen = await sara.wait_for("Sure?", button="Yes")
        await sara.tap("Yes", times=2)
        await sara.tap("Yes", on=seen)
        taps = [update.callback_query for update in await bot.get_updates() if update.callback_query]
        assert [tap.data for tap in taps] == ["yes"] * 3
        await bot.answer_callback_query(taps[0].id)
        log = await server.log(method="answerCallbackQuery")
        assert len(log["calls"]) == 1
        assert len(log["unanswered"]) == 2
        assert log["violations"] == []
        with pytest.raises(AssertionError, match="no button 'No' on the screen"):
            await sara.tap("No")


async def test_topics_and_faults_elsewhere() -> None:
    async with RemoteServer(options=("--limits",)) as server, bot_for(server) as bot:
        ali = await server.member(await server.forum(DESK), 200, "Ali")
        topic = await bot.create_forum_topic(DESK, "Sara")
        here = await ali.wait_for_topic("Sara")
        await here.say("On it")
        assert [seen.text for seen in await here.screen()] == ["", "On it"]
        await server.stage("fail_next", kind="server_error", method="sendMessage")
        with pytest.raises(TelegramServerError):
            await bot.send_message(DESK, "Hello", message_thread_id=topic.message_thread_id)
        await server.stage("delete_topic", chat=DESK, thread_id=topic.message_thread_id)
        assert await ali.topics() == []
