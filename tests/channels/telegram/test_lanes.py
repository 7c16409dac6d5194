"""One thing at a time in a lane, the oldest first, and nobody is stuck."""

import asyncio

import pytest

from bot.channels.telegram.lanes import Lanes


async def test_those_that_wait_go_by_their_numbers() -> None:
    lanes, gate, done = Lanes(), asyncio.Event(), []

    async def work(number: int) -> None:
        await gate.wait()
        done.append(number)

    tasks = [asyncio.create_task(lanes.run("a", number, lambda number=number: work(number))) for number in (5, 9, 2, 7)]  # type: ignore[misc]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)
    assert done == [5, 2, 7, 9]


async def test_lanes_do_not_wait_for_each_other() -> None:
    lanes, gate = Lanes(), asyncio.Event()
    held = asyncio.create_task(lanes.run("a", 1, gate.wait))

    async def free() -> str:
        return "free"

    assert await lanes.run("b", 1, free) == "free"
    gate.set()
    await held


async def test_who_fails_or_gives_up_lets_the_next_one_in() -> None:
    lanes, gate = Lanes(), asyncio.Event()

    async def fail() -> None:
        await gate.wait()
        raise ZeroDivisionError

    async def succeed() -> str:
        return "done"

    failing = asyncio.create_task(lanes.run("a", 1, fail))
    await asyncio.sleep(0)
    leaving = asyncio.create_task(lanes.run("a", 2, succeed))
    staying = asyncio.create_task(lanes.run("a", 3, succeed))
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(ZeroDivisionError):
        await failing
    leaving.cancel()  # its turn has come, and it is gone
    assert await staying == "done"
    assert await lanes.run("a", 4, succeed) == "done"


async def test_who_gives_up_while_waiting_is_passed_over() -> None:
    lanes, gate = Lanes(), asyncio.Event()
    holding = asyncio.create_task(lanes.run("a", 1, gate.wait))
    await asyncio.sleep(0)
    leaving = asyncio.create_task(lanes.run("a", 2, gate.wait))
    staying = asyncio.create_task(lanes.run("a", 3, gate.wait))
    await asyncio.sleep(0)
    leaving.cancel()
    gate.set()
    await holding
    assert await staying
    with pytest.raises(asyncio.CancelledError):
        await leaving
