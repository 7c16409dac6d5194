"""A customer at the chat page."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from bot.actions.in_process import InProcessActions
from bot.actions.package import load_actions
from bot.content import Attachment, Content, RichText
from bot.events import BotSaid, CustomerSaid
from bot.settings import DEMO_ACTIONS
from tests.channels.webchat.house import LIMIT_BYTES, House, house_of
from tests.channels.webchat.screen import Screen, screen_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


async def test_the_journey_by_taps(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        assert await screen.said() == ["Welcome to the lamp shop.", "What shall it be?"]
        await expect(screen.page.locator(".bubble strong")).to_have_text("lamp shop")
        await screen.taps("A lamp")
        await screen.sees("Which size?")
        menu = screen.page.locator(".choices.over")
        await expect(menu.locator("[aria-pressed=true]")).to_have_text("A lamp")
        await expect(menu.locator(".choice:enabled")).to_have_count(0)
        await screen.taps("More")
        await expect(screen.button("Large")).to_be_visible()
        assert (await screen.said()).count("Which size?") == 1, "a turned page takes the place of the former"
        await screen.taps("Large")
        await screen.sees("What shall it be?")
        assert "A large lamp it is." in await screen.said()
        await screen.taps("Goodbye")
        await screen.sees("See you.")
        await screen.taps("Start again")
        await screen.sees("What shall it be?")


async def test_the_journey_by_typing(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.types("1")
        await screen.sees("Which size?")
        await expect(screen.page.locator(".choices.over [aria-pressed=true]")).to_have_text("A lamp")
        await screen.types("no such thing")
        await expect(screen.bubbles("bot").filter(has_text="Sorry")).to_be_visible()
        await screen.types("medum")
        await screen.sees("What shall it be?")
        assert "A medium lamp it is." in await screen.said()


async def test_a_reload_shows_the_conversation_as_it_was(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.taps("A lamp")
        await screen.sees("Which size?")
        await screen.types("no such thing")
        await expect(screen.bubbles("bot").filter(has_text="Sorry")).to_be_visible()
        await expect(screen.button("Small")).to_be_visible()
        before = await screen.said()
        happened = len(await house.log())
        await screen.tab.reload()
        await expect(screen.bubbles()).to_have_count(len(before))
        assert await screen.said() == before
        await expect(screen.page.locator(".choices.over [aria-pressed=true]").first).to_have_text("A lamp")
        assert len(await house.log()) == happened, "to look is not to say something"
        await screen.taps("Small")
        await screen.sees("What shall it be?")


async def test_two_windows_show_the_same(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        other = Screen(await screen.tab.context.new_page())
        await other.tab.goto(chat)
        await other.sees("What shall it be?")
        await screen.taps("A lamp")
        await other.sees("Which size?")
        await other.taps("Small")
        await screen.sees("What shall it be?")
        assert await screen.said() == await other.said()


async def test_what_is_written_while_the_line_is_down_is_sent_once(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await house.stop()
        await expect(screen.page.locator("#status")).to_have_text("Reconnecting…")
        await screen.types("A lamp")
        await screen.types("small")
        await expect(screen.page.locator("#pending .message")).to_have_count(2)
        await expect(screen.page.locator("#pending time").last).to_have_text("Sending…")
        await house.serve()
        await screen.sees("What shall it be?")
        await expect(screen.page.locator("#pending .message")).to_have_count(0)
        await expect(screen.page.locator("#status")).to_have_text("")
        said = await screen.said()
        assert said[2:] == ["A lamp", "Which size?", "small", "A small lamp it is.", "What shall it be?"]
        await screen.tab.reload()
        await expect(screen.bubbles()).to_have_count(len(said))


async def test_what_was_not_sent_survives_a_reload(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.tab.route("**/chat/files", lambda route: route.abort())
        await screen.tab.context.set_offline(True)
        await screen.types("A lamp")
        await expect(screen.page.locator("#pending .message")).to_have_count(1)
        kept = await screen.page.evaluate("sessionStorage.getItem('switchboard.outbox')")
        assert "A lamp" in kept
        await screen.tab.context.set_offline(False)
        await screen.sees("Which size?")
        assert await screen.page.evaluate("sessionStorage.getItem('switchboard.outbox')") == "[]"


async def test_a_file_is_sent_and_seen(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.taps("A photo")
        await screen.sees("Send us a photo.")
        await expect(screen.page.locator("#attach.wanted")).to_be_visible()
        await screen.sends("notes.txt", b"these are notes")
        await expect(screen.bubbles("customer").last).to_contain_text("notes.txt")
        document = screen.page.locator("a.document")
        await expect(document).to_have_attribute("download", "notes.txt")
        await expect(screen.bubbles("bot").filter(has_text="That kind of file")).to_be_visible()
        await screen.sends("lamp.png", PNG, "image/png")
        await screen.sees("What shall it be?")
        picture = screen.page.locator(".by-customer img")
        await expect(picture).to_have_attribute("alt", "lamp.png")
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
        assert "A nice photo." in await screen.said()


async def test_sounds_and_films_have_their_names(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        for name, head in (("hum.ogg", b"OggS"), ("lamp.webm", b"\x1a\x45\xdf\xa3")):
            await screen.sends(name, head + bytes(100))
            await expect(screen.page.locator(f"[controls][aria-label='{name}']")).to_be_visible()


async def test_a_picture_that_is_not_there_is_a_link_with_its_name(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        gone = Attachment(kind="photo", file=f"{house.origin}/gone/lamp%20blue.png")
        await house.happens(BotSaid(content=Content(text=RichText(text="Our lamp"), attachment=gone)))
        await screen.sees("Our lamp")
        await expect(screen.bubbles("bot").last.locator("a.document")).to_have_text("lamp blue.png")
        await expect(screen.page.locator("#said img")).to_have_count(0)
        screen.complaints.clear()


async def test_a_file_that_is_too_large_is_not_even_sent(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        happened = len(await house.log())
        await screen.sends("huge.bin", bytes(LIMIT_BYTES + 1))
        await expect(screen.page.get_by_role("alert")).to_have_text("This file is too large. Up to 293 kB fit.")
        await screen.sends("empty.bin", b"")
        await expect(screen.page.get_by_role("alert")).to_have_text("This file is empty.")
        assert len(await house.log()) == happened


async def test_a_place_is_shared(browser: Browser, chat: str) -> None:
    here: dict[str, Any] = {"geolocation": {"latitude": 35.7, "longitude": 51.4}, "permissions": ["geolocation"]}
    async with screen_of(browser, chat, **here) as screen:
        await screen.sees("What shall it be?")
        await expect(screen.page.locator("#locate")).to_be_hidden()
        await screen.taps("Where are you")
        await screen.page.get_by_role("button", name="Share my location").click()
        await screen.sees("What shall it be?")
        assert "Not far." in await screen.said()
        link = screen.page.locator(".by-customer a.document")
        await expect(link).to_have_attribute(
            "href", "https://www.openstreetmap.org/?mlat=35.7&mlon=51.4#map=16/35.7/51.4"
        )


async def test_a_question_for_a_number_asks_for_the_telephones_keys(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.taps("Leave a number")
        await expect(screen.page.locator("#input")).to_have_attribute("inputmode", "tel")
        await screen.types("+971 4 404 0000")
        await screen.sees("What shall it be?")
        await expect(screen.page.locator("#input")).to_have_attribute("inputmode", "text")


async def test_stars_can_be_changed(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.taps("Rate us")
        stars = screen.page.locator(".choices.survey .choice")
        await expect(stars).to_have_count(5)
        await stars.nth(4).click()
        await screen.sees("What shall it be?")
        await expect(stars.nth(4)).to_have_attribute("aria-pressed", "true")
        await stars.nth(3).click()
        await expect(screen.bubbles("bot").filter(has_text="changed your rating")).to_be_visible()
        await screen.tab.reload()
        await expect(stars.nth(3)).to_have_attribute("aria-pressed", "true")
        await expect(stars.nth(4)).to_have_attribute("aria-pressed", "false")
        await screen.taps("A lamp")
        await screen.sees("Which size?")


RATED = """
settings: {survey_after: {self_service: all}}
surveys:
  all: {kind: csat, ask: How was it?, comment: {if: score <= 3, ask: What went wrong?}, thanks: Thank you!}
flows:
  main:
    start: true
    description: says goodbye
    steps: [{menu: Well?, options: [{label: Goodbye, then: bye}]}, {id: bye, say: Bye.}]
"""


async def test_a_rating_after_the_end_is_asked_above_the_way_to_begin_again(browser: Browser, tmp_path: Path) -> None:
    async with house_of(tmp_path, RATED) as house, screen_of(browser, f"{house.origin}/chat") as screen:
        await screen.taps("Goodbye")
        await screen.page.locator(".survey .choice").first.click()
        await screen.sees("What went wrong?")
        ended = screen.page.locator("#said > :last-child")
        await expect(ended).to_have_class("ended")
        await screen.types("Too slow")
        await screen.sees("Thank you!")
        await expect(ended).to_have_class("ended")
        await screen.tab.reload()
        await screen.sees("Thank you!")
        await expect(ended).to_have_class("ended")
        await screen.taps("Start again")
        await screen.sees("Well?")
        await expect(screen.page.locator(".ended")).to_have_count(0)


async def test_a_person_answers_by_name(browser: Browser, chat: str, house: House) -> None:
    await house.add_agent()
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.taps("A person")
        await expect(screen.page.locator("#status")).to_have_text("Waiting for a person")
        await screen.sees("You are next.")
        await screen.types("it is about a lamp")
        await expect(screen.button("Leave the queue")).to_be_visible()
        await house.agent_joins("Mina")
        await expect(screen.page.locator("#status")).to_have_text("You are talking to Mina")
        await expect(screen.page.locator(".choice:enabled")).to_have_count(0)
        await screen.types("/menu")
        await screen.sees("Leave the conversation with Mina?", by="bot")
        await screen.taps("Go on")
        await expect(screen.page.locator(".choice:enabled")).to_have_count(0)
        await house.agent_says("Hello! Look at https://example.com/lamps")
        await screen.sees("Hello! Look at", by="agent")
        await expect(screen.page.locator(".by-agent .writer")).to_have_text("Mina")
        link = screen.page.locator(".by-agent a")
        await expect(link).to_have_attribute("href", "https://example.com/lamps")
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        await screen.types("thanks, Mina")
        await screen.sees("thanks, Mina", by="customer")
        await screen.tab.reload()
        await expect(screen.page.locator("#status")).to_have_text("You are talking to Mina")
        await expect(screen.page.locator(".by-agent .writer")).to_have_text("Mina")


async def test_dots_move_while_something_is_looked_up(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.taps("Look it up")
        await expect(screen.page.locator("#typing")).to_be_visible()
        await house.action_returns(responses=[{"text": "Found it."}])
        await screen.sees("What shall it be?")
        await expect(screen.page.locator("#typing")).to_be_hidden()
        assert "Found it." in await screen.said()


async def test_a_link_begins_where_it_points_and_only_once(browser: Browser, chat: str) -> None:
    async with screen_of(browser, f"{chat}?flow=lamp") as screen:
        await screen.sees("Which size?")
        assert screen.page.url == chat
        await screen.taps("Small")
        await screen.sees("A small lamp it is.")
        await screen.tab.reload()
        await screen.sees("A small lamp it is.")
        assert (await screen.said()).count("Which size?") == 1


@pytest.mark.parametrize(
    "asked", [f"flow={'x' * 65}", "flow=a%00b", f"language={'x' * 34}%F0%9F%92%A1", "language=%00"]
)
async def test_a_link_that_says_too_much_is_passed_over(browser: Browser, chat: str, asked: str) -> None:
    async with screen_of(browser, f"{chat}?{asked}") as screen:
        await screen.sees("What shall it be?")


async def test_a_double_tap_is_one_answer(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.button("A lamp").dblclick()
        await screen.sees("Which size?")
        await screen.taps("Small")
        await screen.sees("What shall it be?")
        taps = [event.tapped for event in await house.log() if isinstance(event, CustomerSaid) and event.tapped]
        assert taps == ["A lamp", "Small"]


@pytest.mark.parametrize(
    ("locale", "language", "track", "number", "lamp", "questions", "enough"),
    [
        ("en-US", "English", "Track an order", "10234", "Floor lamp", "Frequent questions", "That's all"),
        ("fa-IR", "فارسی", "پیگیری سفارش", "۱۰۲۳۴", "آباژور", "پرسش‌های پرتکرار", "همین کافی بود"),
        ("ar-AE", "العربية", "تتبّع طلب", "١٠٢٣٤", "مصباح", "الأسئلة الشائعة", "هذا يكفي"),
        ("he-IL", "עברית", "מעקב אחרי הזמנה", "10234", "מנורת רצפה", "שאלות נפוצות", "זה הכול"),
    ],
)
async def test_the_shipped_flows_are_walked(
    browser: Browser,
    tmp_path: Path,
    locale: str,
    language: str,
    track: str,
    number: str,
    lamp: str,
    questions: str,
    enough: str,
) -> None:
    demo = InProcessActions(load_actions(DEMO_ACTIONS))
    try:
        async with (
            house_of(tmp_path, actions=[demo]) as house,
            screen_of(browser, f"{house.origin}/chat", locale) as screen,
        ):
            await screen.taps(language)
            await screen.taps(track)
            await screen.types(number)
            await expect(screen.bubbles("bot").filter(has_text=lamp)).to_be_visible()
            await screen.taps(questions)
            await screen.types("1")
            await screen.taps(enough)
            await expect(screen.button(questions)).to_be_visible()
    finally:
        await demo.close()


async def test_many_visitors_at_once_each_see_their_own(browser: Browser, chat: str) -> None:
    async def visit(number: int) -> None:
        async with screen_of(browser, chat) as screen:
            await screen.sees("What shall it be?")
            await screen.types(f"I am {number}")
            await expect(screen.bubbles("customer")).to_have_text([f"I am {number}"])

    await asyncio.gather(*(visit(number) for number in range(4)))


async def test_a_visitor_is_offered_telegram_where_it_is_on(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await expect(screen.page.locator("#telegram")).to_be_hidden()
    house.service.installation.telegram_name = lambda: "noora_bot"
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.page.get_by_role("button", name="Continue in Telegram").click()
        link = screen.bubbles("bot").last.get_by_role("link", name="Continue in Telegram")
        await expect(link).to_have_attribute("href", re.compile(r"https://t\.me/noora_bot\?start=same_[\w-]{32}"))
