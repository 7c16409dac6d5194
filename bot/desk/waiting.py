"""How long somebody in a queue will probably wait, from how long others waited there at such hours."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from math import hypot, sqrt
from statistics import quantiles
from typing import Protocol

from bot.content import Value
from bot.desk.hours import WEEKDAYS, Weekday

DAYS_BACK = 28
AROUND = timedelta(hours=1)
ANSWER_SECONDS = 120.0  # so long has who was asked whether they are still there
FEWEST = 8  # turns; of fewer nobody can say what is usual
STEPS_MINUTES = (0, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480)  # what people say of a wait

Stretch = tuple[datetime, datetime]


class Waited(Protocol):
    """A customer's wait: until `left_at` they stood in the queue, at `answered_at` a person first wrote to them.

    They were never answered when that is none, and stand there yet when `left_at` is.
    """

    @property
    def queued_at(self) -> datetime: ...

    @property
    def left_at(self) -> datetime | None: ...

    @property
    def answered_at(self) -> datetime | None: ...


class Expected(Value, frozen=True, kw_only=True):
    """From how many to how many minutes, in steps that people use; from 0 is less than `to_minutes`."""

    from_minutes: int
    to_minutes: int


def like_hours(now: datetime, weekend: Collection[Weekday]) -> list[Stretch]:
    """The hour before and after this time of day, today so far and on each day of the last four weeks of its kind.

    Days are of two kinds, working days and those of the weekend, in the zone of `now`.
    """

    def is_free(moment: datetime) -> bool:
        return WEEKDAYS[moment.weekday()] in weekend

    days = (now - timedelta(days=ago) for ago in range(1, DAYS_BACK + 1))
    around = [(day - AROUND, day + AROUND) for day in days if is_free(day) == is_free(now)]
    return [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in ((now - AROUND, now), *around)]


def turns(waits: Iterable[Waited]) -> list[float]:
    """The seconds that the queue took for each place: everybody's wait, by the place at which they came in.

    Who left unanswered counts as somebody who stood before others, and for nothing else.
    """
    return sorted(_turns(sorted(waits, key=lambda wait: wait.queued_at)))


def _turns(in_order: Sequence[Waited]) -> Iterator[float]:
    before: list[datetime] = []  # when each of those who are still in the queue leaves it
    for wait in in_order:
        while before and before[0] <= wait.queued_at:
            heappop(before)
        heappush(before, wait.left_at or datetime.max.replace(tzinfo=UTC))
        if wait.answered_at is not None:
            yield (wait.answered_at - wait.queued_at).total_seconds() / len(before)


def expected_wait(turns: Sequence[float], place: int, lasted_seconds: float = 0.0) -> Expected | None:
    """From the likely wait to one that only every tenth exceeds, none when too little is known to say.

    Who stands at place n waits for n turns T of the queue, independent and alike. The one that runs has lasted for s
    already, so only turns longer than that tell of its rest R. With quantiles q50 and q90 of T and R, the wait is
    likely L = q50(R) + (n - 1) q50(T); variances add up, so what only a tenth exceeds is further off by the root of the
    squares: U = L + sqrt((q90(R) - q50(R))^2 + (n - 1) (q90(T) - q50(T))^2). That is q50 and q90 for who is next, and
    grows with the place. The answer is L rounded down and U rounded up.

    Source: the queue-length predictor, (n + 1) turns for n ahead: Whitt, "Predicting Queueing Delays", Management
    Science 45 (1999), with turns seen in the past as in Ibrahim and Whitt, "Real-Time Delay Estimation Based on Delay
    History", Manufacturing & Service Operations Management 11 (2009).
    """
    rest = [turn - lasted_seconds for turn in turns if turn > lasted_seconds]
    if len(rest) < FEWEST:
        return None
    (likely, spread), (each, each_spread) = _likely(rest), _likely(turns)
    low = likely + (place - 1) * each
    high = low + hypot(spread, sqrt(place - 1) * each_spread)
    shortest, longest = bisect_right(STEPS_MINUTES, low / 60), bisect_right(STEPS_MINUTES, high / 60)
    if longest == len(STEPS_MINUTES):
        return None
    return Expected(from_minutes=STEPS_MINUTES[shortest - 1], to_minutes=STEPS_MINUTES[longest])


def _likely(seconds: Sequence[float]) -> tuple[float, float]:
    """The median, and how much further the ninetieth percentile is."""
    tenths = quantiles(seconds, n=10, method="inclusive")
    return tenths[4], tenths[8] - tenths[4]


def is_longer(left_seconds: float | None, expected: Expected | None) -> bool:
    """Whether the wait takes longer than the customer was told, of which `left_seconds` are left (below 0: none is).

    None was told when it is none. What is left is rounded as it would be told: rounding alone makes nothing longer.
    """
    if left_seconds is None:
        return False
    if left_seconds <= 0:
        return True
    step = bisect_left(STEPS_MINUTES, left_seconds / 60)
    return expected is not None and step < len(STEPS_MINUTES) and expected.to_minutes > STEPS_MINUTES[step]
