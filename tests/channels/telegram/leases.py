"""Leases of one process: every job is free."""

import asyncio


class OneProcess:
    def __init__(self) -> None:
        self.held: dict[str, float] = {}
        self.elsewhere: set[str] = set()

    async def hold(self, job: str, seconds: float) -> bool:
        await asyncio.sleep(0)
        if job in self.elsewhere:
            return False
        self.held[job] = seconds
        return True

    async def release(self, job: str) -> None:
        self.held.pop(job, None)
