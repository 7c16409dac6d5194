"""The chat page in a real browser, as a person uses it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Error, FilePayload, Frame, Locator, Page, expect

RED = ("error", "warning")


class Screen:
    """One page, or the frame of a widget. `complaints` is what the browser has against it."""

    def __init__(self, page: Page | Frame) -> None:
        self.page = page
        self.complaints: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)

    def _console(self, message: ConsoleMessage) -> None:
        # A line that is cut is told to the console by the browser itself.
        if message.type in RED and "WebSocket connection" not in message.text:
            self.complaints.append(message.text)

    def _error(self, error: Error) -> None:
        self.complaints.append(str(error))

    @property
    def tab(self) -> Page:
        """The whole page, where this is one."""
        assert isinstance(self.page, Page)
        return self.page

    # What a person does

    async def types(self, text: str) -> None:
        await self.page.locator("#input").fill(text)
        await self.page.locator("#input").press("Enter")

    async def taps(self, label: str) -> None:
        """The newest button that says this and can still be tapped."""
        await self.button(label).click()

    async def sends(self, name: str, body: bytes, mime: str = "application/octet-stream") -> None:
        await self.page.locator("#files").set_input_files(FilePayload(name=name, mimeType=mime, buffer=body))

    # What a person sees

    def button(self, label: str) -> Locator:
        return self.page.locator(".choice:enabled").filter(has_text=label).last

    def bubbles(self, by: str = "") -> Locator:
        return self.page.locator(f"#said .message{'.by-' + by if by else ''} .bubble")

    async def sees(self, text: str, by: str = "") -> None:
        """The newest bubble says this."""
        await expect(self.bubbles(by).last).to_contain_text(text)

    async def said(self) -> list[str]:
        return [text.strip() for text in await self.bubbles().all_inner_texts()]

    async def style(self, selector: str, name: str) -> str:
        """The computed style of the newest such element."""
        script = "(element, name) => getComputedStyle(element)[name]"
        return str(await self.page.locator(selector).last.evaluate(script, name))


@asynccontextmanager
async def screen_of(browser: Browser, url: str, locale: str = "en-US", **options: Any) -> AsyncIterator[Screen]:
    """The page at this address in a browser of that language, with cookies and storage of its own."""
    context = await browser.new_context(locale=locale, **{"viewport": {"width": 420, "height": 760}} | options)
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page = await context.new_page()
    screen = Screen(page)
    screen.watch(page)
    try:
        await page.goto(url)
        yield screen
    finally:
        await context.close()
    assert not screen.complaints, screen.complaints
