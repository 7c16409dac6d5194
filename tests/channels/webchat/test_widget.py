"""The chat on somebody else's site."""

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Frame, expect

from tests.channels.webchat.flows import SHOP
from tests.channels.webchat.house import House, house_of
from tests.channels.webchat.screen import Screen, screen_of


class Site:
    """A shop's own site, with the one script tag."""

    def __init__(self) -> None:
        self.origin = ""
        self.script = ""
        self.direction = "ltr"
        self.attributes = ""
        self.policy = ""

    async def page(self, _request: web.Request) -> web.Response:
        source = html.escape(self.script)
        text = (
            f'<!doctype html><html dir="{self.direction}"><title>Shop</title><h1>Lamps</h1>'
            f'<script src="{source}" async {self.attributes}></script>'
        )
        headers = {"Content-Security-Policy": self.policy} if self.policy else {}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def icon(self, _request: web.Request) -> web.Response:
        return web.Response(body=b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/svg+xml")


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    shop = Site()
    app = web.Application()
    app.router.add_get("/", shop.page)
    app.router.add_get("/other", shop.page)
    app.router.add_get("/favicon.ico", shop.icon)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield shop
    finally:
        await runner.cleanup()


@asynccontextmanager
async def shop_with_chat(tmp_path: Path, *, allowed: bool = True) -> AsyncIterator[tuple[Site, House]]:
    async with site() as shop, house_of(tmp_path, SHOP, allowed=[shop.origin] if allowed else []) as house:
        shop.script = f"{house.origin}/chat/widget.js"
        yield shop, house


async def inside(screen: Screen) -> Screen:
    """What the widget's frame shows."""
    frame = await (await screen.page.locator("iframe").element_handle()).content_frame()
    assert isinstance(frame, Frame)
    return Screen(frame)


async def test_the_frame_is_named_in_the_site_s_language(browser: Browser, tmp_path: Path) -> None:
    async with shop_with_chat(tmp_path) as (shop, _house):
        shop.attributes = 'data-language="fa"'
        async with screen_of(browser, shop.origin) as screen:
            await screen.page.get_by_role("button", name="باز کردن گفت‌وگو").click()
            await expect(screen.page.locator("iframe")).to_have_attribute("title", "گفت‌وگو")


async def test_the_button_opens_the_chat(browser: Browser, tmp_path: Path) -> None:
    async with shop_with_chat(tmp_path) as (shop, house), screen_of(browser, shop.origin) as screen:
        button = screen.page.get_by_role("button", name="Open the chat")
        await expect(button).to_have_attribute("aria-expanded", "false")
        assert await screen.page.locator("iframe").count() == 0
        assert await house.log() == [], "who only reads the site starts no conversation"
        await button.click()
        chat = await inside(screen)
        await chat.sees("What shall it be?")
        await chat.taps("A lamp")
        await chat.sees("Which size?")
        assert await chat.page.evaluate("document.documentElement.classList.contains('embedded')")


async def test_it_works_where_the_site_allows_hardly_anything(browser: Browser, tmp_path: Path) -> None:
    async with shop_with_chat(tmp_path) as (shop, house):
        shop.policy = f"default-src 'none'; script-src {house.origin}; frame-src {house.origin}"
        async with screen_of(browser, shop.origin) as screen:
            await screen.page.get_by_role("button", name="Open the chat").click()
            await (await inside(screen)).sees("What shall it be?")


async def test_escape_closes_it_and_it_stays_as_it_was_left(browser: Browser, tmp_path: Path) -> None:
    wide: dict[str, Any] = {"viewport": {"width": 1000, "height": 800}}
    async with shop_with_chat(tmp_path) as (shop, _), screen_of(browser, shop.origin, **wide) as screen:
        frame = screen.page.locator("iframe")
        await screen.page.get_by_role("button", name="Open the chat").click()
        chat = await inside(screen)
        await chat.sees("What shall it be?")
        await screen.tab.goto(f"{shop.origin}/other")
        await expect(frame).to_be_visible()
        chat = await inside(screen)
        await chat.sees("What shall it be?")
        await chat.page.locator("#input").press("Escape")
        await expect(frame).to_be_hidden()
        await expect(screen.page.get_by_role("button", name="Open the chat")).to_be_focused()
        await screen.tab.goto(shop.origin)
        await expect(frame).to_be_hidden()
        await screen.page.get_by_role("button", name="Open the chat").click()
        await expect(frame).to_be_visible()
        await (await inside(screen)).sees("What shall it be?")
        await screen.page.locator("h1").click()
        await screen.tab.keyboard.press("Escape")
        await expect(frame).to_be_hidden()


async def test_what_was_not_seen_yet_is_counted(browser: Browser, tmp_path: Path) -> None:
    wide: dict[str, Any] = {"viewport": {"width": 1000, "height": 800}}
    async with shop_with_chat(tmp_path) as (shop, house), screen_of(browser, shop.origin, **wide) as screen:
        await house.add_agent()
        await screen.page.get_by_role("button", name="Open the chat").click()
        chat = await inside(screen)
        await chat.taps("A person")
        await expect(chat.page.locator("#status")).to_have_text("Waiting for a person")
        await house.agent_joins("Mina")
        await screen.page.get_by_role("button", name="Close the chat").click()
        badge = screen.page.locator("b")
        await expect(badge).to_be_hidden()
        await house.agent_says("One moment.")
        await expect(badge).to_have_text("1")
        await house.agent_says("Here it is.")
        await expect(badge).to_have_text("2")
        await screen.page.get_by_role("button", name="Open the chat").click()
        await expect(badge).to_be_hidden()
        await chat.sees("Here it is.")


async def test_it_stands_at_the_end_of_the_sites_lines(browser: Browser, tmp_path: Path) -> None:
    async with shop_with_chat(tmp_path) as (shop, _):
        for direction, attributes, is_left in (
            ("ltr", "", False),
            ("rtl", "", True),
            ("rtl", 'data-position="right"', False),
            ("ltr", 'data-position="start"', True),
        ):
            shop.direction, shop.attributes = direction, attributes
            async with screen_of(browser, shop.origin, viewport={"width": 1000, "height": 700}) as screen:
                button = screen.page.get_by_role("button", name="Open the chat")
                box = await button.bounding_box()
                assert box is not None
                assert (box["x"] < 500) is is_left
                await button.click()
                frame = await screen.page.locator("iframe").bounding_box()
                assert frame is not None
                assert 0 <= frame["x"] <= frame["x"] + frame["width"] <= 1000
                edges = (frame["x"], box["x"]) if is_left else (frame["x"] + frame["width"], box["x"] + box["width"])
                assert abs(edges[0] - edges[1]) < 1, "the chat stands above its button"


async def test_it_fills_a_telephones_screen(browser: Browser, tmp_path: Path) -> None:
    small: dict[str, Any] = {"viewport": {"width": 380, "height": 700}}
    async with shop_with_chat(tmp_path) as (shop, _), screen_of(browser, shop.origin, **small) as screen:
        await screen.page.get_by_role("button", name="Open the chat").click()
        frame = await screen.page.locator("iframe").bounding_box()
        assert frame == {"x": 0, "y": 0, "width": 380, "height": 700}
        chat = await inside(screen)
        await chat.sees("What shall it be?")
        await chat.page.get_by_role("button", name="Close the chat").click()
        await expect(screen.page.locator("iframe")).to_be_hidden()


async def test_the_site_says_the_language_and_the_flow(browser: Browser, tmp_path: Path) -> None:
    async with shop_with_chat(tmp_path) as (shop, _):
        shop.attributes = 'data-language="fa" data-flow="lamp"'
        async with screen_of(browser, shop.origin) as screen:
            await screen.page.get_by_role("button", name="باز کردن گفت‌وگو").click()
            chat = await inside(screen)
            await chat.sees("چه اندازه؟")
            await screen.tab.reload()
            await screen.page.get_by_role("button", name="باز کردن گفت‌وگو").click()
            chat = await inside(screen)
            await chat.sees("چه اندازه؟")
            assert (await chat.said()).count("چه اندازه؟") == 1, "another page of the site does not begin again"


async def test_other_sites_may_not_show_it_and_their_owner_is_told_why(browser: Browser, tmp_path: Path) -> None:
    async with shop_with_chat(tmp_path, allowed=False) as (shop, house), screen_of(browser, shop.origin) as screen:
        shop_button = screen.page.get_by_role("button", name="Open the chat")
        await shop_button.click()
        sorry = screen.page.get_by_text("The chat can’t be reached right now.")
        await expect(sorry).to_be_visible()
        await expect(screen.page.locator("iframe")).to_have_count(0)
        assert any("frame-ancestors" in text for text in screen.complaints)
        told = next(text for text in screen.complaints if text.startswith("Switchboard: "))
        assert f'add "{shop.origin}" to webchat.allowed_origins' in told
        assert await house.log() == []
        await screen.page.get_by_role("button", name="Close the chat").click()
        await expect(sorry).to_be_hidden()
        await shop_button.click()
        await expect(sorry).to_be_visible()
        screen.complaints.clear()


async def test_a_chat_that_is_down_is_sorry_and_opens_when_it_is_back(browser: Browser, tmp_path: Path) -> None:
    async with shop_with_chat(tmp_path) as (shop, house), screen_of(browser, shop.origin) as screen:
        button = screen.page.get_by_role("button")
        await expect(button).to_be_visible()
        await house.stop()
        await button.click()
        await expect(screen.page.get_by_role("status")).to_be_visible()
        await house.serve()
        await button.click()
        await button.click()
        await (await inside(screen)).sees("What shall it be?")
        await expect(screen.page.locator("iframe")).to_be_visible()
        screen.complaints.clear()
