"""All that was said in a conversation, as agents read it: also what they said among themselves."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Literal

from bot.content import Value
from bot.events import (
    AgentEdited,
    AgentSaid,
    AnyEvent,
    BotSaid,
    CustomerEdited,
    CustomerSaid,
    NoteWritten,
    from_json,
)
from bot.service.desk.spoken import in_words
from bot.service.desk.words import desk_word
from storage import agents
from storage.database import Connection
from storage.event_log import Entry

KINDS = ("customer_said", "customer_edited", "bot_said", "agent_said", "agent_edited", "note_written")


class Said(Value, frozen=True, kw_only=True):
    """`at` is in the business's own time. An `edit` is what an earlier message reads like since then."""

    at: datetime
    who: str
    what: str
    kind: Literal["message", "edit", "note"] = "message"


def history_of(
    connection: Connection, entries: Iterable[Entry], customer: str, language: str, zone: tzinfo
) -> list[Said]:
    """Everything in order, the oldest first."""
    return list(_read(_Names(connection, customer, language), entries, zone))


class _Names:
    """What those are called who speak."""

    def __init__(self, connection: Connection, customer: str, language: str) -> None:
        self.customer = customer
        self.language = language
        self.bot = desk_word("bot", language)
        self._connection = connection
        self._agents: dict[str, str] = {}

    def agent(self, agent_id: str) -> str:
        if agent_id not in self._agents:
            found = agents.get(self._connection, agent_id)
            self._agents[agent_id] = found.name if found else agent_id
        return self._agents[agent_id]


def _read(names: _Names, entries: Iterable[Entry], zone: tzinfo) -> Iterator[Said]:
    for entry in entries:
        if entry.kind in KINDS and (said := _said(names, from_json(entry.body), entry.at.astimezone(zone))):
            yield said


def _said(names: _Names, event: AnyEvent, at: datetime) -> Said | None:
    match event:
        case CustomerSaid(tapped=str(label)):
            return Said(at=at, who=names.customer, what=label)
        case CustomerSaid(content=content):
            return Said(at=at, who=names.customer, what=in_words(content, names.language))
        case CustomerEdited(content=content):
            return Said(at=at, who=names.customer, what=in_words(content, names.language), kind="edit")
        case BotSaid(content=content):
            return Said(at=at, who=names.bot, what=in_words(content, names.language))
        case AgentSaid(agent=agent, content=content):
            return Said(at=at, who=names.agent(agent), what=in_words(content, names.language))
        case AgentEdited(agent=agent, content=content):
            return Said(at=at, who=names.agent(agent), what=in_words(content, names.language), kind="edit")
        case NoteWritten(agent=agent, text=text):
            return Said(at=at, who=names.agent(agent), what=text, kind="note")
    return None
