"""Whatever somebody writes, uploads or is called is text on the page, and nothing else."""

import json
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.content import Attachment, ContactCard, RichText, Span
from tests.channels.webchat.house import House, house_of
from tests.channels.webchat.screen import Screen, screen_of

IMAGE = "<img src=x onerror=\"document.title='hacked'\">"
SCRIPT = "<script>document.title='hacked'</script>"
BREAKOUT = "\"'><svg onload=\"document.title='hacked'\"></svg>&lt;"
OVERRIDE = "\u202eevil.exe\u202c"

HOSTILE_FLOWS = f"""
flows:
  main:
    description: hostile
    start: true
    steps:
      - say: {json.dumps(IMAGE)}
      - say: "[tap me](javascript:document.title='hacked') and [me](data:text/html,x)"
      - menu: {json.dumps(SCRIPT)}
        options:
          - label: {json.dumps(BREAKOUT)}
          - label: "<b>bold</b>"
"""


async def is_unharmed(screen: Screen) -> None:
    assert await screen.tab.title() == "Noora & <Sons>"
    assert await screen.page.locator("#said :is(script, svg[onload], img, b, iframe)").count() == 0
    for link in await screen.page.locator("#said a").all():
        assert (await link.get_attribute("href") or "").startswith(("https:", "http:", "mailto:", "tel:"))


async def test_what_flows_say_is_text(browser: Browser, tmp_path: Path) -> None:
    async with house_of(tmp_path, HOSTILE_FLOWS) as house, screen_of(browser, f"{house.origin}/chat") as screen:
        await screen.sees(SCRIPT)
        said = await screen.said()
        assert said[0] == IMAGE
        assert "tap me" in said[1]
        assert await screen.page.get_by_role("group").get_attribute("aria-label") == SCRIPT
        await is_unharmed(screen)
        await screen.taps(BREAKOUT)
        await expect(screen.page.locator("[aria-pressed=true]")).to_have_text(BREAKOUT)
        await is_unharmed(screen)


async def test_what_customers_write_is_text(browser: Browser, house: House) -> None:
    async with screen_of(browser, f"{house.origin}/chat") as screen:
        await screen.sees("What shall it be?")
        for text in (IMAGE, SCRIPT, BREAKOUT, "javascript:document.title='hacked'"):
            await screen.types(text)
            await expect(screen.bubbles("customer").last).to_have_text(text)
        await expect(screen.page.locator("#pending .message")).to_have_count(0)
        await is_unharmed(screen)
        await screen.tab.reload()
        await expect(screen.bubbles("customer")).to_have_count(4)
        await is_unharmed(screen)


HALF_A_SIGN = """
const input = document.getElementById("input");
input.value = "half \\ud83d a sign";
input.form.requestSubmit();
"""


async def test_half_a_sign_stops_nobody(browser: Browser, house: House) -> None:
    """Some keyboards and programs give one of a pair: no JSON carries it."""
    async with screen_of(browser, f"{house.origin}/chat") as screen:
        await screen.sees("What shall it be?")
        await screen.tab.evaluate(HALF_A_SIGN)
        await screen.sees("half \ufffd a sign", by="customer")
        await screen.types("A lamp")
        await screen.sees("Which size?")


async def test_what_agents_write_and_are_called_is_text(browser: Browser, house: House) -> None:
    await house.add_agent()
    async with screen_of(browser, f"{house.origin}/chat") as screen:
        await screen.sees("What shall it be?")
        await screen.taps("A person")
        await expect(screen.page.locator("#status")).to_have_text("Waiting for a person")
        await house.agent_joins(IMAGE)
        await expect(screen.page.locator("#status")).to_have_text(f"You are talking to {IMAGE}")
        await house.agent_says(SCRIPT)
        await screen.sees(SCRIPT, by="agent")
        await expect(screen.page.locator(".by-agent .writer").last).to_have_text(IMAGE)
        await house.agent_says("", contact=ContactCard(phone="+1 2\" onclick=\"document.title='hacked'", name=IMAGE))
        await expect(screen.page.locator(".contact a")).to_have_attribute("href", "tel:+12")
        evil = Attachment(kind="photo", file="javascript:document.title='hacked'", name=IMAGE)
        await house.agent_says("", attachment=evil)
        await expect(screen.page.locator(".file-name").last).to_have_text(IMAGE)
        spans = (Span(start=0, end=4, style="link", url="javascript:document.title='hacked'"),)
        await house.agent_says(RichText(text="evil", spans=spans))
        await screen.sees("evil", by="agent")
        assert await screen.bubbles("agent").last.locator("a").count() == 0
        await is_unharmed(screen)


async def test_what_files_are_called_is_text(browser: Browser, house: House) -> None:
    async with screen_of(browser, f"{house.origin}/chat") as screen:
        await screen.sees("What shall it be?")
        await screen.sends(f"{IMAGE}.html", b"<script>document.title='hacked'</script>", "text/html")
        document = screen.page.locator("#said a.document")
        await expect(document).to_contain_text("<img src=x onerror=")
        await screen.sends(f"{OVERRIDE}.png", b"MZ not a picture", "image/png")
        await expect(document).to_have_count(2)
        assert await document.last.locator("bdi").inner_text() != "", "a name cannot turn the text around it"
        href = await document.first.get_attribute("href")
        await screen.tab.goto(f"{house.origin}/chat")
        await expect(document).to_have_count(2)
        opened = await screen.page.evaluate(
            "url => fetch(url).then(answer => answer.headers.get('content-type'))", href
        )
        assert opened == "application/octet-stream"
        for link in await document.all():
            assert (await link.get_attribute("href") or "").startswith("chat/files/")


async def test_the_address_of_the_page_is_no_way_in(browser: Browser, house: House) -> None:
    asked = f"flow={SCRIPT}&language={BREAKOUT}&embed={IMAGE}"
    async with screen_of(browser, f"{house.origin}/chat?{asked}") as screen:
        await screen.sees("What shall it be?")
        await is_unharmed(screen)


async def test_scripts_from_elsewhere_do_not_run(browser: Browser, house: House) -> None:
    """Were there a hole, the page's policy would still stand before it."""
    async with screen_of(browser, f"{house.origin}/chat") as screen:
        await screen.sees("What shall it be?")
        blocked = await screen.page.evaluate(
            """async (hole) => {
                const blocked = new Promise((resolve) => document.addEventListener("securitypolicyviolation", resolve));
                const missed = new Promise((resolve) => document.addEventListener("error", resolve, true));
                document.body.insertAdjacentHTML("beforeend", hole);
                await missed;  // or the complaint about the picture, which is not there, comes later
                return (await blocked).effectiveDirective;
            }""",
            IMAGE,
        )
        assert blocked == "script-src-attr"
        assert await screen.tab.title() == "Noora & <Sons>"
        assert any("Content Security Policy" in text for text in screen.complaints)
        screen.complaints.clear()
