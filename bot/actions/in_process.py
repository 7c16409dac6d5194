"""Custom actions in this process: each run on a thread, under our own time limit."""

import asyncio
import ctypes
import logging
import os
import threading
from collections.abc import Mapping
from queue import SimpleQueue
from typing import Any

import msgspec
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.actions.package import ActionRun, authors_frame
from bot.actions.wire import as_json, read_answer, request_body
from bot.ports import ActionCall, ActionError, ActionOutcome

log = logging.getLogger(__name__)

THREADS = 16
MAX_HANGING_THREADS = 64  # each holds a stack and whatever its action holds; beyond this the package must be mended


class ActionInterrupted(BaseException):
    """Raised inside an action that overran its time, to end a busy loop. Not an Exception: actions catch those."""


class Job(msgspec.Struct, frozen=True):
    """One run. `answer` belongs to `loop` and is only touched there."""

    call: ActionCall
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[ActionOutcome]


class Worker(threading.Thread):
    """A thread that runs one action at a time, on an event loop of its own: many `async def` actions block, too."""

    def __init__(self, actions: Mapping[str, ActionRun]) -> None:
        super().__init__(name="action", daemon=True)
        self._executor = ActionExecutor()  # one a thread: it keeps the domain of the latest call
        self._executor.actions = dict(actions)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._is_busy = False

    def take(self, job: Job) -> None:
        """Run this next."""
        self._jobs.put(job)

    def leave(self) -> None:
        """End the thread after what it is doing."""
        self._jobs.put(None)

    def interrupt(self) -> None:
        """Raise inside the action. One that blocks in C code (a socket, a sleep) meets it when that returns."""
        if not self._is_busy:
            return
        thread_id = ctypes.c_ulong(self.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread_id, ctypes.py_object(ActionInterrupted))

    def run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.get_loop().set_exception_handler(_log_stray_failure)
                while (job := self._jobs.get()) is not None:
                    self._is_busy = True
                    try:
                        result = runner.run(_perform(self._executor, job.call))
                    finally:
                        self._is_busy = False
                    _settle(job, result)
        except ActionInterrupted:
            return


class InProcessActions:
    """The Actions port over `load_actions(package)`. Actions that hang are given up and their threads replaced."""

    def __init__(self, actions: Mapping[str, ActionRun], threads: int = THREADS) -> None:
        self._actions = actions
        self._places = asyncio.Semaphore(threads)
        self._idle: list[Worker] = []
        self._hanging: list[Worker] = []

    async def run(self, call: ActionCall) -> ActionOutcome:
        """Run one action. Waiting for a free thread counts against its time. Raises ActionError."""
        if call.name not in self._actions:
            raise ActionError("not_found", f"no action is named {call.name!r}")
        try:
            async with asyncio.timeout(call.timeout_seconds), self._places:
                return await self._run_on_thread(call)
        except TimeoutError:
            raise ActionError("timeout", f"{call.name} took longer than {call.timeout_seconds:g} s") from None

    async def close(self) -> None:
        """Let the idle threads go. Hanging ones are daemons and end with the process."""
        for worker in self._idle:
            worker.leave()
        self._idle.clear()

    async def _run_on_thread(self, call: ActionCall) -> ActionOutcome:
        loop = asyncio.get_running_loop()
        worker = self._idle.pop() if self._idle else self._new_worker()
        answer: asyncio.Future[ActionOutcome] = loop.create_future()
        worker.take(Job(call, loop, answer))
        try:
            outcome = await answer
        except asyncio.CancelledError:
            self._give_up(worker)
            raise
        except ActionError:
            self._idle.append(worker)
            raise
        self._idle.append(worker)
        return outcome

    def _new_worker(self) -> Worker:
        self._hanging = [worker for worker in self._hanging if worker.is_alive()]
        if len(self._hanging) >= MAX_HANGING_THREADS:
            raise ActionError("unreachable", f"{len(self._hanging)} threads hang in actions that never returned")
        worker = Worker(self._actions)
        worker.start()
        return worker

    def _give_up(self, worker: Worker) -> None:
        worker.leave()
        self._hanging.append(worker)
        for hanging in self._hanging:  # again for the older ones: an action may have caught the first
            hanging.interrupt()


async def _perform(executor: ActionExecutor, call: ActionCall) -> ActionOutcome | ActionError:
    """The outcome or the failure, whatever the action does. It gets its own copy of everything, as over HTTP."""
    try:
        result = await executor.run(msgspec.json.decode(request_body(call)))
        return read_answer(as_json(result.model_dump() if result else None, f"the answer of {call.name}"))
    except ActionError as failure:
        return failure
    except ActionExecutionRejection:
        return ActionError("rejected", f"{call.name} rejected its execution")
    except ActionInterrupted:
        return ActionError("timeout", f"{call.name} was interrupted")
    except BaseException as failure:  # sys.exit() in an action must not end the thread, let alone the process
        return ActionError("error", f"{call.name} raised {type(failure).__name__}{_place(failure)}")


def _place(failure: BaseException) -> str:
    """Where it was raised. The failure's own text is left out: it may quote what the customer wrote."""
    frame = authors_frame(failure)
    return f" at {os.path.basename(frame.filename)}:{frame.lineno}" if frame is not None else ""


def _log_stray_failure(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A task that an action began and left failed. asyncio's own handler would log the failure's text."""
    log.warning("action_task_failed", extra={"failure": type(context.get("exception")).__name__})


def _settle(job: Job, result: ActionOutcome | ActionError) -> None:
    def settle() -> None:
        if job.answer.done():  # given up meanwhile
            return
        if isinstance(result, ActionError):
            job.answer.set_exception(result)
        else:
            job.answer.set_result(result)

    try:
        job.loop.call_soon_threadsafe(settle)
    except RuntimeError:
        return  # the loop has closed: nobody waits any more
