"""What was said, read from the log: for pages that show a conversation, and for agents who take one over."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.content import Content, Value
from bot.events import AgentSaid, AnyEvent, BotSaid, CustomerSaid, HandoffTaken, from_json
from storage import event_log
from storage.database import Database
from storage.event_log import Entry

Key = tuple[str, str]  # channel and address
Cursor = Mapping[str, int]  # the number of the last event that was read, by conversation

FOR_CUSTOMERS = (
    "conversation_opened",
    "conversation_closed",
    "language_changed",
    "customer_said",
    "customer_edited",
    "choice_made",
    "bot_said",
    "agent_said",
    "agent_edited",
    "action_requested",
    "action_finished",
    "action_failed",
    "handoff_queued",
    "handoff_taken",
    "handoff_transferred",
    "handoff_released",
    "handoff_closed",
    "handoff_abandoned",
    "handoff_refused",
)
FOR_AGENTS = ("customer_said", "bot_said", "agent_said", "handoff_taken")
LINES_AT_ONCE = 200
LOOK_AGAIN_SECONDS = 2.0  # when no nudge came from the process that spoke


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

        With nothing new it waits up to `wait_seconds` for something. Raises DatabaseDown.
        """
        deadline = asyncio.get_running_loop().time() + wait_seconds
        bell = asyncio.Event()
        self._waiting.setdefault((channel, address), set()).add(bell)
        try:
            while True:
                bell.clear()  # before reading: what is said while we read rings it again
                entries = await self._database.read(
                    lambda connection: event_log.read_address(
                        connection, channel, address, cursor, limit, FOR_CUSTOMERS
                    )
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

    def spoken_at(self, keys: Iterable[Key]) -> None:
        """Something was said at these addresses: whoever waits there reads again."""
        for key in keys:
            for bell in self._waiting.get(key, ()):
                bell.set()

    def _forget(self, key: Key, bell: asyncio.Event) -> None:
        bells = self._waiting[key]
        bells.discard(bell)
        if not bells:
            del self._waiting[key]


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


def spoken_lines(entries: Iterable[Entry], customer: str) -> list[tuple[str, str]]:
    """Who said what, as agents read it when they take a conversation over; the bot is `Bot`."""
    return list(_spoken(entries, customer))


def _spoken(entries: Iterable[Entry], customer: str) -> Iterator[tuple[str, str]]:
    names: dict[str, str] = {}
    for entry in entries:
        if entry.kind not in FOR_AGENTS:
            continue
        match from_json(entry.body):
            case HandoffTaken(agent=agent, agent_name=name):
                names[agent] = name
            case CustomerSaid(tapped=str(label)):
                yield customer, label
            case CustomerSaid(content=content):
                yield customer, in_words(content)
            case BotSaid(content=content):
                yield "Bot", in_words(content)
            case AgentSaid(agent=agent, content=content):
                yield names.get(agent, agent), in_words(content)


def in_words(content: Content) -> str:
    """A message as one text; what is not text is named in brackets."""
    parts = [content.text.text]
    if content.attachment is not None:
        parts.append(f"[{content.attachment.kind}: {content.attachment.name or content.attachment.file}]")
    if content.place is not None:
        parts.append(f"[{content.place.latitude:.5f}, {content.place.longitude:.5f}]")
    if content.contact is not None:
        parts.append(f"[{content.contact.name or ''} {content.contact.phone}]")
    return " ".join(filter(None, parts))
