"""Everything that goes wrong between a bot and Telegram."""

import asyncio
from collections.abc import Callable

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from tests.botapi.faults import FaultKind, RateLimits
from tests.botapi.server import BotApiServer

SARA = 100

BotOf = Callable[[BotApiServer], Bot]


@pytest.fixture(autouse=True)
def sara(server: BotApiServer) -> None:
    server.customer(SARA, "Sara", started=True)
    server.customer(101, "Mina", started=True)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("server_error", TelegramServerError),
        ("bad_gateway", TelegramServerError),
        ("garbage", ClientDecodeError),
        ("reset", TelegramNetworkError),
    ],
)
@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_fault_comes_before_or_after_the_effect(
    server: BotApiServer, bot: Bot, kind: FaultKind, error: type[Exception], after_effect: bool
) -> None:
    server.fail_next(kind, method="sendMessage", after_effect=after_effect)
    await bot.get_me()
    with pytest.raises(error):
        await bot.send_message(SARA, "Hello")
    assert len(server.customer(SARA).screen()) == int(after_effect)
    [call] = server.log.to("sendMessage")
    assert (call.took_effect, call.error is None) == (after_effect, False)
    await bot.send_message(SARA, "Hello again")
    assert server.violations == []


async def test_flood_control_names_the_seconds_and_minds_who_comes_back_early(server: BotApiServer, bot: Bot) -> None:
    server.fail_next("too_many_requests", chat_id=SARA, retry_after=60)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(SARA, "Hello")
    assert refused.value.retry_after == 60
    await bot.send_message(101, "Others are not concerned")
    assert server.violations == []
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(SARA, "Hello")
    [violation] = server.violations
    assert violation.startswith("sendMessage: Too Many Requests: retry after 60 (")
    assert violation.endswith("s of its penalty were left)")


async def test_silence_lasts_until_the_bot_gives_up(server: BotApiServer, bot: Bot) -> None:
    server.fail_next("silence", after_effect=True)
    call = asyncio.create_task(bot.send_message(SARA, "Hello"))
    await server.customer(SARA).wait_for("Hello")
    assert not call.done()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    await bot.send_message(SARA, "The next one is answered")


async def test_a_slow_answer_comes(server: BotApiServer, bot: Bot) -> None:
    server.fail_next("slow", seconds=0.01)
    await bot.send_message(SARA, "Hello")
    assert server.calls[-1].error is None


async def test_as_many_faults_as_asked_for(server: BotApiServer, bot: Bot) -> None:
    server.fail_next("server_error", times=2)
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.get_me()
    await bot.get_me()


async def failures(bot: Bot, server: BotApiServer, seed: int) -> list[bool]:
    server.fail_sometimes("server_error", 0.5, seed=seed)
    for _ in range(20):
        try:
            await bot.get_me()
        except TelegramServerError:
            continue
    server.recover()
    await bot.get_me()
    return [call.error is not None for call in server.log.to("getMe")][-21:]


async def test_the_same_seed_gives_the_same_failures(server: BotApiServer, bot: Bot) -> None:
    first = await failures(bot, server, seed=7)
    assert first == await failures(bot, server, seed=7)
    assert 0 < sum(first) < 20
    assert first != await failures(bot, server, seed=8)


async def test_flood_limits(bot_of: BotOf) -> None:
    limits = RateLimits(per_second=8, per_chat_burst=3, per_group_per_minute=2)
    async with BotApiServer(limits=limits) as server, bot_of(server) as bot:
        for number in range(4):
            server.customer(SARA + number, "Somebody", started=True)
        server.forum(-1001)
        for _ in range(3):
            await bot.send_message(SARA, "Hello")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(SARA, "Too fast for one chat")
        for _ in range(2):
            await bot.send_message(-1001, "Hello")
        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.send_message(-1001, "Too much for a group")
        assert 58 <= refused.value.retry_after <= 60
        assert len(server.violations) == 2


async def test_the_limit_of_all_messages_together(bot_of: BotOf) -> None:
    async with BotApiServer(limits=RateLimits(per_second=5)) as server, bot_of(server) as bot:
        for number in range(6):
            server.customer(SARA + number, "Somebody", started=True)
        sent = await asyncio.gather(
            *(bot.send_message(SARA + number, "Hello") for number in range(6)), return_exceptions=True
        )
        assert sum(isinstance(answer, TelegramRetryAfter) for answer in sent) == 1
