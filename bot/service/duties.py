"""Lasting work that one process does for all of them."""

from datetime import timedelta

from bot.ports import Clock
from storage import duties
from storage.database import Database


class Duties:
    """What this process does alone. The work of one that died is free when its time is over."""

    def __init__(self, *, database: Database, process: str, clock: Clock) -> None:
        self._database = database
        self._process = process
        self._clock = clock

    async def hold(self, job: str, seconds: float) -> bool:
        """Have the job for so long, or keep it. False while another process has it. Raises DatabaseDown."""
        now = self._clock.now()
        until = now + timedelta(seconds=seconds)
        return await self._database.run(lambda connection: duties.hold(connection, job, self._process, now, until))

    async def release(self, job: str) -> None:
        """Let another process have it at once. Raises DatabaseDown."""
        await self._database.run(lambda connection: duties.let_go(connection, job, self._process))
