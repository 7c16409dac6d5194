"""The state a conversation keeps between two turns. Plain data: what is here is stored, what is not here is forgotten."""

from datetime import datetime
from typing import Literal

import msgspec

from bot.content import Choice, Json, RichText, Value


class Customer(Value, frozen=True, kw_only=True):
    """What the flows may know of the person: `{customer.name}` and the like."""

    id: str
    name: str = ""
    phone: str | None = None
    language: str | None = None  # what they chose once, or what their app speaks


class Frame(Value, frozen=True, kw_only=True):
    """One running flow. `number` is unique in the conversation; `filled` are the slots to reset when the flow ends."""

    number: int
    flow: str
    step: str
    filled: tuple[str, ...] = ()


class Offered(Value, frozen=True, kw_only=True):
    """One choice as it was shown. `to` is a step id, END, or none for the step's own next."""

    label: str
    value: Json
    key: str | None = None
    words: tuple[str, ...] = ()  # normalised
    to: str | None = None
    payload: str | None = None  # of a response's button


class Wait(Value, frozen=True, kw_only=True):
    """Where the conversation rests. `number` is unique in the conversation and part of its buttons' tokens.

    `kind` `offer` is a question of the engine's own (resume? leave the queue? which language? confirm?), named by `topic`.
    """

    number: int
    kind: Literal["menu", "collect", "action", "survey", "handoff", "callback", "language", "offer"]
    since: datetime
    topic: str = ""
    asked: RichText = RichText()
    offered: tuple[Offered, ...] = ()
    choices: tuple[Choice, ...] = ()  # as on the page now shown
    page: int = 0
    no_match: int = 0
    no_input: int = 0
    call_id: str | None = None
    attempt: int = 1
    draft: Json = None  # an answer that waits for confirmation or validation, files so far
    times_out_at: datetime | None = None
    slow_at: datetime | None = None


class OpenSurvey(Value, frozen=True, kw_only=True):
    """A rating that may still be given or changed. `number` stands in its buttons' tokens as the wait does."""

    survey: str
    name: str
    number: int
    expires_at: datetime
    score: int | None = None
    comment_until: datetime | None = None


class OpenHandoff(Value, frozen=True, kw_only=True):
    """The people's side of this conversation: in the queue while `agent` is none."""

    handoff: str
    queue: str
    since: datetime
    position: int | None = None
    agent: str | None = None
    agent_name: str | None = None


class Snapshot(Value, frozen=True, kw_only=True):
    """What `back` restores: the stack at a wait point and the slots' values of then."""

    stack: tuple[Frame, ...]
    slots: dict[str, Json]


class Reminder(Value, frozen=True, kw_only=True):
    """A rasa `reminder`: an intent or action to play at a time."""

    name: str
    at: datetime
    payload: str


class Conversation(Value, frozen=True, kw_only=True):
    """One reason for contact, from its opening to its end. `due_at` is the next moment at which TimePassed must be heard."""

    id: str
    channel: str
    revision: str
    language: str
    customer: Customer
    opened_at: datetime
    heard_at: datetime
    stack: tuple[Frame, ...] = ()
    wait: Wait | None = None
    slots: dict[str, Json] = {}
    history: tuple[Snapshot, ...] = ()
    handoff: OpenHandoff | None = None
    surveys: tuple[OpenSurvey, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    frames: int = 0  # numbers given so far
    waits: int = 0
    served_by: str | None = None  # the agent who closed the last hand-off, and its queue: who a rating belongs to
    served_queue: str | None = None
    closed: bool = False
    due_at: datetime | None = None


_decoder: msgspec.json.Decoder[Conversation] = msgspec.json.Decoder(Conversation)
_encoder = msgspec.json.Encoder()


def conversation_to_json(conversation: Conversation) -> bytes:
    """The state as compact JSON, defaults left out."""
    return _encoder.encode(conversation)


def conversation_from_json(body: bytes | str) -> Conversation:
    """The state of stored JSON. Raises msgspec.ValidationError when it was written by a newer version."""
    return _decoder.decode(body)
