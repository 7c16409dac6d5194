"""How much may come from one place of the net, directly or through proxies."""

from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from bot.channels.webchat.neighbours import TOO_MUCH, Neighbours
from bot.channels.webchat.visitors import new_visitor
from bot.settings import WebChat
from tests.channels.webchat.flows import SHOP
from tests.channels.webchat.house import House, house_of
from tests.channels.webchat.screen import screen_of
from tests.channels.webchat.visitor import line_to

FORWARDED = "X-Forwarded-For"
PROXY, OUTER_PROXY, SCRIPT = "10.0.0.1", "93.184.216.34", "93.184.216.99"


@pytest.mark.parametrize(
    ("peer", "forwarded", "place"),
    [
        (SCRIPT, (), SCRIPT),
        (SCRIPT, ("1.2.3.4",), SCRIPT),  # anybody can say that
        (PROXY, (SCRIPT,), SCRIPT),
        (PROXY, ("1.2.3.4, " + SCRIPT,), SCRIPT),  # what the script itself has said is to the left
        (PROXY, ("1.2.3.4", f"{SCRIPT}, {OUTER_PROXY}"), SCRIPT),
        (PROXY, (f"{SCRIPT}:4711",), SCRIPT),
        (PROXY, (), None),
        (PROXY, ("192.168.1.20",), None),
        (PROXY, ("unknown",), None),
        ("127.0.0.1", (SCRIPT,), None),  # a proxy that the settings don't name: all would be one
        ("127.0.0.1", (), None),
        ("172.17.0.1", (), None),  # whoever comes into a container
        ("fd00::5", (), None),
        ("2a00:1450:1:2:3:4:5:6", (), "2a00:1450:1:2::/64"),
        ("::ffff:93.184.216.99", (), SCRIPT),
        (PROXY, ("[2a00:1450:1:2::9]:443",), "2a00:1450:1:2::/64"),
    ],
)
def test_where_a_request_comes_from(peer: str, forwarded: tuple[str, ...], place: str | None) -> None:
    neighbours = Neighbours(WebChat(), ("10.0.0.0/8", OUTER_PROXY))
    assert neighbours.place(peer, forwarded) == place


async def send(house: House, **headers: str) -> tuple[int, str, int]:
    """A file from somebody new. Gives the status, the text and the seconds to wait."""
    named = (
        {FORWARDED: SCRIPT}
        | {"X-Visitor": new_visitor(), "X-Message-Id": "message-1", "X-File-Name": "a.txt"}
        | headers
    )
    async with (
        aiohttp.ClientSession() as web,
        web.post(f"{house.origin}/chat/files", data=b"a file", headers=named) as answer,
    ):
        return answer.status, await answer.text(), int(answer.headers.get("Retry-After", 0))


async def test_files_from_one_place_are_limited_in_words_of_the_visitor(tmp_path: Path) -> None:
    async with house_of(tmp_path, SHOP, files_per_ip_per_minute=2.0, proxies=["127.0.0.1"]) as house:
        assert [(await send(house))[0] for _ in range(2)] == [200, 200]
        for language in ("fa-IR,fa;q=0.9", "ar", "he", "de, en;q=0.5", ""):
            status, text, seconds = await send(house, **{"Accept-Language": language})
            spoken = language[:2] if language[:2] in TOO_MUCH else "en"
            assert (status, text) == (429, TOO_MUCH[spoken].format(seconds=seconds))
            assert 1 <= seconds <= 31


async def test_visitors_behind_a_proxy_are_told_apart(tmp_path: Path) -> None:
    async with house_of(tmp_path, SHOP, files_per_ip_per_minute=1.0, proxies=["127.0.0.1"]) as house:
        assert (await send(house))[0] == 200
        assert (await send(house, **{FORWARDED: f"9.9.9.9, {SCRIPT}"}))[0] == 429
        assert (await send(house, **{FORWARDED: "93.184.216.1"}))[0] == 200


async def test_who_is_new_waits_while_too_many_come_and_who_is_known_does_not(tmp_path: Path) -> None:
    async with house_of(tmp_path, SHOP, new_visitors_per_ip_per_minute=1.0, proxies=["127.0.0.1"]) as house:
        async with line_to(house.origin, **{FORWARDED: SCRIPT}) as known:
            await known.greet()
            assert (await known.does("start"))["kind"] == "taken"
            assert (await known.does("write", text="A lamp"))["kind"] == "taken"
        async with line_to(house.origin, **{FORWARDED: SCRIPT}) as line:
            await line.greet()
            refused = await line.does("start")
            assert (refused["kind"], refused["reason"]) == ("refused", "too_fast")
            assert refused["after_seconds"] > 10
        async with line_to(house.origin, **{FORWARDED: SCRIPT}) as again:
            await again.greet(known.visitor)
            assert (await again.does("write", text="Large"))["kind"] == "taken"


async def test_who_has_to_wait_is_told_so_for_as_long_as_it_lasts(browser: Browser, tmp_path: Path) -> None:
    async with (
        house_of(tmp_path, SHOP, files_per_ip_per_minute=1.0, proxies=["127.0.0.1"]) as house,
        screen_of(browser, "about:blank", "fa", extra_http_headers={FORWARDED: SCRIPT}) as screen,
    ):
        await screen.tab.clock.install()
        await screen.tab.goto(f"{house.origin}/chat")
        await screen.sees("چه می‌خواهید؟")
        for name in ("one.txt", "two.txt"):
            await screen.sends(name, b"a list")
        notice = screen.page.locator("#notice")
        await expect(notice).to_contain_text("از شبکهٔ شما درخواست‌های زیادی رسیده است")
        await screen.tab.clock.run_for(20_000)
        assert await notice.is_visible()
        assert all("429" in each for each in screen.complaints)
        screen.complaints.clear()
