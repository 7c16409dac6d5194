"""Everything that customers can send, as a conversation hears it."""

import pytest
from aiogram.enums import ContentType

from bot.channels.telegram.wire import SERVICE_KINDS, UNSUPPORTED_KINDS, Message
from bot.content import Choice, Content, RichText
from bot.engine.inputs import (
    CommandHeard,
    ContactHeard,
    CustomerBlocked,
    CustomerReturned,
    EditHeard,
    MediaHeard,
    PlaceHeard,
    TapHeard,
    TextHeard,
    UnsupportedHeard,
)
from bot.ports import Say
from tests.botapi.server import BotApiServer
from tests.channels.telegram.conftest import Connect
from tests.channels.telegram.saying import said
from tests.channels.telegram.scripted import Scripted
from tests.channels.telegram.served import Shop

SARA = 100

USER = {"id": SARA, "is_bot": False, "first_name": "Sara", "language_code": "fa"}
PRIVATE = {"id": SARA, "type": "private", "first_name": "Sara"}


@pytest.fixture
async def shop(connect: Connect) -> Shop:
    """One way in is enough here: both bring the same updates."""
    return await connect("webhook")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/start", ("start", "")),
        ("/start orders-17", ("start", "orders-17")),
        ("/Menu", ("menu", "")),
        ("/menu@switchboard_test_bot", ("menu", "")),
        ("/menu@SWITCHBOARD_test_bot now", ("menu", "now")),
        ("/note first\nsecond", ("note", "first\nsecond")),
    ],
)
async def test_commands(server: BotApiServer, house: Scripted, shop: Shop, text: str, heard: tuple[str, str]) -> None:
    sent = await server.customer(SARA).say(text)
    name, argument = heard
    assert await house.wait_for(1) == [CommandHeard(name=name, argument=argument, message_id=str(sent.message_id))]


@pytest.mark.parametrize("text", ["/menu@another_bot", "/", "//", "/menu/orders", "/SetSlots(paid=true)", " /menu now"])
async def test_what_only_looks_like_a_command_is_text(
    server: BotApiServer, house: Scripted, shop: Shop, text: str
) -> None:
    await server.customer(SARA).say(f"- {text}"[2:])
    [heard] = await house.wait_for(1)
    assert isinstance(heard, TextHeard | CommandHeard)
    if text.strip() == "/menu now":  # Telegram takes away the space before it
        assert heard == CommandHeard(name="menu", argument="now", message_id=heard.message_id)
    else:
        assert heard == TextHeard(text=text, message_id=heard.message_id)


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"])
async def test_files(server: BotApiServer, house: Scripted, shop: Shop, kind: str) -> None:
    sara = server.customer(SARA)
    seen = await getattr(sara, f"send_{kind}")()
    [heard] = await house.wait_for(1)
    assert isinstance(heard, MediaHeard)
    assert heard.attachment.kind == kind
    wire = seen.content[kind][-1] if kind == "photo" else seen.content[kind]
    assert heard.attachment.file == f"telegram:{wire['file_id']}"
    assert heard.attachment.size_bytes == wire["file_size"]
    assert (heard.attachment.name, heard.attachment.mime) == (wire.get("file_name"), wire.get("mime_type"))


async def test_a_caption_and_an_album(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    await server.customer(SARA).send_album(b"one", b"two", caption="Both sides")
    first, second = await house.wait_for(2)
    assert isinstance(first, MediaHeard)
    assert isinstance(second, MediaHeard)
    assert (first.caption, second.caption) == ("Both sides", "")
    assert first.album is not None
    assert first.album == second.album


async def test_places_and_contacts(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    sara = server.customer(SARA)
    await sara.send_location(35.5, 51.25)
    await sara.send_contact("+989121234567")
    await sara.send_contact("+982100000", own=False)
    place, own, other = await house.wait_for(3)
    assert isinstance(place, PlaceHeard)
    assert (place.place.latitude, place.place.longitude) == (35.5, 51.25)
    assert isinstance(own, ContactHeard)
    assert isinstance(other, ContactHeard)
    assert (own.contact.phone, own.contact.own) == ("+989121234567", True)
    assert (other.contact.phone, other.contact.own, other.contact.name) == ("+982100000", False, "Somebody")


async def test_edited_words_and_captions(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    sara = server.customer(SARA)
    text, photo = await sara.say("17"), await sara.send_photo(caption="front")
    await sara.edit(text, "18")
    await sara.edit(photo, "back")
    heard = (await house.wait_for(4))[2:]
    assert [one.message_id for one in heard] == [str(text.message_id), str(photo.message_id)]
    assert [one.content.text.text for one in heard if isinstance(one, EditHeard)] == ["18", "back"]


async def test_a_customer_who_blocks_the_bot_and_comes_back(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    sara = server.customer(SARA)
    await sara.say("Hi")
    await sara.block()
    await sara.unblock()
    assert (await house.wait_for(3))[1:] == [CustomerBlocked(), CustomerReturned()]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"dice": {"emoji": "🎲", "value": 3}}, "dice"),
        ({"story": {"chat": PRIVATE, "id": 4}}, "story"),
        (
            {
                "venue": {
                    "location": {"latitude": 1.0, "longitude": 2.0},
                    "title": "Shop",
                    "address": "Street",
                },
                "location": {"latitude": 1.0, "longitude": 2.0},
            },
            None,
        ),
    ],
)
async def test_kinds_that_are_not_files(
    server: BotApiServer, house: Scripted, shop: Shop, content: dict[str, object], what: str | None
) -> None:
    server.customer(SARA)
    message = {"message_id": 9, "date": 1_700_000_000, "chat": PRIVATE, "from": USER}
    server.world.emit("message", message | content, SARA)
    [heard] = await house.wait_for(1)
    if what is None:
        assert isinstance(heard, PlaceHeard)
    else:
        assert heard == UnsupportedHeard(what=what, message_id="9")


@pytest.mark.parametrize(
    "content",
    [
        {"pinned_message": {"message_id": 3, "date": 1_700_000_000, "chat": PRIVATE, "from": USER, "text": "a"}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 5}},
        {"write_access_allowed": {}},
        {"checklist_tasks_done": {"marked_as_done_task_ids": [1]}},
        {"managed_bot_created": {"bot": {"id": 3, "is_bot": True, "first_name": "Helper"}}},
    ],
)
async def test_news_of_the_chat_itself_say_nothing(
    server: BotApiServer, house: Scripted, shop: Shop, content: dict[str, object]
) -> None:
    sara = server.customer(SARA)
    message = {"message_id": 9, "date": 1_700_000_000, "chat": PRIVATE, "from": USER}
    server.world.emit("message", message | content, SARA)
    await sara.say("Hi")
    assert [type(heard) for heard in await house.wait_for(1)] == [TextHeard]
    await server.all_delivered()


def test_every_kind_of_message_is_known() -> None:
    """Whether somebody said something, and what: the kinds are those of the Bot API that aiogram knows."""
    kinds = {kind.value for kind in ContentType} - {"unknown", "any"}
    assert kinds <= SERVICE_KINDS | {*UNSUPPORTED_KINDS} | {*Message.__struct_fields__} | {"live_photo"}  # with a photo


async def test_a_moving_live_location_is_no_edit(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    sara = server.customer(SARA)
    location = {"latitude": 1.0, "longitude": 2.0, "live_period": 600}
    message = {"message_id": 9, "date": 1_700_000_000, "chat": PRIVATE, "from": USER, "location": location}
    server.world.emit("edited_message", message | {"edit_date": 1_700_000_100}, SARA)
    await sara.say("Hi")
    assert [type(heard) for heard in await house.wait_for(1)] == [TextHeard]


async def test_a_message_of_another_bot_is_passed_over(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    sara = server.customer(SARA)
    message = {"message_id": 9, "date": 1_700_000_000, "chat": PRIVATE, "from": USER | {"is_bot": True}, "text": "hi"}
    server.world.emit("message", message, SARA)
    await sara.say("Hello")
    [heard] = await house.wait_for(1)
    assert isinstance(heard, TextHeard)
    assert heard.text == "Hello"


async def test_a_forged_button_and_the_longest_token(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    token = "12.345." + "x" * 57
    menu_of = Say(content=Content(text=RichText(text="Choose")), choices=(Choice(label="Yes", token=token),))
    house.script = lambda inbound: [menu_of] if isinstance(inbound.heard, TextHeard) else []
    sara = server.customer(SARA)
    await sara.say("Hi")
    menu = await sara.wait_for("Choose")
    await sara.tap("Yes", on=menu)
    query = sara.forge("../../etc/passwd'; DROP TABLE", on=menu)
    assert await query.answer() == {}
    taps = [heard.token for heard in await house.wait_for(3) if isinstance(heard, TapHeard)]
    assert taps == [token, "../../etc/passwd'; DROP TABLE"]


async def test_an_old_button_is_answered_with_a_notice(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    house.notice = "stale"
    house.script = lambda inbound: [said("Choose", "Yes")] if isinstance(inbound.heard, TextHeard) else []
    sara = server.customer(SARA, language_code="fa")
    await sara.say("Hi")
    await sara.wait_for("Choose")
    query = await sara.tap("Yes")
    assert query
    assert await query.answer() == {"text": "این دکمه قدیمی است."}
