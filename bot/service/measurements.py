"""What the service counts of itself, for Prometheus."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class Measurements:
    """Counters of one process, in the registry that it is given."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._turns = Counter("switchboard_turns", "Inputs taken", registry=registry)
        self._failed = Counter("switchboard_turns_failed", "Inputs that a bug stopped", registry=registry)
        self._turn_seconds = Histogram(
            "switchboard_turn_seconds", "From an input's arrival to its commit", buckets=SECONDS, registry=registry
        )
        self._batch = Histogram(
            "switchboard_turn_batch_size", "Inputs in one transaction", buckets=BATCH_SIZES, registry=registry
        )
        deliveries = Counter(
            "switchboard_deliveries", "Messages by what became of them", ["channel", "result"], registry=registry
        )
        delivery_seconds = Histogram(
            "switchboard_delivery_seconds", "One call of a channel", ["channel"], buckets=SECONDS, registry=registry
        )
        self._delivery = cache(deliveries.labels)  # a look-up there costs more than counting
        self._delivery_time = cache(delivery_seconds.labels)
        self._outbox_depth = Gauge("switchboard_outbox_depth", "Messages booked and not sent", registry=registry)
        self._outbox_age = Gauge(
            "switchboard_outbox_age_seconds", "How long the oldest message that is due waits", registry=registry
        )
        self._queue_length = Gauge(
            "switchboard_queue_length", "Customers who wait for a person", ["queue"], registry=registry
        )
        self._queues: frozenset[str] = frozenset()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around one input, from its arrival to its commit."""
        began = time.perf_counter()
        yield
        self._turns.inc()
        self._turn_seconds.observe(time.perf_counter() - began)

    def turn_failed(self) -> None:
        """A bug stopped an input."""
        self._failed.inc()

    def batch(self, size: int) -> None:
        """One transaction took so many inputs."""
        self._batch.observe(size)

    def delivered(self, channel: str, result: str, seconds: float) -> None:
        """A channel was called; `result`: sent, busy, refused, broken."""
        self._delivery(channel, result).inc()
        self._delivery_time(channel).observe(seconds)

    def outbox(self, depth: int, age_seconds: float) -> None:
        """What waits to be sent, over all processes."""
        self._outbox_depth.set(depth)
        self._outbox_age.set(age_seconds)

    def queues(self, lengths: Mapping[str, int]) -> None:
        """Who waits in which queue, over all processes; of a queue that is gone nothing is told any more."""
        for gone in self._queues - lengths.keys():
            self._queue_length.remove(gone)
        self._queues = frozenset(lengths)
        for queue, length in lengths.items():
            self._queue_length.labels(queue).set(length)
