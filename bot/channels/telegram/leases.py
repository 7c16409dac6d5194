"""Jobs that one process does at a time."""

from typing import Protocol


class Leases(Protocol):
    """Kept by all processes together. A job whose process died is free when its time is over."""

    async def hold(self, job: str, seconds: float) -> bool:
        """Have the job for so long, or keep it. False while another process has it."""
        ...

    async def release(self, job: str) -> None:
        """Let another process have it at once."""
        ...
