"""How the chat page is laid out, read and reached: in any language, by keyboard, by ear."""

import asyncio

import pytest
from playwright.async_api import Browser, expect

from bot.content import Content, RichText, Span
from bot.events import BotSaid
from tests.channels.webchat.house import House
from tests.channels.webchat.screen import screen_of


@pytest.mark.parametrize(
    ("locale", "asked", "lamp", "size", "answer"),
    [
        ("fa-IR", "چه می‌خواهید؟", "چراغ", "چه اندازه؟", "چراغ medium."),
        ("he-IL", "מה תרצו?", "מנורה", "איזה גודל?", "מנורה medium."),
    ],
)
async def test_the_page_is_laid_out_from_right_to_left(
    browser: Browser, chat: str, locale: str, asked: str, lamp: str, size: str, answer: str
) -> None:
    async with screen_of(browser, chat, locale) as screen:
        await screen.sees(asked)
        root = screen.page.locator("html")
        await expect(root).to_have_attribute("dir", "rtl")
        await expect(root).to_have_attribute("lang", locale[:2])
        assert await screen.style("body", "direction") == "rtl"
        assert await screen.style(".by-bot .bubble", "direction") == "rtl"
        bot = await screen.bubbles("bot").last.bounding_box()
        await screen.taps(lamp)
        await screen.sees(size)
        await screen.types("۲")
        await screen.sees(asked)
        assert answer in await screen.said()
        mine = await screen.bubbles("customer").last.bounding_box()
        assert bot is not None
        assert mine is not None
        assert mine["x"] < 40
        assert bot["x"] + bot["width"] > 380
        await screen.types("hello 123")
        await expect(screen.bubbles("customer").last).to_have_text("hello 123")
        assert await screen.style(".by-customer .bubble", "direction") == "ltr", "each message has its own direction"
        assert (await screen.style(".by-customer .text", "unicodeBidi")) == "plaintext"


PLACE_OF = """(element, word) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.data.indexOf(word);
    if (start < 0) continue;
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, start + word.length);
    return range.getBoundingClientRect().left;
  }
}"""


@pytest.mark.parametrize(
    ("locale", "text", "from_the_right"),
    [
        ("fa-IR", "«Premium gift card» را ادامه بدهیم؟", ("gift", "ادامه", "بدهیم")),
        ("he-IL", "VAT זה מע״מ", ("VAT", "זה", "מע״מ")),
        ("fa-IR", "شماره: +98 912 555 است", ("شماره", "555", "912", "+98", "است")),
    ],
)
async def test_foreign_words_and_numbers_turn_no_line(
    browser: Browser, chat: str, house: House, locale: str, text: str, from_the_right: tuple[str, ...]
) -> None:
    async with screen_of(browser, chat, locale) as screen:
        await expect(screen.bubbles()).to_have_count(2)
        await house.happens(BotSaid(content=Content(text=RichText(text=text))))
        await screen.sees(from_the_right[0])
        places = [await screen.bubbles("bot").last.evaluate(PLACE_OF, word) for word in from_the_right]
        assert places == sorted(places, reverse=True)


async def test_the_page_follows_the_language_of_the_conversation(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await expect(screen.page.locator("#input")).to_have_attribute("placeholder", "Write a message…")
        await screen.types("/language fa")
        await expect(screen.page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(screen.page.locator("#input")).to_have_attribute("placeholder", "پیام خود را بنویسید…")
        times = await screen.page.locator("time").last.inner_text()
        assert all(digit not in times for digit in "0123456789")
        await screen.tab.reload()
        await expect(screen.page.locator("html")).to_have_attribute("lang", "fa")


async def test_the_keyboard_is_enough(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await screen.button("A lamp").focus()
        await screen.tab.keyboard.press("Enter")
        await screen.sees("Which size?")
        await expect(screen.button("Small")).to_be_focused()
        await screen.tab.keyboard.press("Tab")
        await screen.tab.keyboard.press("Space")
        await screen.sees("What shall it be?")
        assert "A medium lamp it is." in await screen.said()
        assert float((await screen.style(".choice:focus", "outlineWidth")).removesuffix("px")) >= 2


async def test_a_screen_reader_is_told_what_is_new(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        await expect(screen.page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        await expect(screen.page.get_by_role("group", name="What shall it be?")).to_be_visible()
        await expect(screen.page.get_by_role("textbox", name="Write a message…")).to_be_visible()
        for name in ("Send", "Attach a file"):
            await expect(screen.page.get_by_role("button", name=name)).to_be_visible()
        await expect(screen.page.locator(".by-bot .writer").first).to_have_text("Assistant")


async def test_buttons_that_just_came_up_take_no_tap_yet(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        came_up = screen.page.evaluate(
            """() => new Promise((resolve) => new MutationObserver((changes, observer) => {
                const found = document.querySelectorAll(".choices")[1];
                if (found) resolve(getComputedStyle(found).pointerEvents);
            }).observe(document.getElementById("said"), { childList: true }))"""
        )
        pointer, _ = await asyncio.gather(came_up, screen.taps("A lamp"))
        assert pointer == "none"
        await screen.taps("Small")
        await screen.sees("What shall it be?")


async def test_nothing_moves_for_who_wants_no_motion(browser: Browser, chat: str) -> None:
    async with screen_of(browser, chat, reduced_motion="reduce") as screen:
        await screen.sees("What shall it be?")
        assert await screen.style(".message", "animationName") == "none"


async def test_what_is_new_is_read_from_its_beginning(browser: Browser, chat: str, house: House) -> None:
    await house.add_agent()
    async with screen_of(browser, chat, viewport={"width": 360, "height": 480}) as screen:
        await screen.sees("What shall it be?")
        for _ in range(3):
            await screen.taps("A lamp")
            await screen.taps("Small")
            await screen.sees("What shall it be?")
        await screen.types("4")
        await screen.sees("Send us a photo.")
        await expect(screen.bubbles("customer").last).to_be_in_viewport()
        await expect(screen.bubbles("bot").last).to_be_in_viewport()
        await screen.page.locator("#scroll").evaluate("element => element.scrollTo(0, 0)")
        to_the_end = screen.page.get_by_role("button", name="To the newest message")
        await expect(to_the_end).to_be_visible()
        await house.happens(BotSaid(content=Content(text=RichText(text="Still there?"))))
        await screen.sees("Still there?")
        await expect(screen.bubbles().first).to_be_in_viewport()  # who reads above is left in peace
        await to_the_end.click()
        await expect(screen.bubbles("bot").last).to_be_in_viewport()
        await expect(to_the_end).to_be_hidden()
        for number in range(12):
            await house.agent_says(f"{number} of many")
            await screen.sees(f"{number} of many")
        await expect(screen.bubbles("agent").last).to_be_in_viewport()
        assert await screen.page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_the_size_of_a_file_is_read_in_the_language(browser: Browser, chat: str) -> None:
    for locale, size in (("fa-IR", "۲ کیلوبایت"), ("en-US", "2 kB")):
        async with screen_of(browser, chat, locale) as screen:
            await screen.sends("a.pdf", b"x" * 2048)
            await expect(screen.page.locator(".document small").last).to_contain_text(size)


@pytest.mark.parametrize("width", [320, 380, 1200])
async def test_the_stars_of_a_rating_stand_in_one_row(browser: Browser, chat: str, width: int) -> None:
    async with screen_of(browser, chat, viewport={"width": width, "height": 700}) as screen:
        await screen.sees("What shall it be?")
        await screen.taps("Rate us")
        stars = screen.page.locator(".choices.survey .choice")
        await expect(stars).to_have_count(5)
        places = await stars.evaluate_all("stars => stars.map((star) => [star.offsetTop, star.offsetWidth])")
        assert len({top for top, _ in places}) == 1
        assert min(wide for _, wide in places) >= 36


async def test_words_stand_out_as_they_were_written(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, chat) as screen:
        await screen.sees("What shall it be?")
        spans = (
            *(Span(start=0, end=4, style="bold"), Span(start=2, end=6, style="italic")),
            Span(start=7, end=11, style="code"),
        )
        await house.happens(BotSaid(content=Content(text=RichText(text="abcdef x=12", spans=spans))))
        await screen.sees("abcdef x=12")
        newest = screen.bubbles("bot").last
        for selector, text in {"strong": ["ab", "cd"], "em": ["cd", "ef"], "code": ["x=12"]}.items():
            assert await newest.locator(selector).all_inner_texts() == text
