"""The bench measures what it says: both bots walk its journey, and every wrong, lost or doubled answer is found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.bots import Bot, BotFailed, Running, bare_bot, our_bot
from bench.customers import Walker, WrongAnswer, together, walkers
from bench.journey import FIRST_LABELS, FRONT, JOURNEY
from bench.measuring import check_calls, percentile
from tests.botapi.params import Params
from tests.botapi.sending import send_message
from tests.botapi.server import BotApiServer

CALLS = sum(len((*turn.replies, *turn.afterwards)) + bool(turn.taps) for turn in JOURNEY) / len(JOURNEY)


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(lax=True) as running:
        yield running


async def walk(customer: Walker) -> None:
    for _ in JOURNEY:
        await customer.take_turn()


@pytest.mark.parametrize("name", ["bare", "sqlite"])
async def test_each_bot_walks_the_journey(server: BotApiServer, tmp_path: Path, name: str) -> None:
    ours = our_bot(server, name, f"sqlite:///{tmp_path / 'bench.db'}")
    customers = walkers(server, 3)
    async with Running(bare_bot(server) if name == "bare" else ours, server, tmp_path / "log"):
        await together([walk(customer) for customer in customers])
        assert await check_calls(server, customers) == pytest.approx(CALLS)
    assert [customer.taken for customer in customers] == [[1] * len(JOURNEY)] * 3


async def test_a_bot_that_does_not_start_is_told_with_its_words(server: BotApiServer, tmp_path: Path) -> None:
    broken = Bot("broken", ("-c", "raise SystemExit('no token')"), {})
    with pytest.raises(BotFailed, match="no token"):
        async with Running(broken, server, tmp_path / "log"):
            pass


class Puppet:
    """Stands in for a bot: says one thing whenever it is told something."""

    def __init__(self, server: BotApiServer, text: str, times: int = 1) -> None:
        self._server = server
        self._text = text
        self._times = times
        server.world.emit = self._hear

    def _hear(self, kind: str, content: dict[str, object], lane: int) -> None:
        keyboard = {"inline_keyboard": [[{"text": label, "callback_data": label}] for label in FIRST_LABELS]}
        for _ in range(self._times):
            self._server.log.counts["sendMessage"] += 1
            send_message(self._server.world, Params({"chat_id": lane, "text": self._text, "reply_markup": keyboard}))


async def test_a_right_answer_is_one(server: BotApiServer) -> None:
    Puppet(server, FRONT)
    (customer,) = walkers(server, 1)
    await customer.take_turn()
    assert customer.taken == [1, 0, 0, 0, 0, 0, 0]
    assert await check_calls(server, [customer]) == 1


async def test_a_wrong_answer_is_found(server: BotApiServer) -> None:
    Puppet(server, "Welcome to the zoo.")
    (customer,) = walkers(server, 1)
    with pytest.raises(WrongAnswer, match="answered by"):
        await customer.take_turn()


async def test_a_doubled_answer_is_found(server: BotApiServer) -> None:
    Puppet(server, FRONT, times=2)
    (customer,) = walkers(server, 1)
    with pytest.raises(WrongAnswer, match="turn 1 was answered by"):
        await customer.take_turn()


async def test_a_call_too_many_is_found(server: BotApiServer) -> None:
    Puppet(server, FRONT)
    (customer,) = walkers(server, 1)
    await customer.take_turn()
    server.log.counts["editMessageText"] += 1
    with pytest.raises(WrongAnswer, match="calls"):
        await check_calls(server, [customer])


async def test_a_lost_turn_is_found(server: BotApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.customers.PATIENCE_SECONDS", 0.05)
    (customer,) = walkers(server, 1)
    with pytest.raises(WrongAnswer, match="turn 1 was lost"):
        await customer.take_turn()


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentile([1.0], 99) == 1.0
    assert [percentile([float(value) for value in range(1, 101)], percent) for percent in (50, 99)] == [50.0, 99.0]
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
