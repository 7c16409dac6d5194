"""Places in the rates that all processes share, for messages that were not booked with one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.ports import Clock
from bot.service.jobs import Job
from bot.service.limits import Pace
from bot.service.together import Together
from bot.service.turns import Turns
from storage import rate_limits


class Slots:
    """Reserves moments of shared rates, for all who ask at the same time at once."""

    def __init__(self, turns: Turns, clock: Clock) -> None:
        self._turns = turns
        self._clock = clock
        self._rates: dict[str, Together[Pace, datetime]] = {}

    async def next(self, rate: str, pace: Pace, messages: int = 1) -> datetime:
        """A moment of the rate of this name that is the caller's alone, for so many at once. Raises DatabaseDown."""
        if messages > 1:
            return await self._together(rate, pace, messages)
        if rate not in self._rates:
            self._rates[rate] = Together(lambda paces: self._reserve(rate, paces))
        return await self._rates[rate].ask(pace)

    async def _together(self, rate: str, pace: Pace, messages: int) -> datetime:
        now = self._clock.now()
        return await self._turns.do(
            Job(
                act=lambda work: rate_limits.reserve_together(
                    work.connection, rate, pace.interval_seconds, messages, now, pace.burst
                ),
                again=now,
            )
        )

    async def _reserve(self, rate: str, paces: Sequence[Pace]) -> list[datetime]:
        now, pace = self._clock.now(), paces[0]
        first = await self._turns.do(
            Job(
                act=lambda work: rate_limits.reserve(
                    work.connection, rate, pace.interval_seconds, len(paces), now, pace.burst
                ),
                again=now,
            )
        )
        return [first + timedelta(seconds=place * pace.interval_seconds) for place in range(len(paces))]
