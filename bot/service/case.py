"""One conversation in the hands of a transaction."""

from datetime import datetime
from typing import Any

import msgspec

from bot.engine.conversation import Conversation, conversation_to_json
from bot.engine.inputs import AnyHeard, CommandHeard
from bot.engine.program import Program
from bot.events import AnyEvent, ConversationClosed, kind_of, to_json
from storage.conversations import Saved, Started, Stored
from storage.event_log import Entry


def entry_of(heard: AnyHeard) -> str | None:
    """The deep link or command that a conversation begins with."""
    match heard:
        case CommandHeard(name="start", argument=argument):
            return argument or None
        case CommandHeard(name=name):
            return f"/{name}"
        case _:
            return None


class Case:
    """A locked conversation, its state of now, and what the transaction adds to it.

    `stored` is the row as it was found, none for a conversation that begins here; `handoff` is the open one.
    """

    __slots__ = (
        "address",
        "channel",
        "closing",
        "conversation",
        "customer_id",
        "entry",
        "events",
        "flow",
        "handoff",
        "next_send_at",
        "opened",
        "previous_id",
        "program",
        "stored",
    )

    def __init__(self, channel: str, address: str, customer_id: str, opened: Conversation, program: Program) -> None:
        self.channel = channel
        self.address = address
        self.customer_id = customer_id
        self.opened = self.conversation = opened
        self.program = program
        self.stored: Stored | None = None
        self.events: list[AnyEvent] = []
        self.next_send_at: datetime | None = None
        self.handoff: str | None = None
        self.closing: ConversationClosed | None = None
        self.flow: str | None = None
        self.entry: str | None = None
        self.previous_id: str | None = None

    @classmethod
    def of(cls, stored: Stored, conversation: Conversation, program: Program) -> "Case":
        """The case of a stored conversation."""
        if conversation.customer.id != stored.customer_id:  # they were joined to another while it rested
            customer = msgspec.structs.replace(conversation.customer, id=stored.customer_id)
            conversation = msgspec.structs.replace(conversation, customer=customer)
        case = cls(stored.channel, stored.address, stored.customer_id, conversation, program)
        case.stored = stored
        case.next_send_at = stored.next_send_at
        case.handoff = stored.handoff_id
        return case

    @property
    def id(self) -> str:
        return self.conversation.id

    @property
    def key(self) -> tuple[str, str]:
        """Its channel and address."""
        return self.channel, self.address

    @property
    def first_number(self) -> int:
        """The number of the newest event that was there before."""
        return self.stored.event_count if self.stored else 0

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to write."""
        if self.stored is None or self.next_send_at != self.stored.next_send_at:
            return True
        return bool(self.events) or self.conversation is not self.opened

    def record(self, event: AnyEvent) -> int:
        """Add an event. Gives its number in the log."""
        self.events.append(event)
        return self.first_number + len(self.events)

    def entries(self, now: datetime) -> list[Entry]:
        """The new events as they stand in the log."""
        return [
            Entry(conversation_id=self.id, number=number, at=now, kind=kind_of(event), body=to_json(event))
            for number, event in enumerate(self.events, self.first_number + 1)
        ]

    def row(self, now: datetime) -> Started | Saved:
        """The conversation as its row shall be."""
        conversation = self.conversation
        fields: dict[str, Any] = {
            "id": conversation.id,
            "language": conversation.language,
            "state": conversation_to_json(conversation).decode(),
            "heard_at": conversation.heard_at,
            "due_at": conversation.due_at,
            "next_send_at": self.next_send_at,
            "event_count": self.first_number + len(self.events),
            "handoff_id": self.handoff,
        }
        if self.closing is not None:
            fields |= {"closed_at": now, "close_reason": self.closing.reason, "goal": self.closing.goal}
        elif self.stored is not None:
            stored = self.stored
            fields |= {"closed_at": stored.closed_at, "close_reason": stored.close_reason, "goal": stored.goal}
        if self.stored is not None:
            return Saved(**fields)
        return Started(
            **fields,
            customer_id=self.customer_id,
            channel=self.channel,
            address=self.address,
            revision=conversation.revision,
            opened_at=conversation.opened_at,
            flow=self.flow,
            entry=self.entry,
            previous_id=self.previous_id,
        )

    def replace(self, **changes: Any) -> None:
        """Change fields of the engine's state."""
        self.conversation = msgspec.structs.replace(self.conversation, **changes)
