"""Inputs on their way through a transaction."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.ports import Clock
from bot.service.work import Look, Work
from storage import customers, inbox

T = TypeVar("T")

DESK_ACTS = "desk"  # the inbox's channel for what agents do


@dataclass(slots=True, kw_only=True, eq=False)
class Job(Generic[T]):
    """One input. `act` is what it does; it may run more than once, so it touches nothing but its Work.

    `key` is what the input is known by when it comes again, and `again` what is answered then. `caller` writes from an
    address; `conversation` is named where the input belongs to a certain one; `look` is what `act` wants to have seen.
    `broken` is what may be done instead when `act` has a bug, the best first, told the bug's place; without any the bug
    is the asker's to see. A `patient` job goes with others that come soon, since a transaction of its own costs as much
    as theirs.
    """

    act: Callable[[Work], T]
    again: T
    key: inbox.Key | None = None
    caller: customers.Caller | None = None
    conversation: str | None = None
    look: Look[Any] | None = None
    broken: Sequence[Callable[[Work, str], T]] = ()
    patient: bool = False
    done: "asyncio.Future[T]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def succeed(self, result: T) -> None:
        """Answer whoever asked, if they still wait."""
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: Exception) -> None:
        """The same, when it did not go well."""
        if not self.done.done():
            self.done.set_exception(error)


def do_jobs(work: Work, jobs: Sequence[Job[Any]], clock: Clock) -> list[Any]:
    """Do each job that was not done before, in order. Gives the answers of all."""
    keys = {job.key for job in jobs if job.key is not None}
    named = {job.conversation for job in jobs if job.conversation}
    looks = [job.look for job in jobs if job.look]
    fresh = work.meet(keys, [job.caller for job in jobs if job.caller], named, looks)
    live = []
    for job in jobs:
        if job.key is None:
            live.append(job)
        elif job.key in fresh:
            fresh.remove(job.key)  # the same input may stand twice in one batch
            live.append(job)
    work.load([job.caller for job in live if job.caller], [job.conversation for job in live if job.conversation])
    work.tell_time(clock.now())
    answers = {id(job): job.act(work) for job in live}
    return [answers.get(id(job), job.again) for job in jobs]
