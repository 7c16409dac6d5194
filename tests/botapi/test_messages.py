"""What may be sent and what Telegram refuses, told by a real aiogram bot."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import (
    BufferedInputFile,
    ChatMemberAdministrator,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from tests.botapi.server import BotApiServer

SARA = 100


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(buttons)])


def button(label: str = "Yes", callback_data: str = "yes") -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=callback_data)


@pytest.fixture(autouse=True)
def sara(server: BotApiServer) -> None:
    server.customer(SARA, "Sara", started=True)


async def test_a_text_arrives_with_its_entities_and_buttons(server: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_message(
        SARA, "<b>Hello</b> 😀 <i>you</i>", parse_mode="HTML", reply_markup=keyboard(button())
    )
    [seen] = server.customer(SARA).screen()
    assert seen.text == sent.text == "Hello 😀 you"
    assert seen.styled("bold") == ["Hello"]
    assert seen.styled("italic") == ["you"]
    assert seen.labels == ["Yes"]
    assert server.violations == []


async def test_the_longest_text_goes_and_one_more_character_does_not(server: BotApiServer, bot: Bot) -> None:
    await bot.send_message(SARA, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.send_message(SARA, "x" * 4097)
    assert server.violations == ["sendMessage: Bad Request: message is too long"]


@pytest.mark.parametrize("text", [" \n ", "<b></b>"])
async def test_a_text_without_anything_to_read_is_refused(bot: Bot, text: str) -> None:
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await bot.send_message(SARA, text, parse_mode="HTML")


@pytest.mark.parametrize(
    ("parse_mode", "text", "words"),
    [
        ("HTML", "a < b", "can't parse entities: Unsupported start tag"),
        ("HTML", "<b>a", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("MarkdownV2", "1.5", "can't parse entities: Character '.' is reserved"),
        ("Wiki", "a", "unsupported parse_mode"),
    ],
)
async def test_broken_markup_is_refused(bot: Bot, parse_mode: str, text: str, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(SARA, text, parse_mode=parse_mode)


@pytest.mark.parametrize(("offset", "length"), [(0, 3), (1, 1), (2, 1), (-1, 1), (0, 0)])
async def test_entities_must_cover_whole_characters_of_the_text(bot: Bot, offset: int, length: int) -> None:
    with pytest.raises(TelegramBadRequest, match="entity"):
        await bot.send_message(SARA, "😀", entities=[MessageEntity(type="bold", offset=offset, length=length)])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (button(callback_data="é" * 32 + "x"), "BUTTON_DATA_INVALID"),
        (button(callback_data=""), "BUTTON_DATA_INVALID"),
        (button(label=""), "text must be non-empty"),
        (InlineKeyboardButton(text="a"), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton(text="a", url="javascript:alert(1)"), "Wrong HTTP URL"),
        (InlineKeyboardButton(text="a", url="https://t.me/shop_bot?start=with space"), "Wrong HTTP URL"),
        (InlineKeyboardButton(text="a", url="https://t.me/shop_bot?start=" + "x" * 65), "start parameter"),
    ],
)
async def test_a_bad_button_is_refused(server: BotApiServer, bot: Bot, bad: InlineKeyboardButton, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(SARA, "Choose", reply_markup=keyboard(bad))
    assert len(server.violations) == 1


async def test_callback_data_may_have_64_bytes(server: BotApiServer, bot: Bot) -> None:
    await bot.send_message(SARA, "Choose", reply_markup=keyboard(button(callback_data="é" * 32)))
    assert server.violations == []


async def test_a_keyboard_has_at_most_eight_columns_and_a_hundred_buttons(bot: Bot) -> None:
    await bot.send_message(SARA, "Choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button()] * 5] * 20))
    for rows in ([[button()] * 9], [[button()] * 5] * 20 + [[button()]]):
        with pytest.raises(TelegramBadRequest, match="reply markup is too long"):
            await bot.send_message(SARA, "Choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


async def test_whom_the_bot_cannot_reach(server: BotApiServer, bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(404, "Hello")
    server.customer(101, "Silent")
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(101, "Hello")
    server.block(SARA)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(SARA, "Hello")
    server.customer(102, "Gone", started=True)
    server.deactivate(102)
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(102, "Hello")
    group = server.group(-1001, "Group")
    server.kick(group)
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(-1001, "Hello")
    assert server.violations == [], "none of this is the bot's mistake"


async def test_an_upgraded_group_names_its_new_identifier(server: BotApiServer, bot: Bot) -> None:
    group = server.group(-5, "Small", kind="group")
    server.member(group, 200)
    server.upgrade(group, -1005)
    with pytest.raises(TelegramMigrateToChat) as refused:
        await bot.send_message(-5, "Hello")
    assert refused.value.migrate_to_chat_id == -1005
    await bot.send_message(-1005, "Hello")


async def test_edits(server: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_message(SARA, "One", reply_markup=keyboard(button()))
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content"):
        await bot.edit_message_text("One", chat_id=SARA, message_id=sent.message_id, reply_markup=keyboard(button()))
    await bot.edit_message_text("Two", chat_id=SARA, message_id=sent.message_id)
    [seen] = server.customer(SARA).screen()
    assert (seen.text, seen.labels, seen.edited) == ("Two", [], True)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=SARA, message_id=sent.message_id, caption="Three")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Two", chat_id=SARA, message_id=999)
    theirs = await server.customer(SARA).say("Mine")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("Yours", chat_id=SARA, message_id=theirs.message_id)


async def test_deleted_is_gone_from_the_screen(server: BotApiServer, bot: Bot) -> None:
    first, second = [await bot.send_message(SARA, text) for text in ("One", "Two")]
    await bot.delete_message(SARA, first.message_id)
    assert server.calls[-1].params == {"chat_id": SARA, "message_id": first.message_id}
    assert [seen.text for seen in server.customer(SARA).screen()] == ["Two"]
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(SARA, first.message_id)
    await bot.delete_messages(SARA, [first.message_id, second.message_id])
    assert server.customer(SARA).screen() == []


async def test_a_file_keeps_its_kind_and_its_content(server: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_photo(SARA, BufferedInputFile(b"light", "p.jpg"), caption="<b>Look</b>", parse_mode="HTML")
    assert sent.photo
    again = await bot.send_photo(SARA, sent.photo[-1].file_id)
    assert again.photo == sent.photo
    with pytest.raises(TelegramBadRequest, match="can't use file of type Photo as Voice"):
        await bot.send_voice(SARA, sent.photo[-1].file_id)
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_photo(SARA, "no-such-file")
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(SARA, sent.photo[-1].file_id, caption="x" * 1025)
    with pytest.raises(TelegramBadRequest, match="too big for a photo"):
        await bot.send_photo(SARA, BufferedInputFile(b"x" * (10 * 1024 * 1024 + 1), "big.jpg"))
    downloaded = await bot.download(sent.photo[-1].file_id)
    assert downloaded
    assert downloaded.read() == b"light"
    assert server.customer(SARA).screen()[0].styled("bold") == ["Look"]


async def test_a_customers_large_file_cannot_be_fetched(server: BotApiServer, bot: Bot) -> None:
    await server.customer(SARA).send_document(pretended_size=21 * 1024 * 1024)
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.document
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(update.message.document.file_id)


async def test_every_kind_of_content(server: BotApiServer, bot: Bot) -> None:
    file = BufferedInputFile(b"content", "a.bin")
    await bot.send_document(SARA, file)
    await bot.send_video(SARA, file)
    await bot.send_animation(SARA, file)
    await bot.send_audio(SARA, file)
    await bot.send_voice(SARA, file)
    await bot.send_video_note(SARA, file)
    await bot.send_sticker(SARA, file)
    await bot.send_location(SARA, 35.7, 51.4)
    await bot.send_venue(SARA, 35.7, 51.4, "Shop", "Street 1")
    await bot.send_contact(SARA, "+98912", "Ali")
    await bot.send_chat_action(SARA, "typing")
    await bot.send_media_group(SARA, [InputMediaPhoto(media=file, caption="Both"), InputMediaPhoto(media=file)])
    with pytest.raises(TelegramBadRequest, match="2-10 items"):
        await bot.send_media_group(SARA, [InputMediaPhoto(media=file)])
    with pytest.raises(TelegramBadRequest, match="in the album"):
        await bot.send_media_group(SARA, [InputMediaPhoto(media=file), InputMediaDocument(media=file)])
    assert [next(iter(seen.content)) for seen in server.customer(SARA).screen()] == [
        *("document", "video", "animation", "audio", "voice", "video_note", "sticker"),
        *("location", "venue", "contact", "photo", "photo"),
    ]


async def test_copies_forwards_and_replies(server: BotApiServer, bot: Bot) -> None:
    desk = server.forum(-1001)
    theirs = await server.customer(SARA).say("Where is my order?")
    await bot.forward_message(-1001, SARA, theirs.message_id)
    copy = await bot.copy_message(-1001, SARA, theirs.message_id)
    reply = ReplyParameters(message_id=theirs.message_id)
    answer = await bot.send_message(SARA, "Here", reply_parameters=reply)
    assert answer.reply_to_message
    assert answer.reply_to_message.text == "Where is my order?"
    forwarded, copied = desk.posts.values()
    assert forwarded.forward_origin
    assert (copied.message_id, copied.text, copied.forward_origin) == (copy.message_id, "Where is my order?", None)
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(SARA, "Here", reply_parameters=ReplyParameters(message_id=999))
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(-1001, SARA, 999)


async def test_unknown_parameters_are_noticed_and_wrong_types_refused(server: BotApiServer, bot: Bot) -> None:
    session = await bot.session.create_session()  # type: ignore[attr-defined]
    address = f"{server.url}/bot{server.token}"
    async with session.post(f"{address}/SENDMESSAGE", json={"chat_id": SARA, "text": "Hi", "colour": "red"}) as answer:
        assert answer.status == 200
    async with session.post(f"{address}/sendMessage", json={"chat_id": SARA, "text": {"no": 1}}) as answer:
        assert answer.status == 400
    async with session.get(f"{address}/sendMessage?chat_id={SARA}&text=Hi") as answer:
        assert (await answer.json())["result"]["text"] == "Hi"
    async with session.post(f"{address}/sendTelepathy") as answer:
        assert (answer.status, (await answer.json())["description"]) == (404, "Not Found: method not found")
    async with session.post(f"{server.url}/bot1:{'x' * 35}/getMe") as answer:
        assert (answer.status, (await answer.json())["description"]) == (401, "Unauthorized")
    assert server.violations[0] == "sendMessage: unknown parameter colour"
    assert server.violations[1].startswith("sendMessage: Bad Request: can't parse text")


async def test_a_callback_query_is_answered_once(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA)
    await bot.send_message(SARA, "Sure?", reply_markup=keyboard(button()))
    first = await sara.tap("Yes")
    second = await sara.tap("Yes")
    assert first
    assert second
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(first.query_id, text="x" * 201)
    await bot.answer_callback_query(first.query_id, text="Thanks")
    assert await first.answer() == {"text": "Thanks"}
    assert server.world.queries.unanswered() == [second]
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await bot.answer_callback_query(first.query_id)
    server.expire_queries()
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await bot.answer_callback_query(second.query_id)
    assert len(server.violations) == 2, "too long, and answered twice; coming too late happens to everybody"


async def test_the_keyboard_under_the_input_field(server: BotApiServer, bot: Bot) -> None:
    sara = server.customer(SARA)
    markup = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Orders")]])
    await bot.send_message(SARA, "Choose", reply_markup=markup)
    assert await sara.tap("Orders") is None
    assert sara.screen()[-1].text == "Orders"


async def test_pins_reactions_and_members(server: BotApiServer, bot: Bot) -> None:
    desk = server.forum(-1001)
    ali = server.member(desk, 200, "Ali", status="administrator")
    said = await ali.say("Read this")
    await bot.pin_chat_message(-1001, said.message_id)
    await bot.set_message_reaction(-1001, said.message_id, [ReactionTypeEmoji(emoji="👍")])
    assert ali.screen()[0].reactions == ["👍"]
    chat = await bot.get_chat(-1001)
    assert chat.pinned_message
    assert chat.pinned_message.text == "Read this"
    assert isinstance(await bot.get_chat_member(-1001, 200), ChatMemberAdministrator)
    assert await bot.get_chat_member_count(-1001) == 2
    assert len(await bot.get_chat_administrators(-1001)) == 2
    with pytest.raises(TelegramBadRequest, match="PARTICIPANT_ID_INVALID"):
        await bot.get_chat_member(-1001, 12345)
