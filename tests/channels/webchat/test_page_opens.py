"""The first moments of the chat page."""

import asyncio

from playwright.async_api import Browser, expect

from bot.events import ConversationOpened
from tests.channels.webchat.house import House
from tests.channels.webchat.screen import Screen, screen_of


async def test_two_windows_that_open_at_once_are_one_visitor(browser: Browser, chat: str, house: House) -> None:
    async with screen_of(browser, "about:blank") as first:
        second = Screen(await first.tab.context.new_page())
        await asyncio.gather(first.tab.goto(chat), second.tab.goto(chat))
        await first.sees("What shall it be?")
        await second.sees("What shall it be?")
        await first.taps("A lamp")
        await second.sees("Which size?")
        await first.tab.reload()
        await first.sees("Which size?")
        assert sum(isinstance(event, ConversationOpened) for event in await house.log()) == 1


READ_OUT = """
window.readOut = [];
document.addEventListener("DOMContentLoaded", () => {
  const log = document.getElementById("log");
  const read = () => log.getAttribute("aria-live") === "polite" && window.readOut.push(log.textContent);
  new MutationObserver(read).observe(log, { childList: true, subtree: true });
});
"""


async def test_only_what_is_new_is_read_out(browser: Browser, chat: str) -> None:
    async with screen_of(browser, "about:blank") as screen:
        await screen.tab.add_init_script(READ_OUT)
        await screen.tab.goto(chat)
        await screen.sees("What shall it be?")
        assert "What shall it be?" in str(await screen.tab.evaluate("readOut"))
        await screen.tab.reload()
        await screen.sees("What shall it be?")
        await expect(screen.page.locator("#log")).to_have_attribute("aria-live", "polite")
        assert await screen.tab.evaluate("readOut") == []
        await screen.taps("A lamp")
        await screen.sees("Which size?")
        assert "Which size?" in str(await screen.tab.evaluate("readOut"))


CUT = """
class Cut extends WebSocket {
  constructor(url) {
    if (!window.isCut) return super(url);
    const dead = { close() {} };
    queueMicrotask(() => dead.onclose?.());
    return dead;
  }
}
window.WebSocket = Cut;
"""


async def test_a_lost_line_is_told_however_often_it_is_tried_again(browser: Browser, chat: str) -> None:
    async with screen_of(browser, "about:blank") as screen:
        await screen.tab.clock.install()
        await screen.tab.add_init_script(CUT)
        await screen.tab.goto(chat)
        await screen.sees("What shall it be?")
        await screen.tab.evaluate("window.isCut = true; dispatchEvent(new Event('offline'))")
        await screen.tab.clock.run_for(1_600)
        assert await screen.page.locator("#status").inner_text() == "Reconnecting…"
        await screen.tab.evaluate("window.isCut = false; dispatchEvent(new Event('online'))")
        await expect(screen.page.locator("#status")).to_have_text("")
