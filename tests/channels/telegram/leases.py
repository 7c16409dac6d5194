"""Leases of one process: a job is free unless a test says that another process has it, or that asking is a bug."""

import asyncio


class OneProcess:
    def __init__(self) -> None:
        self.held: dict[str, float] = {}
        self.elsewhere: set[str] = set()
        self.broken: set[str] = set()
        self.refused = asyncio.Event()

    async def hold(self, job: str, seconds: float) -> bool:
        await asyncio.sleep(0)
        if job in self.broken:
            raise RuntimeError(job)
        if job in self.elsewhere:
            self.refused.set()
            return False
        self.held[job] = seconds
        return True

    async def release(self, job: str) -> None:
        self.held.pop(job, None)
