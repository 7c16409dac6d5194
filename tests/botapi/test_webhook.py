"""Webhook delivery: again until 2xx, in order within a chat, with the secret, and methods in the answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiohttp import web

from tests.botapi.server import BotApiServer

SARA = 100

Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]


class Receiver:
    """The bot's side of a webhook. answer may be replaced by the test."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answer: Answer = self.agree

    async def agree(self, update: dict[str, Any]) -> web.Response:
        return web.Response()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        self.got.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return await self.answer(update)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiving = Receiver()
    runner = web.ServerRunner(web.Server(receiving.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiving.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiving
    await runner.cleanup()


async def test_updates_come_with_the_secret(server: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    await server.customer(SARA).say("Before")
    await bot.set_webhook(receiver.url, secret_token="s3cret")
    await server.customer(SARA).say("After")
    await server.all_delivered()
    assert receiver.texts == ["Before", "After"]
    assert receiver.secrets == ["s3cret", "s3cret"]


async def test_an_update_is_delivered_until_it_is_taken(server: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    async def refuse_twice(update: dict[str, Any]) -> web.Response:
        return web.Response(status=500 if len(receiver.got) <= 2 else 200)

    receiver.answer = refuse_twice
    await bot.set_webhook(receiver.url)
    await server.customer(SARA).say("One")
    await server.customer(SARA).say("Two")
    await server.all_delivered()
    assert receiver.texts == ["One", "One", "One", "Two"]
    told = await bot.get_webhook_info()
    assert told.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_one_chat_waits_for_its_turn_and_another_does_not(
    server: BotApiServer, bot: Bot, receiver: Receiver
) -> None:
    gate = asyncio.Event()

    async def hold_sara(update: dict[str, Any]) -> web.Response:
        if update["message"]["chat"]["id"] == SARA:
            await gate.wait()
        else:
            gate.set()
        return web.Response()

    receiver.answer = hold_sara
    await bot.set_webhook(receiver.url)
    await server.customer(SARA).say("One")
    await server.customer(SARA).say("Two")
    await server.customer(101, "Mina").say("Me too")
    await server.all_delivered()
    assert sorted(receiver.texts) == ["Me too", "One", "Two"]
    assert receiver.texts.index("Two") > receiver.texts.index("Me too")


async def test_the_same_update_comes_several_times_at_once(server: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    everybody_in = asyncio.Event()

    async def wait_for_all(update: dict[str, Any]) -> web.Response:
        if len(receiver.got) == 4:
            everybody_in.set()
        await everybody_in.wait()
        return web.Response()

    await bot.set_webhook(receiver.url)
    await server.customer(SARA).say("Hello")
    await server.all_delivered()
    receiver.answer = wait_for_all
    server.deliver_again(receiver.got[0]["update_id"], times=3)
    async with asyncio.timeout(10):
        await everybody_in.wait()
    assert receiver.texts == ["Hello"] * 4


async def test_updates_of_one_chat_can_overtake(bot_of: Callable[[BotApiServer], Bot], receiver: Receiver) -> None:
    both_in = asyncio.Event()

    async def wait_for_both(update: dict[str, Any]) -> web.Response:
        if len(receiver.got) == 2:
            both_in.set()
        await both_in.wait()
        return web.Response()

    receiver.answer = wait_for_both
    async with BotApiServer(in_order=False) as server, bot_of(server) as bot:
        await bot.set_webhook(receiver.url)
        await server.customer(SARA).say("One")
        await server.customer(SARA).say("Two")
        await server.all_delivered()


async def test_a_method_in_the_answer_is_carried_out(server: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    async def reply(update: dict[str, Any]) -> web.Response:
        return web.json_response({"method": "sendMessage", "chat_id": SARA, "text": "Hello yourself"})

    receiver.answer = reply
    await bot.set_webhook(receiver.url)
    sara = server.customer(SARA)
    await sara.say("Hello")
    await sara.wait_for("Hello yourself")


async def test_setting_it_again_disturbs_nothing(server: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    async def set_again(update: dict[str, Any]) -> web.Response:
        await bot.set_webhook(receiver.url)
        return web.Response()

    receiver.answer = set_again
    await bot.set_webhook(receiver.url)
    await server.customer(SARA).say("Hello")
    await server.all_delivered()
    assert receiver.texts == ["Hello"]


async def test_what_a_webhook_may_be(server: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    with pytest.raises(TelegramBadRequest, match="An HTTPS URL must be provided for webhook"):
        await bot.set_webhook("ftp://bot.example/hook")
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook(receiver.url, secret_token="no spaces")
    await bot.set_webhook(receiver.url, max_connections=7, allowed_updates=["message"])
    told = await bot.get_webhook_info()
    assert (told.url, told.max_connections, told.allowed_updates) == (receiver.url, 7, ["message"])
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""


async def test_no_more_than_max_connections_at_once(server: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    inside = most = 0

    async def count(update: dict[str, Any]) -> web.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        return web.Response()

    receiver.answer = count
    await bot.set_webhook(receiver.url, max_connections=2)
    for number in range(20):
        await server.customer(1000 + number, "Somebody").say("Hello")
    await server.all_delivered()
    assert most <= 2
    assert len(receiver.got) == 20
