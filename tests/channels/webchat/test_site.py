"""The addresses of the web chat: who may show it, who may speak, and the files."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from bot.channels.webchat.visitors import PACE, new_visitor
from bot.events import CustomerSaid
from tests.channels.webchat.flows import SHOP
from tests.channels.webchat.house import LIMIT_BYTES, House, house_of
from tests.channels.webchat.visitor import line_to, visitor_at
from tests.invariants.cable import Cable

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
HTML = b"<!doctype html><script>alert(document.domain)</script>"


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def upload(
    web: aiohttp.ClientSession, house: House, visitor: str, body: Any, name: str = "a.png", **headers: str
) -> aiohttp.ClientResponse:
    given = {"X-Visitor": visitor, "X-Message-Id": secrets.token_hex(8), "X-File-Name": quote(name)} | headers
    async with web.post(f"{house.origin}/chat/files", data=body, headers=given) as response:
        await response.read()
        return response


def kept(house: House) -> list[Path]:
    return [path for path in (house.folder / "files").rglob("*") if path.is_file()]


async def sent(house: House) -> list[CustomerSaid]:
    return [event for event in await house.log() if isinstance(event, CustomerSaid) and event.content.attachment]


# The page


async def test_the_page_names_the_business_and_runs_only_our_scripts(house: House, web: aiohttp.ClientSession) -> None:
    async with web.get(f"{house.origin}/chat") as response:
        page = await response.text()
    assert "<title>Noora &amp; &lt;Sons&gt;</title>" in page
    assert "<Sons>" not in page
    assert "{{" not in page
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert policy.endswith("frame-ancestors 'self'")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_every_part_that_the_page_names_is_served(house: House, web: aiohttp.ClientSession) -> None:
    folder = Path(__file__).parents[3] / "bot/channels/webchat/page"
    parts = sorted(path.name for path in folder.iterdir() if path.suffix in {".js", ".css", ".svg"})
    assert "main.js" in parts
    for name in parts:
        async with web.get(f"{house.origin}/chat/page/{name}") as response:
            assert response.status == 200
            assert await response.read() == (folder / name).read_bytes()
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[name.rpartition(".")[2]]
        assert response.content_type == kind
        async with web.get(response.url, headers={"If-None-Match": response.headers["ETag"]}) as again:
            assert again.status == 304


@pytest.mark.parametrize("path", ["chat/page/chat.html", "chat/page/none.js", "chat/page/..%2fsite.py", "chat/none"])
async def test_nothing_else_is_served(house: House, web: aiohttp.ClientSession, path: str) -> None:
    async with web.get(URL(f"{house.origin}/{path}", encoded=True)) as response:
        assert response.status == 404


# Other sites


async def test_sites_of_the_list_may_show_the_page(tmp_path: Path, web: aiohttp.ClientSession) -> None:
    async with house_of(tmp_path, SHOP, allowed=["https://Shop.example", "http://localhost:9000"]) as house:
        async with web.get(f"{house.origin}/chat?embed=1") as response:
            policy = response.headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'self' https://shop.example http://localhost:9000")
        async with line_to(house.origin, Origin="https://shop.example") as line:
            await line.greet()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1", "http://localhost:{port}", "null", "file://", "nonsense", ""]
)
async def test_other_sites_may_not_speak(house: House, web: aiohttp.ClientSession, origin: str) -> None:
    origin = origin.replace("{port}", str(house.port))
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with line_to(house.origin, Origin=origin):
            pass
    assert refused.value.status == 403
    assert (await upload(web, house, new_visitor(), PNG, Origin=origin)).status == 403
    assert kept(house) == []


async def test_our_own_page_may_speak(house: House) -> None:
    async with line_to(house.origin, Origin=house.origin) as line:
        await line.greet()


async def test_behind_a_proxy_the_page_comes_from_the_public_address(tmp_path: Path) -> None:
    async with house_of(tmp_path, SHOP, public_url="https://support.example/desk") as house:
        async with line_to(house.origin, Origin="https://support.example") as line:
            await line.greet()
        async with line_to(house.origin, Origin="https://shop.example", Host="shop.example") as line:
            await line.greet()  # the proxy passes the name on, and speaks TLS itself
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with line_to(house.origin, Origin="http://support.example"):
                pass


# Files


async def test_a_file_becomes_a_message(house: House, web: aiohttp.ClientSession) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await page.does("write", text="A photo")
        assert page.messages[-1]["expects"] == "file"
        answer = await upload(web, house, page.visitor, PNG, "../../چراغ \x07.png", **{"X-Message-Id": "photo-0001"})
        assert answer.status == 200
        await page.sees("bot: A nice photo.")
        [message] = [one for one in page.messages if one.get("file")]
    assert message["id"] == "photo-0001"
    assert message["file"]["kind"] == "photo"
    assert message["file"]["name"] == "چراغ .png"
    async with web.get(f"{house.origin}/{message['file']['url']}") as response:
        assert await response.read() == PNG
    assert response.content_type == "image/png"
    assert response.headers["Content-Disposition"] == f"inline; filename*=UTF-8''{quote('چراغ .png')}"


async def test_a_page_dressed_as_a_picture_is_only_downloaded(house: House, web: aiohttp.ClientSession) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await upload(web, house, page.visitor, HTML, "cat.png", **{"Content-Type": "text/html"})
        attachment = (await sent(house))[0].content.attachment
    assert attachment is not None
    key = attachment.file.removeprefix("upload:")
    async with web.get(f"{house.origin}/chat/files/{key}") as response:
        assert response.content_type == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("key", ["x" * 32, "short", "..", "%2e%2e%2fswitchboard.db", "a" * 31 + "/"])
async def test_who_has_no_key_gets_no_file(house: House, web: aiohttp.ClientSession, key: str) -> None:
    async with web.get(URL(f"{house.origin}/chat/files/{key}", encoded=True)) as response:
        assert response.status == 404


async def test_a_video_can_be_played_from_the_middle(house: House, web: aiohttp.ClientSession) -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 20
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await upload(web, house, page.visitor, film, "film.mp4")
    attachment = (await sent(house))[0].content.attachment
    assert attachment is not None
    assert attachment.kind == "video"
    url = f"{house.origin}/chat/files/{attachment.file.removeprefix('upload:')}"
    async with web.get(url, headers={"Range": "bytes=100-199"}) as response:
        assert response.status == 206
        assert await response.read() == film[100:200]


async def test_a_file_sent_twice_is_one_message_and_one_file(house: House, web: aiohttp.ClientSession) -> None:
    visitor = new_visitor()
    for _ in range(2):
        assert (await upload(web, house, visitor, PNG, **{"X-Message-Id": "same-0001"})).status == 200
    assert len(await sent(house)) == 1
    assert len(kept(house)) == 2, "the bytes and what is known of them"


async def endless(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000):
        yield bytes(1000)
        await asyncio.sleep(0)


async def test_a_file_that_is_too_large_is_refused_and_not_kept(house: House, web: aiohttp.ClientSession) -> None:
    visitor = new_visitor()
    assert (await upload(web, house, visitor, bytes(LIMIT_BYTES))).status == 200
    assert (await upload(web, house, visitor, bytes(LIMIT_BYTES + 1))).status == 413
    assert (await upload(web, house, visitor, endless(LIMIT_BYTES + 2000))).status == 413, "without a stated length too"
    assert len(await sent(house)) == 1
    assert len(kept(house)) == 2


async def test_an_empty_file_is_refused_and_not_kept(house: House, web: aiohttp.ClientSession) -> None:
    assert (await upload(web, house, new_visitor(), b"")).status == 400
    assert await house.log() == []
    assert kept(house) == []


@pytest.mark.parametrize(
    "headers", [{"X-Visitor": ""}, {"X-Visitor": "guess"}, {"X-Message-Id": "x"}, {"X-Message-Id": "../../../x"}]
)
async def test_a_file_needs_a_sender(house: House, web: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    assert (await upload(web, house, new_visitor(), PNG, **headers)).status == 403
    assert await house.log() == []
    assert kept(house) == []


async def test_a_page_that_goes_amid_its_file_leaves_nothing_behind(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _, page = await asyncio.open_connection("127.0.0.1", house.port)
    headers = f"Host: x\r\nX-Visitor: {new_visitor()}\r\nX-Message-Id: abcdefgh\r\nContent-Length: 1000\r\n"
    page.write(f"POST /chat/files HTTP/1.1\r\n{headers}\r\nhalf".encode())
    while not kept(house):  # noqa: ASYNC110 - a folder rings no bell
        await asyncio.sleep(0.01)
    page.close()
    while kept(house):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await house.stop()
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == []


async def test_files_are_not_poured_in(house: House, web: aiohttp.ClientSession) -> None:
    visitor = new_visitor()
    statuses = [(await upload(web, house, visitor, PNG)).status for _ in range(PACE.burst + 1)]
    assert statuses == [200] * PACE.burst + [429]


async def test_a_file_that_nobody_could_take_is_not_kept(house: House, web: aiohttp.ClientSession) -> None:
    await house.database.close()
    assert (await upload(web, house, new_visitor(), PNG)).status == 503
    assert kept(house) == []


async def test_a_file_whose_message_is_kept_while_the_server_stops_is_still_there(
    house: House, web: aiohttp.ClientSession
) -> None:
    gate = threading.Event()
    busy = asyncio.create_task(house.database.run(lambda _connection: gate.wait()))
    sending = asyncio.create_task(upload(web, house, new_visitor(), PNG))
    while len(kept(house)) < 2:  # noqa: ASYNC110 - a folder rings no bell
        await asyncio.sleep(0.01)
    await house.stop()
    gate.set()
    await busy
    with pytest.raises(aiohttp.ClientError):
        await sending
    await house.turns.close()
    assert len(await sent(house)) == 1
    assert len(kept(house)) == 2


async def test_a_file_whose_message_was_kept_though_nobody_was_told_is_still_there(
    tmp_path: Path, web: aiohttp.ClientSession, postgres_database: str
) -> None:
    async with Cable(postgres_database) as cable, house_of(tmp_path, SHOP, database_url=cable.url) as house:
        status = 0
        while status != 503:  # it may be the commit of something else that is lost
            visitor, before = new_visitor(), len(await sent(house))
            losing = asyncio.create_task(cable.lose_a_commit())
            status = (await upload(web, house, visitor, PNG, **{"X-Message-Id": "same-0001"})).status
            await losing
        assert (await upload(web, house, visitor, PNG, **{"X-Message-Id": "same-0001"})).status == 200
        messages = await sent(house)
        assert len(messages) == before + 1
        files = [message.content.attachment.file for message in messages if message.content.attachment]
        assert len(kept(house)) == 2 * len(files), "the bytes and what is known of them"
        async with web.get(f"{house.origin}/chat/files/{files[-1].removeprefix('upload:')}") as response:
            assert await response.read() == PNG
