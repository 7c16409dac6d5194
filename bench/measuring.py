"""One bot, measured once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.bots import Running
from bench.customers import Walker, WrongAnswer, as_fast_as_answered, at_random, walkers
from bench.journey import calls_expected
from bench.machine import cpu_seconds, family_cpu_seconds, memory_mb
from tests.botapi.server import BotApiServer

CUSTOMERS = 64
SETTLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each part of a measurement takes, in seconds."""

    warm_up: float = 2.0
    peak: float = 6.0
    half: float = 6.0
    customers: int = CUSTOMERS


@dataclass(frozen=True, slots=True)
class Measured:
    """Times in milliseconds, except processor time: microseconds a turn."""

    turns: int
    turns_per_second: float
    p50: float
    p99: float
    cpu: float
    database_cpu: float
    calls: float
    memory_mb: float


async def measure(server: BotApiServer, running: Running, pace: Pace, database_pid: int | None = None) -> Measured:
    """Peak first, then half of it. Raises WrongAnswer when a turn was lost, doubled or answered wrongly."""
    customers = walkers(server, pace.customers)
    async with running as pid:
        await as_fast_as_answered(customers, pace.warm_up)

        def used() -> tuple[float, float]:
            return cpu_seconds(pid), family_cpu_seconds(database_pid) if database_pid else 0.0

        began, before = time.perf_counter(), used()
        turns = await as_fast_as_answered(customers, pace.peak)
        took, after = time.perf_counter() - began, used()
        peak = turns / took
        latencies = sorted(await at_random(customers, peak / 2, pace.half))
        memory = memory_mb(pid)
        calls = await check_calls(server, customers)
    return Measured(
        turns=sum(sum(customer.taken) for customer in customers),
        turns_per_second=peak,
        p50=percentile(latencies, 50) * 1000,
        p99=percentile(latencies, 99) * 1000,
        cpu=(after[0] - before[0]) / turns * 1e6,
        database_cpu=(after[1] - before[1]) / turns * 1e6,
        calls=calls,
        memory_mb=memory,
    )


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


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The value that so many percent do not exceed, of values in order (nearest rank)."""
    return ordered[max(0, -(-len(ordered) * int(percent) // 100) - 1)]
