"""How updates come in: nothing is acknowledged before it is stored, and nothing stops the stream."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.channels.telegram import polling, taps
from bot.channels.telegram.webhook import SECRET_HEADER
from bot.engine.inputs import TapHeard, TextHeard
from tests.botapi.server import BotApiServer
from tests.channels.telegram.conftest import Connect
from tests.channels.telegram.saying import said
from tests.channels.telegram.scripted import Scripted
from tests.channels.telegram.served import ADMIN_CHAT, SECRET, Shop

SARA = 100


def texts(house: Scripted) -> list[str]:
    return [heard.text for heard in house.heard if isinstance(heard, TextHeard)]


async def test_what_could_not_be_stored_comes_again(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    house.outages = 3
    sara = server.customer(SARA)
    for word in ("one", "two", "three"):
        await sara.say(word)
    await house.wait_for(3)
    await server.all_delivered()
    assert texts(house) == ["one", "two", "three"]


async def test_a_duplicate_counts_once_and_its_tap_is_answered_once(
    server: BotApiServer, house: Scripted, shop: Shop
) -> None:
    house.script = lambda inbound: [said("Choose", "Yes")] if isinstance(inbound.heard, TextHeard) else []
    sara = server.customer(SARA)
    await sara.say("Hi")
    await sara.wait_for("Choose")
    query = await sara.tap("Yes")
    assert query
    await house.wait_for(2)
    await server.all_delivered()
    for update_id in list(server.feed.everything):
        server.deliver_again(update_id, times=3)
    await sara.say("Bye")
    await house.wait_for(3)
    await server.all_delivered()
    first, tap, last = house.heard
    assert (type(first), type(tap), type(last)) == (TextHeard, TapHeard, TextHeard)
    assert len(query.answers) == 1


async def test_a_tap_is_answered_in_time_though_it_cannot_be_stored_yet(
    server: BotApiServer, house: Scripted, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taps, "PATIENCE_SECONDS", 0.05)
    house.holds, house.notice = asyncio.Event(), "stale"
    sara = server.customer(SARA, "Sara", started=True)
    query = sara.forge("1.2.3", on=server.world.post(sara.chat, server.world.bot, {"text": "Choose"}))
    assert await query.answer() == {}
    assert house.inbounds == []
    house.holds.set()
    await house.wait_for(1)
    await server.all_delivered()
    assert len(query.answers) == 1


async def test_one_chat_is_heard_in_order_while_others_are_heard(
    server: BotApiServer, house: Scripted, shop: Shop
) -> None:
    people = [server.customer(SARA + number) for number in range(10)]
    for number in range(10):
        for person in people:
            await person.say(str(number))
    await house.wait_for(100)
    for person in people:
        mine = [one for one in house.inbounds if one.address == str(person.user.user_id)]
        assert [one.heard.text for one in mine if isinstance(one.heard, TextHeard)] == [str(n) for n in range(10)]
    assert set(house.most_at_once.values()) == {1}


STRANGE: list[dict[str, Any]] = [
    {"message": {"message_id": "nine", "chat": None}},
    {"callback_query": {"id": 5}},
    {"a_kind_of_tomorrow": {"id": 5}},
    {"message": []},
    {},
]


@pytest.mark.parametrize("strange", STRANGE)
async def test_an_update_that_nobody_understands_does_not_stop_the_stream(
    server: BotApiServer, house: Scripted, shop: Shop, strange: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sara = server.customer(SARA)
    monkeypatch.setattr("tests.botapi.feed.check_update", lambda update: None)
    monkeypatch.setattr("tests.botapi.server.check_answer", lambda method, result: None)
    kind = next(iter(strange), "nothing")
    await server.all_delivered()
    server.feed.allowed = frozenset()
    server.feed.add(kind, strange.get(kind, {}), SARA)
    await sara.say("Hello")
    await house.wait_for(1)
    await server.all_delivered()
    assert texts(house) == ["Hello"]


async def test_a_bug_in_this_room_does_not_bring_an_update_for_ever(
    server: BotApiServer, house: Scripted, shop: Shop
) -> None:
    calls = 0

    def broken(inbound: object) -> list[Any]:
        nonlocal calls
        calls += 1
        if calls <= 3:
            raise ZeroDivisionError
        return []

    house.script = broken
    sara = server.customer(SARA)
    await sara.say("poison")
    await sara.say("Hello")
    await server.all_delivered()
    await house.wait_for(2)
    assert "Hello" in texts(house)


# Webhook


async def post(shop: Shop, body: bytes, secret: str | None = SECRET) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with aiohttp.ClientSession() as session, session.post(shop.webhook_url, data=body, headers=headers) as answer:
        return answer.status


def body(update_id: int, text: str) -> bytes:
    message: dict[str, Any] = {"message_id": update_id, "date": 1_700_000_000, "text": text}
    message |= {"chat": {"id": SARA, "type": "private"}, "from": {"id": SARA, "is_bot": False, "first_name": "Sara"}}
    return json.dumps({"update_id": update_id, "message": message}).encode()


async def test_the_webhook_takes_nothing_without_its_secret(house: Scripted, connect: Connect) -> None:
    shop = await connect("webhook")
    assert await post(shop, body(1, "x"), secret=None) == 401
    assert await post(shop, body(1, "x"), secret=SECRET[:-1]) == 401
    assert await post(shop, body(1, "x"), secret="ß" * 24) == 401
    assert house.inbounds == []
    assert await post(shop, body(1, "x")) == 200
    assert texts(house) == ["x"]


async def test_a_secret_that_is_no_text_is_refused_as_any_other(house: Scripted, connect: Connect) -> None:
    url = urlsplit((await connect("webhook")).webhook_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    headers = f"Host: x\r\nContent-Length: 0\r\n{SECRET_HEADER}: ".encode()
    writer.write(f"POST {url.path} HTTP/1.1\r\n".encode() + headers + b"\xff\xfe\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.close()


async def test_the_webhook_reads_no_endless_bodies(house: Scripted, connect: Connect) -> None:
    shop = await connect("webhook")
    assert await post(shop, b'{"update_id":1,"x":"' + b"x" * 2_000_000 + b'"}') == 413
    assert house.inbounds == []


async def test_the_webhook_answers_only_when_it_is_stored(house: Scripted, connect: Connect) -> None:
    shop = await connect("webhook")
    house.outages = 1
    assert await post(shop, body(1, "x")) == 503
    assert await post(shop, body(1, "x")) == 200
    assert await post(shop, b"not json") == 200
    assert texts(house) == ["x"]


async def test_updates_of_a_chat_that_wait_together_go_by_their_numbers(house: Scripted, connect: Connect) -> None:
    shop = await connect("webhook")
    numbers = [1, 9, 3, 7, 5, 8, 2, 6, 4]
    assert await asyncio.gather(*(post(shop, body(number, str(number))) for number in numbers)) == [200] * 9
    assert sorted(texts(house)) == [str(number) for number in range(1, 10)]
    assert house.most_at_once["100"] == 1


async def test_the_webhook_is_set_with_what_we_want_to_hear(server: BotApiServer, connect: Connect) -> None:
    server.fail_next("server_error", method="setWebhook")
    shop = await connect("webhook")
    [*_, call] = await server.log.wait_for("setWebhook", times=2)
    assert call.params["url"] == shop.webhook_url
    assert call.params["secret_token"] == SECRET
    assert call.params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]


# Polling


async def test_polling_removes_a_webhook(server: BotApiServer, house: Scripted, connect: Connect) -> None:
    async with aiohttp.ClientSession() as session:
        address = f"{server.url}/bot{server.token}/setWebhook"
        await session.post(address, json={"url": "http://127.0.0.1:9/telegram/webhook"})
    await connect("polling")
    await server.customer(SARA).say("Hello")
    await house.wait_for(1)
    assert server.log.to("deleteWebhook")


async def test_polling_goes_on_after_conflicts_and_failures(
    server: BotApiServer, house: Scripted, connect: Connect
) -> None:
    server.fail_next("server_error", method="getUpdates")
    server.fail_next("reset", method="getUpdates")
    await connect("polling")
    await server.log.wait_for("getUpdates", times=3)
    async with aiohttp.ClientSession() as session:  # somebody else fetches: ours ends with 409
        await session.post(f"{server.url}/bot{server.token}/getUpdates", json={"timeout": 0})
    await server.customer(SARA).say("Hello")
    await house.wait_for(1)
    await server.all_delivered()


async def test_while_another_process_polls_this_one_does_not(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    shop = Shop(tmp_path, server)
    shop.leases.elsewhere.add("telegram-polling")
    await shop.open(stack, "polling", Scripted())
    async with asyncio.timeout(10):
        await shop.leases.refused.wait()
    assert server.log.to("getUpdates") == []
    shop.leases.elsewhere.clear()
    await server.log.wait_for("getUpdates")
    await shop.account.stop_listening()
    assert "telegram-polling" not in shop.leases.held


async def test_after_a_quiet_week_the_numbers_of_updates_may_begin_anew(
    server: BotApiServer, house: Scripted, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "WAIT_SECONDS", 1)
    await connect("polling")
    sara = server.customer(SARA)
    await sara.say("before")
    await server.log.wait_for("getUpdates", where=lambda call: "offset" in call.params and call.result == [])
    server.feed.begin_anew(1)
    await sara.say("after")
    await house.wait_for(2)
    assert texts(house) == ["before", "after"]


async def test_what_was_stored_last_is_acknowledged_at_the_end(
    server: BotApiServer, house: Scripted, connect: Connect
) -> None:
    shop = await connect("polling")
    await server.customer(SARA).say("Hello")
    await house.wait_for(1)
    await shop.account.stop_listening()
    assert not server.feed.pending


# Groups


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_is_told_once_and_left(server: BotApiServer, house: Scripted, shop: Shop, kind: Any) -> None:
    group = server.group(-55, kind=kind, bot="left")
    mina = server.member(group, 300, "Mina")
    server.drag_in(group, mina)
    await mina.wait_for("I only work in private chats", where=lambda seen: "-55" in seen.text, ever=True)
    await server.log.wait_for("leaveChat")
    await server.all_delivered()
    assert len(server.log.to("sendMessage", chat_id=-55)) == 1
    assert house.inbounds == []


async def test_a_group_where_the_bot_may_not_write_is_left(server: BotApiServer, shop: Shop) -> None:
    group = server.group(-55, bot="restricted")
    await server.member(group, 300, "Mina").say("/start")
    await server.log.wait_for("leaveChat", where=lambda call: call.error is None)
    assert group.posts.keys() == {1}


async def test_a_group_that_could_not_be_left_is_left_when_it_is_heard_again(server: BotApiServer, shop: Shop) -> None:
    server.fail_next("server_error", method="sendMessage", chat_id=-55)
    mina = server.member(server.group(-55), 300, "Mina")
    await mina.say("/start")
    await server.all_delivered()
    assert server.log.to("leaveChat") == []
    await mina.say("/start")
    await server.log.wait_for("leaveChat")


async def test_a_channel_is_left_without_a_word(server: BotApiServer, shop: Shop) -> None:
    channel = server.group(-77, kind="channel", bot="left")
    server.drag_in(channel, server.member(channel, 300, "Mina"))
    await server.log.wait_for("leaveChat")
    assert server.log.to("sendMessage") == []


async def test_the_admins_chat_is_not_left_and_not_heard(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    group = server.group(ADMIN_CHAT)
    mina = server.member(group, 300, "Mina")
    server.drag_in(group, mina)
    await mina.say("Hello")
    await server.all_delivered()
    assert server.log.to("leaveChat") == server.log.to("sendMessage") == []
    assert house.inbounds == []
    notice = said("Flows published")
    await shop.account.customers.send(str(ADMIN_CHAT), notice, None)
    await mina.wait_for("Flows published")
