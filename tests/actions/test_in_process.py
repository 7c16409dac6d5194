"""What only actions in this process can do to it."""

import asyncio
import gc
import threading

import pytest

from bot.actions import in_process
from bot.actions.in_process import InProcessActions, Worker
from bot.actions.package import load_actions
from bot.ports import ActionError
from tests.actions.bad_actions import misbehaving
from tests.actions.calls import call_of, slots_in

BAD = "tests.actions.bad_actions"
GOOD = "tests.actions.well_behaved"


def workers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if isinstance(thread, Worker)}


async def timeout_of(actions: InProcessActions, name: str) -> None:
    with pytest.raises(ActionError) as error:
        await actions.run(call_of(name, timeout_seconds=0.05))
    assert error.value.code == "timeout"


@pytest.mark.parametrize("name", ["action_exits", "action_interrupts", "action_cancels_itself"])
async def test_an_action_cannot_end_the_process_or_its_thread(name: str) -> None:
    actions = InProcessActions(load_actions(BAD), threads=1)
    before = workers()
    for _ in range(3):
        with pytest.raises(ActionError) as error:
            await actions.run(call_of(name))
        assert error.value.code == "error"
    assert len(workers() - before) == 1
    assert (await actions.run(call_of("action_returns_none"))).responses
    await actions.close()


async def test_hanging_actions_do_not_use_up_the_threads(released: None) -> None:
    actions = InProcessActions(load_actions(BAD), threads=2)
    await asyncio.gather(*(timeout_of(actions, "action_hangs") for _ in range(6)))
    assert (await actions.run(call_of("action_returns_none"))).responses
    await actions.close()


async def test_too_many_hanging_threads_are_an_error_at_once(released: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_process, "MAX_HANGING_THREADS", 2)
    actions = InProcessActions(load_actions(BAD), threads=4)
    await timeout_of(actions, "action_hangs")
    await timeout_of(actions, "action_hangs")
    with pytest.raises(ActionError) as error:
        await actions.run(call_of("action_hangs"))
    assert error.value.code == "unreachable"
    await actions.close()


async def test_a_busy_loop_is_ended() -> None:
    before = workers()
    actions = InProcessActions(load_actions(BAD))
    await timeout_of(actions, "action_spins")
    for thread in workers() - before:
        await asyncio.to_thread(thread.join, 20)
    assert not workers() - before


async def test_threads_leave_when_closed() -> None:
    before = workers()
    actions = InProcessActions(load_actions(GOOD))
    await asyncio.gather(*(actions.run(call_of("action_blocks")) for _ in range(4)))
    begun = workers() - before
    assert begun
    await actions.close()
    for thread in begun:
        await asyncio.to_thread(thread.join, 20)
    assert not workers() - before


async def test_the_loop_goes_on_while_actions_block(released: None) -> None:
    actions = InProcessActions(load_actions(BAD), threads=4)
    hanging = [asyncio.create_task(timeout_of(actions, "action_hangs")) for _ in range(4)]
    turns = 0
    while not all(task.done() for task in hanging):
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    await asyncio.gather(*hanging)
    await actions.close()


async def test_a_cancelled_call_gives_its_thread_up(released: None) -> None:
    actions = InProcessActions(load_actions(BAD), threads=1)
    task = asyncio.create_task(actions.run(call_of("action_hangs")))
    assert await asyncio.to_thread(misbehaving.entered.wait, 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await actions.run(call_of("action_returns_none"))).responses
    await actions.close()


async def test_many_calls_at_once_keep_their_own_conversation() -> None:
    actions = InProcessActions(load_actions(GOOD), threads=8)

    async def seen_by(conversation: str) -> None:
        call = call_of("action_describe", conversation=conversation, domain={"slots": {}, conversation: []})
        seen = slots_in(await actions.run(call))["seen"]
        assert seen["sender"] == conversation
        assert conversation in seen["domain"]

    await asyncio.gather(*(seen_by(f"c{number}") for number in range(200)))
    await actions.close()


async def test_a_task_that_was_left_failing_quotes_nobody(caplog: pytest.LogCaptureFixture) -> None:
    actions = InProcessActions(load_actions(BAD), threads=1)
    await actions.run(call_of("action_leaves_a_failing_task", latest_text="secret words"))
    await actions.run(call_of("action_returns_none"))  # the same thread: the task has been disposed of
    await actions.close()
    gc.collect()
    assert [record.getMessage() for record in caplog.records] == ["action_task_failed"]
    assert caplog.records[0].__dict__["failure"] == "ValueError"
    assert "secret" not in caplog.text


async def test_a_failure_names_the_line_of_the_action_and_not_of_the_library_that_it_called() -> None:
    actions = InProcessActions(load_actions(BAD), threads=1)
    with pytest.raises(ActionError, match=r"action_fails_in_a_library raised JSONDecodeError at misbehaving\.py:\d+$"):
        await actions.run(call_of("action_fails_in_a_library"))
    await actions.close()
