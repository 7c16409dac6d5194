"""Callback queries: each wants one answer, and soon."""

import asyncio
import itertools
from dataclasses import dataclass, field

from tests.botapi.bell import PATIENCE_SECONDS
from tests.botapi.entities import Wire


@dataclass(slots=True)
class CallbackQuery:
    """One tap on an inline button. answers holds the parameters of each answerCallbackQuery, at best one."""

    query_id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    answers: list[Wire] = field(default_factory=list)
    expired: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, *, within: float = PATIENCE_SECONDS) -> Wire:
        """text, show_alert and url of the first answer. Raises TimeoutError after so many seconds."""
        async with asyncio.timeout(within):
            await self.answered.wait()
        return self.answers[0]


class CallbackQueries:
    def __init__(self) -> None:
        self._numbers = itertools.count(4_000_000_000_000_001)
        self._queries: dict[str, CallbackQuery] = {}

    def ask(self, user_id: int, chat_id: int, message_id: int, data: str) -> CallbackQuery:
        query = CallbackQuery(str(next(self._numbers)), user_id, chat_id, message_id, data)
        self._queries[query.query_id] = query
        return query

    def find(self, query_id: str) -> CallbackQuery | None:
        return self._queries.get(query_id)

    def forget(self, query_id: str) -> None:
        del self._queries[query_id]

    def unanswered(self) -> list[CallbackQuery]:
        return [query for query in self._queries.values() if not query.answers and not query.expired]
