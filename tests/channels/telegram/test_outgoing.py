"""What customers see, and what is done when Telegram does not take it."""

import logging
from functools import partial
from typing import Any

import pytest

from bot.channels.telegram.unfinished import Unfinished
from bot.content import Choice, ContactCard, Content, Place, RichText
from bot.ports import ChannelBusy, Say, ShowChoice, ShowTyping
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.conftest import Connect
from tests.channels.telegram.saying import said, showed
from tests.channels.telegram.scripted import Scripted
from tests.channels.telegram.served import Shop

SARA = 100


@pytest.fixture
async def shop(connect: Connect) -> Shop:
    return await connect("webhook")


@pytest.fixture
async def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara", started=True)


def from_bot(person: Person) -> list[str]:
    return [seen.text for seen in person.screen() if seen.from_bot]


# Texts


HOSTILE = [
    "<b>bold</b> & <script>",
    "*a* _b_ [c](d) `e` ~f~ ||g||",
    "\u202eevil\u202c \u2066x\u2069",
    "a\u200b\u200cb\ufeff",
    "nul\x00 and \x1b[31m",
    "half \ud83d",
    "é" * 50 + "👍🏽" * 50,
    "/start @someone #tag https://example.com +12025550123",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_whatever_is_written_is_text(house: Scripted, sara: Person, text: str) -> None:
    await house.say(SARA, said(text, text[:60]))
    [seen] = sara.screen()
    assert seen.text == "".join(" " if letter in "\x00\x1b\ud83d" else letter for letter in text).strip()
    assert len(seen.labels) == 1
    assert {entity["type"] for entity in seen.entities}.isdisjoint({"bold", "italic", "code", "text_link"})


async def test_a_long_text_comes_in_parts_with_the_buttons_below_the_last(house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("A sentence of some length. " * 400, "Yes"))
    screen = sara.screen()
    assert len(screen) == 3
    assert [seen.labels for seen in screen] == [[], [], ["Yes"]]
    assert all(seen.text.endswith(".") for seen in screen)
    assert house.receipts[0].message_id == str(screen[-1].message_id)


async def test_a_persian_text_that_begins_in_latin_runs_from_the_right(house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("Sara، سلام", language="fa"))
    assert from_bot(sara) == ["\u200fSara، سلام"]


async def test_what_an_agent_wrote_is_left_as_it_is(house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("Sara، سلام", language="fa", handoff="h", desk_message_id="1"))
    assert from_bot(sara) == ["Sara، سلام"]


# Changing what was said


async def test_a_menu_takes_the_place_of_the_tapped_one(house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("First", "A", "B"))
    [menu] = sara.screen()
    await house.say(SARA, said("Second", "C", replaces=str(menu.message_id)))
    [seen] = sara.screen()
    assert (seen.message_id, seen.text, seen.labels) == (menu.message_id, "Second", ["C"])
    assert [receipt.message_id for receipt in house.receipts] == [str(menu.message_id)] * 2


async def test_the_same_menu_again_is_no_failure(server: BotApiServer, house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("First", "A"))
    [menu] = sara.screen()
    await house.say(SARA, said("First", "A", replaces=str(menu.message_id)))
    assert [call.error for call in server.log.to("editMessageText")] != [None]
    assert len(sara.screen()) == 1
    assert house.refusals == []


async def test_a_menu_whose_place_is_gone_is_sent_anew(house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("First", "A"))
    await sara.delete(sara.screen()[0])
    await house.say(SARA, said("Second", "B", replaces="1"), said("Third", "C", replaces="no number"))
    assert from_bot(sara) == ["Second", "Third"]


async def test_a_menu_below_a_picture_gives_way_to_a_new_one(house: Scripted, sara: Person) -> None:
    await house.say(SARA, showed("photo", "https://shop.example/a.jpg", "Look", "A"))
    [picture] = sara.screen()
    await house.say(SARA, said("Second", "B", replaces=str(picture.message_id)))
    assert [seen.labels for seen in sara.screen()] == [[], ["B"]]


async def test_a_choice_is_shown_in_the_caption_of_a_picture(house: Scripted, sara: Person) -> None:
    await house.say(SARA, showed("photo", "https://shop.example/a.jpg", "Look", "A"))
    [picture] = sara.screen()
    await house.say(SARA, ShowChoice(message_id=str(picture.message_id), text=RichText(text="Look"), label="A"))
    [seen] = sara.screen()
    assert (seen.text, seen.labels) == ("Look\n\n✓ A", [])


async def test_a_choice_below_a_text_without_room_only_loses_its_buttons(house: Scripted, sara: Person) -> None:
    text = "x" * 4096
    await house.say(SARA, said(text, "A"))
    [menu] = sara.screen()
    await house.say(SARA, ShowChoice(message_id=str(menu.message_id), text=RichText(text=text), label="A"))
    [seen] = sara.screen()
    assert (seen.text, seen.labels) == (text, [])


async def test_a_choice_of_a_menu_that_is_gone_is_no_failure(house: Scripted, sara: Person) -> None:
    await house.say(SARA, ShowChoice(message_id="77", text=RichText(text="First"), label="A"))
    assert house.refusals == []
    assert sara.screen() == []


async def test_words_that_grew_too_long_go_on_in_a_second_message(house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("short", handoff="h", desk_message_id="1"))
    [first] = sara.screen()
    longer = said("word " * 1000, handoff="h", desk_message_id="1", edited=True, replaces=str(first.message_id))
    await house.say(SARA, longer)
    assert [seen.message_id == first.message_id for seen in sara.screen()] == [True, False]
    assert sum(seen.text.count("word") for seen in sara.screen()) == 1000


# Keyboards of the customer's own


async def test_a_number_is_asked_for_with_a_keyboard_that_goes_away(
    server: BotApiServer, house: Scripted, sara: Person
) -> None:
    skip = (Choice(label="Skip", token="1.1.s"),)
    await house.say(SARA, Say(content=Content(text=RichText(text="Your number?")), expects="contact", choices=skip))
    keyboard = server.world.chats[SARA].reply_keyboard
    assert keyboard
    assert keyboard["keyboard"] == [[{"text": "Share my phone number", "request_contact": True}], [{"text": "Skip"}]]
    assert keyboard["one_time_keyboard"] is True
    await house.say(SARA, said("Thank you.", clears_keyboard=True))
    assert server.world.chats[SARA].reply_keyboard is None
    assert from_bot(sara) == ["Your number?", "Thank you."]


async def test_a_keyboard_goes_away_though_a_menu_follows(server: BotApiServer, house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("Where are you?", expects="location", language="fa"))
    assert "فرستادن موقعیت من" in str(server.world.chats[SARA].reply_keyboard)
    await house.say(SARA, said("Which one?", "A", clears_keyboard=True))
    assert server.world.chats[SARA].reply_keyboard is None
    assert from_bot(sara) == ["Where are you?", "Which one?"]


# Files and places


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"])
async def test_a_file_that_telegram_knows_is_sent_by_its_name(
    server: BotApiServer, house: Scripted, sara: Person, kind: Any
) -> None:
    sent = await getattr(sara, f"send_{kind}")()
    [inbound] = await house.wait_for(1)
    await house.say(SARA, showed(kind, inbound.attachment.file, "Look", "A"))  # type: ignore[union-attr]
    seen = [one for one in sara.screen() if one.from_bot]
    assert seen[0].content[kind] == sent.content[kind]
    assert [one.text for one in seen] == (["", "Look"] if kind in ("sticker", "video_note") else ["Look"])
    assert seen[-1].labels == ["A"]


async def kept(shop: Shop, name: str, content: bytes) -> str:
    async def chunks() -> Any:
        yield content

    return f"upload:{(await shop.files.save(name, chunks())).key}"


async def test_a_file_of_ours_is_uploaded(server: BotApiServer, shop: Shop, house: Scripted, sara: Person) -> None:
    file = await kept(shop, "فاکتور.pdf", b"%PDF-1.7 an invoice")
    await house.say(SARA, showed("document", file, "Your invoice", "Thanks", name="فاکتور.pdf"))
    [seen] = sara.screen()
    assert seen.content["document"]["file_name"] == "فاکتور.pdf"
    assert (seen.text, seen.labels) == ("Your invoice", ["Thanks"])
    [call] = server.log.to("sendDocument")
    assert list(call.uploads.values()) == [b"%PDF-1.7 an invoice"]


async def test_a_caption_that_is_too_long_follows_its_picture(house: Scripted, sara: Person) -> None:
    await house.say(SARA, showed("photo", "https://shop.example/a.jpg", "x" * 1025, "A"))
    picture, text = sara.screen()
    assert (picture.text, picture.labels) == ("", [])
    assert (text.text, text.labels) == ("x" * 1025, ["A"])


async def test_an_address_that_telegram_cannot_fetch_is_sent_as_it_is(
    server: BotApiServer, house: Scripted, sara: Person
) -> None:
    await house.say(SARA, showed("photo", "ftp://shop.example/a.jpg", "Look", "A"))
    [seen] = sara.screen()
    assert (seen.text, seen.labels) == ("Look\n\nftp://shop.example/a.jpg", ["A"])
    server.violations.clear()  # the address is the flow author's


@pytest.mark.parametrize("size", [0, 51 * 1024 * 1024])
async def test_a_file_that_is_gone_or_too_large_is_named(shop: Shop, house: Scripted, sara: Person, size: int) -> None:
    file = await kept(shop, "film.mp4", b"....ftypmp42")
    path = shop.files.path(file.removeprefix("upload:"))
    assert path
    with path.open("r+b") as kept_file:
        kept_file.truncate(size)
    if not size:
        path.unlink()
    await house.say(SARA, showed("video", file, "Look", name="film.mp4"))
    [seen] = sara.screen()
    assert seen.text.startswith("Look\n\n📎 film.mp4")
    assert ("51 MB > 50 MB" in seen.text) is bool(size)


async def test_a_picture_that_is_too_large_for_one_is_a_document(shop: Shop, house: Scripted, sara: Person) -> None:
    file = await kept(shop, "big.jpg", b"\xff\xd8\xff")
    path = shop.files.path(file.removeprefix("upload:"))
    assert path
    with path.open("r+b") as kept_file:
        kept_file.truncate(11 * 1024 * 1024)
    await house.say(SARA, showed("photo", file, name="big.jpg"))
    assert "document" in sara.screen()[0].content


async def test_places_and_contacts_are_shown_as_such(house: Scripted, sara: Person) -> None:
    place = Content(place=Place(latitude=35.5, longitude=51.25), text=RichText(text="Here"))
    contact = Content(contact=ContactCard(phone="+982100000", name="Shop"))
    await house.say(SARA, Say(content=place, choices=(Choice(label="A", token="a"),)), Say(content=contact))
    first, second, third = sara.screen()
    assert first.content["location"] == {"latitude": 35.5, "longitude": 51.25}
    assert (second.text, second.labels) == ("Here", ["A"])
    assert third.content["contact"] == {"phone_number": "+982100000", "first_name": "Shop"}


# What goes wrong


@pytest.mark.parametrize("kind", ["server_error", "bad_gateway", "garbage", "reset"])
async def test_a_failure_is_tried_again(server: BotApiServer, house: Scripted, sara: Person, kind: Any) -> None:
    server.fail_next(kind, method="sendMessage", times=2)
    await house.say(SARA, said("Hello"))
    assert from_bot(sara) == ["Hello"]
    assert [busy.retry_after_seconds for busy in house.busy] == [None, None]


async def test_telegram_is_given_the_time_it_asks_for(server: BotApiServer, house: Scripted, sara: Person) -> None:
    server.fail_next("too_many_requests", method="sendMessage", retry_after=1)
    await house.say(SARA, said("Hello"))
    assert from_bot(sara) == ["Hello"]
    assert [busy.retry_after_seconds for busy in house.busy] == [1]


async def test_parts_that_are_there_are_not_sent_again(server: BotApiServer, house: Scripted, sara: Person) -> None:
    cafe = Content(place=Place(latitude=35.5, longitude=51.25), text=RichText(text="Café"))
    for _ in range(2):  # the same again is another message
        server.fail_next("too_many_requests", method="sendMessage", retry_after=0)
        await house.say(SARA, Say(content=cafe))
    assert [seen.text for seen in sara.screen()] == ["", "Café", "", "Café"]


async def test_a_message_goes_on_where_it_stopped() -> None:
    unfinished, called = Unfinished(), list[str]()

    async def send(part: str) -> str:
        called.append(part)
        if called == ["one", "two"]:
            raise ChannelBusy("too many requests", 1.0)
        return part

    async def send_all() -> list[str]:
        with unfinished.resumed("message") as parts:
            return [await parts.add(partial(send, part)) for part in ("one", "two", "three")]

    with pytest.raises(ChannelBusy):
        await send_all()
    assert await send_all() == ["one", "two", "three"]
    assert called == ["one", "two", "two", "three"]
    await send_all()
    assert called[4:] == ["one", "two", "three"]


async def test_silence_ends(
    server: BotApiServer, house: Scripted, sara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.session.ANSWER_SECONDS", 0.2)
    server.fail_next("silence", method="sendMessage")
    await house.say(SARA, said("Hello"))
    assert from_bot(sara) == ["Hello"]
    assert [str(busy) for busy in house.busy] == ["sendMessage: TimeoutError"]


async def test_a_customer_who_is_gone_is_given_up(server: BotApiServer, house: Scripted, sara: Person) -> None:
    server.block(SARA)
    await house.say(SARA, said("Hello"))
    await house.say(999, said("Hello"))
    server.customer(101, started=True)
    server.deactivate(101)
    await house.say(101, said("Hello"), ShowTyping())
    assert [refused.code for refused in house.refusals] == ["blocked"] * 4


async def test_typing_is_shown_and_never_late(server: BotApiServer, house: Scripted, sara: Person) -> None:
    server.fail_next("server_error", method="sendChatAction")
    await house.say(SARA, ShowTyping(), ShowTyping())
    assert [call.params["action"] for call in server.log.to("sendChatAction")] == ["typing", "typing"]
    assert house.busy == []


async def test_a_tap_is_answered_though_telegram_is_busy(server: BotApiServer, house: Scripted, sara: Person) -> None:
    await house.say(SARA, said("Choose", "A"))
    server.fail_next("server_error", method="answerCallbackQuery")
    query = await sara.tap("A")
    assert query
    assert await query.answer() == {}


async def test_the_token_is_nowhere_to_be_read(
    server: BotApiServer, house: Scripted, sara: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    server.fail_next("reset")
    server.fail_next("garbage")
    await house.say(SARA, said("Hello"))
    server.block(SARA)
    await house.say(SARA, said("Hello"))
    chain: list[BaseException | None] = [*house.busy, *house.refusals]
    while chain:
        error = chain.pop()
        if error is not None:
            assert server.token not in f"{error!r} {error}"
            chain += [error.__cause__, None if error.__suppress_context__ else error.__context__]
    assert server.token not in caplog.text
    assert "Hello" not in caplog.text
