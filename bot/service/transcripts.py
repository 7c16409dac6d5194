"""What was said, read from the log as it grows, for pages that show a conversation."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bot.content import Value
from bot.events import AnyEvent, from_json
from bot.service.written import READING_TOPICS, Key, Written, reading_topic
from storage import event_log
from storage.database import Connection, Database
from storage.event_log import Entry

Cursor = Mapping[str, int]  # the number of the last event that was read, by conversation

STANDING = (  # how a conversation stands: its language, whether it is over, who has it
    "conversation_opened",
    "conversation_closed",
    "language_changed",
    "handoff_queued",
    "handoff_taken",
    "handoff_transferred",
    "handoff_released",
    "handoff_closed",
    "handoff_abandoned",
    "handoff_refused",
)
FOR_CUSTOMERS = (
    *STANDING,
    "customer_said",
    "customer_edited",
    "choice_made",
    "bot_said",
    "agent_said",
    "agent_edited",
    "action_requested",
    "action_finished",
    "action_failed",
)
LINES_AT_ONCE = 200
LOOK_AGAIN_SECONDS = 2.0  # when no nudge came from the process that spoke
LISTEN_SECONDS = 60.0


class Line(Value, frozen=True, kw_only=True):
    """One event of a transcript; `number` counts within its conversation."""

    conversation: str
    number: int
    at: datetime
    event: AnyEvent


class Passage(Value, frozen=True, kw_only=True):
    """Some lines in order of time, and the cursor to go on from."""

    lines: tuple[Line, ...]
    cursor: Mapping[str, int]


class Transcripts:
    """Reads on where a page left off, and tells when there is something new at an address."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[Key, set[asyncio.Event]] = {}

    async def read_since(
        self, channel: str, address: str, cursor: Cursor, limit: int = LINES_AT_ONCE, wait_seconds: float = 0.0
    ) -> Passage:
        """What a customer may see and has not seen yet, the oldest first; with an empty cursor the newest lines.

        If these begin amid a conversation, what tells how it stood there goes before them, beyond `limit`.
        With nothing new it waits up to `wait_seconds` for something. Raises DatabaseDown.
        """
        deadline = asyncio.get_running_loop().time() + wait_seconds
        bell = asyncio.Event()
        self._waiting.setdefault((channel, address), set()).add(bell)
        try:
            while True:
                bell.clear()  # before reading: what is said while we read rings it again
                entries = await self._database.read(
                    lambda connection: _entries(connection, channel, address, cursor, limit)
                )
                left = deadline - asyncio.get_running_loop().time()
                if entries or left <= 0:
                    return _passage(entries, cursor)
                try:
                    await asyncio.wait_for(bell.wait(), min(left, LOOK_AGAIN_SECONDS))
                except TimeoutError:
                    continue
        finally:
            self._forget((channel, address), bell)

    def accept(self, written: Written) -> None:
        """Have whoever waits where a transaction spoke read again."""
        for key in written.read_at:
            self._ring(key)

    async def run(self) -> None:
        """Listen for what other processes say, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for topic in READING_TOPICS:
                group.create_task(self._listen(topic))

    async def _listen(self, topic: str) -> None:
        watch = self._database.watch(topic)
        while True:
            if await watch.wait(LISTEN_SECONDS):
                for key in [key for key in self._waiting if reading_topic(key) == topic]:
                    self._ring(key)

    def _ring(self, key: Key) -> None:
        for bell in self._waiting.get(key, ()):
            bell.set()

    def _forget(self, key: Key, bell: asyncio.Event) -> None:
        bells = self._waiting[key]
        bells.discard(bell)
        if not bells:
            del self._waiting[key]


def _entries(connection: Connection, channel: str, address: str, cursor: Cursor, limit: int) -> list[Entry]:
    entries = event_log.read_address(connection, channel, address, cursor, limit, FOR_CUSTOMERS)
    if cursor or not entries:
        return entries
    first = entries[0]
    standing = event_log.read_conversation(connection, first.conversation_id, kinds=STANDING)
    return [*(entry for entry in standing if entry.number < first.number), *entries]


def _passage(entries: list[Entry], cursor: Cursor) -> Passage:
    lines = tuple(
        Line(
            conversation=entry.conversation_id,
            number=entry.number,
            at=entry.at,
            event=from_json(entry.body),
        )
        for entry in entries
    )
    return Passage(lines=lines, cursor={**cursor, **{line.conversation: line.number for line in lines}})
