"""Bots measured side by side: slice after slice in turn, so that whatever disturbs the machine disturbs them all."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.customers import Walker, WrongAnswer, as_fast_as_answered, at_random
from bench.journey import calls_expected
from bench.machine import cpu_seconds, family_cpu_seconds, memory_mb
from tests.botapi.server import BotApiServer

WARM_UP_SECONDS = 2.0
SETTLE_SECONDS = 10.0


@dataclass(slots=True)
class Measured:
    """What was found, one value a slice. Latencies in seconds, processor time in seconds a turn."""

    peaks: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    calls: float = 0.0
    memory_mb: float = 0.0


@dataclass(slots=True)
class Subject:
    """A running bot, its Telegram and its customers. `database_pid` is the server's, where there is one."""

    server: BotApiServer
    customers: Sequence[Walker]
    pid: int
    database_pid: int | None = None
    measured: Measured = field(default_factory=Measured)

    async def warm_up(self) -> None:
        await as_fast_as_answered(self.customers, WARM_UP_SECONDS)

    async def at_peak(self, seconds: float) -> None:
        """A slice as fast as it goes. Raises WrongAnswer."""
        began, cpu, database_cpu = time.perf_counter(), cpu_seconds(self.pid), self._database_cpu()
        turns = await as_fast_as_answered(self.customers, seconds)
        self.measured.peaks.append(turns / (time.perf_counter() - began))
        self.measured.cpu.append((cpu_seconds(self.pid) - cpu) / turns)
        self.measured.database_cpu.append((self._database_cpu() - database_cpu) / turns)

    async def at_load(self, turns_per_second: float, seconds: float) -> None:
        """A slice with so many turns a second. Raises WrongAnswer."""
        latencies = sorted(await at_random(self.customers, turns_per_second, seconds))
        if latencies:
            self.measured.p50.append(percentile(latencies, 50))
            self.measured.p99.append(percentile(latencies, 99))

    async def finish(self) -> None:
        """Look at what is left. Raises WrongAnswer when the bot made a call too many or too few."""
        self.measured.memory_mb = memory_mb(self.pid)
        self.measured.calls = await check_calls(self.server, self.customers)

    def _database_cpu(self) -> float:
        return 0.0 if self.database_pid is None else family_cpu_seconds(self.database_pid)


async def measure(subjects: Sequence[Subject], rounds: int, seconds: float) -> None:
    """Peaks first, then all of them at half of the first one's peak, in slices of so many seconds.

    Raises WrongAnswer.
    """
    for subject in subjects:
        await subject.warm_up()
    for _ in range(rounds):
        for subject in subjects:
            await subject.at_peak(seconds)
    half = median(subjects[0].measured.peaks) / 2
    for _ in range(rounds):
        for subject in subjects:
            await subject.at_load(half, seconds)
    for subject in subjects:
        await subject.finish()


async def check_calls(server: BotApiServer, customers: Sequence[Walker]) -> float:
    """Calls of the Bot API a turn. Raises WrongAnswer when they are not exactly those that the turns ask for."""
    taken: list[int] = [sum(counts) for counts in zip(*(customer.taken for customer in customers), strict=True)]
    expected = calls_expected(taken)

    def settled() -> bool | None:
        return all(server.log.counts[method] >= times for method, times in expected.items()) or None

    await server.log.bell.wait_until(settled, SETTLE_SECONDS)
    await server.all_delivered(within=SETTLE_SECONDS)
    counted = {method: server.log.counts[method] for method in expected}
    if counted != expected or server.violations:
        raise WrongAnswer(f"calls {counted} instead of {expected}; {server.violations[:5]}")
    return sum(counted.values()) / sum(taken)


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed, of values in order (nearest rank)."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
