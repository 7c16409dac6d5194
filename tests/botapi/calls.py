"""The log of what the bot asked for and what it got."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.botapi.bell import PATIENCE_SECONDS, Bell
from tests.botapi.entities import Wire

ABANDONED = "abandoned"


@dataclass(slots=True)
class Call:
    """One call of the Bot API. error is the description of the refusal, the kind of the fault, or ABANDONED if the bot
    hung up; it is None if all went well.

    took_effect is true when the method was carried out, even if the answer was lost on the way. at is Unix time.
    """

    method: str
    params: Wire
    uploads: dict[str, bytes]
    chat_id: int | None
    at: float = field(default_factory=time.time)
    result: object = None
    error: str | None = None
    took_effect: bool = False


class CallLog:
    """lax counts the calls and keeps none."""

    def __init__(self, *, lax: bool) -> None:
        self.lax = lax
        self.calls: list[Call] = []
        self.counts: Counter[str] = Counter()
        self.bell = Bell()

    def add(self, call: Call) -> None:
        self.counts[call.method] += 1
        if not self.lax:
            self.calls.append(call)
            self.bell.ring()

    def to(self, method: str, *, chat_id: int | None = None) -> list[Call]:
        """The calls of one method so far, in one chat if given."""
        return [call for call in self.calls if call.method == method and chat_id in (None, call.chat_id)]

    async def wait_for(
        self,
        method: str,
        *,
        where: Callable[[Call], bool] = lambda call: True,
        times: int = 1,
        within: float = PATIENCE_SECONDS,
    ) -> list[Call]:
        """The calls that fit, once there are so many. Raises AssertionError after so many seconds."""

        def ready() -> list[Call] | None:
            found = [call for call in self.to(method) if where(call)]
            return found if len(found) >= times else None

        found = await self.bell.wait_until(ready, within)
        assert found is not None, f"{method} was not called {times} times within {within} s; calls: {dict(self.counts)}"
        return found
