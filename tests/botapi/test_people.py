"""What people on the stage do and see."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)

from tests.botapi.server import BotApiServer

SARA = 100


def menu(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=label.lower())] for label in labels]
    )


async def test_everything_a_person_can_send(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA)
    await sara.start("orders-17")
    await sara.send_photo(caption="Broken")
    await sara.send_document(b"text", name="bill.txt")
    await sara.send_voice()
    await sara.send_video()
    await sara.send_audio()
    await sara.send_animation()
    await sara.send_video_note()
    await sara.send_sticker()
    await sara.send_location()
    await sara.send_contact()
    await sara.send_album(b"one", b"two", caption="Both")
    messages = [update.message for update in await bot.get_updates() if update.message]
    assert [message.content_type for message in messages] == [
        *("text", "photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"),
        *("location", "contact", "photo", "photo"),
    ]
    assert messages[0].text == "/start orders-17"
    assert messages[-1].media_group_id == messages[-2].media_group_id is not None
    assert messages[2].document
    downloaded = await bot.download(messages[2].document)
    assert downloaded
    assert downloaded.read() == b"text"


async def test_an_edit_is_told_and_a_deletion_is_not(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA)
    said = await sara.say("Helo")
    await sara.edit(said, "Hello")
    await sara.delete(said)
    kinds = [update.event_type for update in await bot.get_updates()]
    assert kinds == ["message", "edited_message"]


async def test_a_very_long_text_goes_in_pieces(server: BotApiServer, bot: Bot) -> None:
    await server.customer(SARA).say("😀" * 3000)
    assert [len(update.message.text or "") for update in await bot.get_updates() if update.message] == [2048, 952]


async def test_waiting_sees_only_what_came_since_the_last_act(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA)
    await sara.say("One")
    await bot.send_message(SARA, "Thanks")
    await sara.say("Two")
    with pytest.raises(AssertionError, match="Sara waited"):
        await sara.wait_for("Thanks", within=0.01)
    assert (await sara.wait_for("Thanks", ever=True)).text == "Thanks"
    waiting = asyncio.create_task(sara.wait_for("Thanks"))
    sent = await bot.send_message(SARA, "Thanks again")
    assert (await waiting).message_id == sent.message_id


async def test_an_edited_message_is_news(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA, started=True)
    sent = await bot.send_message(SARA, "Choose", reply_markup=menu("Orders", "Help"))
    await sara.tap("Orders")
    await bot.edit_message_text("Your orders", chat_id=SARA, message_id=sent.message_id)
    assert (await sara.wait_for("Your orders")).edited
    await sara.wait_until(lambda screen: screen[-1].labels == [])


async def test_a_stale_tap_and_a_double_tap(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA, started=True)
    sent = await bot.send_message(SARA, "Choose", reply_markup=menu("Orders", "Help"))
    [old] = sara.screen()
    await bot.edit_message_text("Your orders", chat_id=SARA, message_id=sent.message_id)
    with pytest.raises(AssertionError, match="no button 'Help' on the screen"):
        await sara.tap("Help")
    await sara.tap("Help", on=old, times=2)
    taps = [update.callback_query for update in await bot.get_updates() if update.callback_query]
    assert [tap.data for tap in taps] == ["help", "help"]
    assert taps[0].id != taps[1].id
    sara.forge("no such data", on=old)
    [forged] = await bot.get_updates(offset=-1)
    assert forged.callback_query
    assert forged.callback_query.data == "no such data"
    await bot.delete_message(SARA, sent.message_id)
    await sara.tap("Help", on=old)
    [late] = await bot.get_updates(offset=-1)
    assert late.callback_query
    assert isinstance(late.callback_query.message, InaccessibleMessage)


async def test_links_tell_the_bot_nothing(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA, started=True)
    link = InlineKeyboardButton(text="Shop", url="https://shop.example")
    await bot.send_message(SARA, "Look", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[link]]))
    with pytest.raises(AssertionError, match="opens a link"):
        await sara.tap("Shop")


async def test_no_link_can_carry_a_bad_payload(server: BotApiServer) -> None:
    for payload in ("x" * 65, "a.b", "сара"):
        with pytest.raises(AssertionError, match="no link can carry"):
            await server.customer(SARA).start(payload)


async def test_who_blocked_the_bot_does_not_write(server: BotApiServer) -> None:
    sara = server.customer(SARA, started=True)
    await sara.block()
    with pytest.raises(AssertionError, match="has blocked the bot"):
        await sara.say("Hello")


async def test_the_bot_is_dragged_into_a_group(server: BotApiServer, bot: Bot) -> None:
    group = server.group(-1001, "Friends")
    server.drag_in(group, server.customer(SARA))
    joined, seen = await bot.get_updates()
    assert joined.my_chat_member
    assert joined.my_chat_member.old_chat_member.status == "left"
    assert seen.message
    assert seen.message.new_chat_members
    await bot.leave_chat(-1001)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.leave_chat(-1002)


async def test_a_channel_post_is_its_own_kind_of_update(server: BotApiServer, bot: Bot) -> None:
    channel = server.group(-1009, "News", kind="channel", bot="administrator")
    server.announce(channel, "We open at nine")
    [update] = await bot.get_updates()
    assert update.channel_post
    assert update.channel_post.text == "We open at nine"
    server.demote(channel)
    with pytest.raises(TelegramBadRequest, match="need administrator rights in the channel chat"):
        await bot.send_message(-1009, "Hello")


async def test_commands_by_language_and_place(server: BotApiServer, bot: Bot) -> None:
    english, persian = [BotCommand(command="menu", description=text) for text in ("Menu", "منو")]
    await bot.set_my_commands([english])
    await bot.set_my_commands([persian], language_code="fa")
    await bot.set_my_commands([english, persian], scope=BotCommandScopeChat(chat_id=-1001))
    assert [command.description for command in await bot.get_my_commands(language_code="fa")] == ["منو"]
    assert await bot.get_my_commands(language_code="ar") == []
    assert server.world.commands["chat:-1001", ""] == [c.model_dump(exclude_none=True) for c in (english, persian)]
    for bad in ("Menu", "me nu", "x" * 33):
        with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
            await bot.set_my_commands([BotCommand(command=bad, description="Menu")])
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_DESCRIPTION_INVALID"):
        await bot.set_my_commands([BotCommand(command="menu", description="x" * 257)])
    with pytest.raises(TelegramBadRequest, match="BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands([english] * 101)
    await bot.set_my_description("We help", language_code="en")
    assert (await bot.get_my_description(language_code="en")).description == "We help"
