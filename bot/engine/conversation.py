"""The state a conversation keeps between two turns. Plain data: what is here is stored, all else is forgotten."""

from datetime import datetime
from typing import Literal

import msgspec

from bot.content import Choice, Json, RichText, Value
from bot.engine.calm_payloads import NamesIntent
from bot.engine.inputs import AnyHeard


class Customer(Value, frozen=True, kw_only=True):
    """What the flows may know of the person: `{customer.name}` and the like."""

    id: str
    name: str = ""
    phone: str | None = None
    language: str | None = None  # what they chose once; null for who never chose
    surveyed: dict[str, datetime] = {}  # when each survey was last sent to them, in whatever conversation


class Offered(Value, frozen=True, kw_only=True):
    """One choice as it was shown. `to` is a step id, END, or none for the step's own next.

    `option` is its place among the step's options, where more words for it stand; `payload` is that of a CALM button.
    One that is `gone` was shown by an earlier revision of the flows, and the menu has it no more.
    """

    label: str
    value: Json = None
    key: str | None = None
    option: int | None = None
    to: str | None = None
    payload: str | None = None
    say_as: str | None = None
    gone: bool = False


class Button(Value, frozen=True, kw_only=True):
    """A button under a message that asked nothing: it keeps what it does for as long as the conversation lives.

    `turn` is the one in which it was shown.
    """

    token: str
    label: str
    payload: str
    turn: int = 0


class Wait(Value, frozen=True, kw_only=True):
    """Where the conversation rests. `number` is unique and part of its buttons' tokens.

    `kind` `offer` is a question of the engine's own, named by `topic`: `resume`, `queue`, `unavailable`, `leave`,
    `forget`, `ended` for the buttons with which everything ended, `reply` for words about a ticket, or `listen` for
    whatever is said next. Within a step `topic` tells what it waits for: `confirm`, `ask` or `validate` of a question,
    `comment` of a survey, `phone` or `when` of a callback, `step` or `change` of a language. An `action` of the topic
    `turn` is one that runs at every turn.
    """

    number: int
    kind: Literal["menu", "collect", "action", "survey", "handoff", "callback", "ticket", "language", "offer"]
    since: datetime
    turn: int = 0  # in which it was asked first
    topic: str = ""
    asked: RichText = RichText()
    offered: tuple[Offered, ...] = ()
    scores: tuple[Choice, ...] = ()  # the buttons of a survey
    columns: int = 1
    expects: Literal["contact", "location", "file"] | None = None
    page: int = 0
    leads_back: bool = False  # its message has a button for that
    no_match: int = 0
    no_input: int = 0
    action: str | None = None
    call_id: str | None = None
    attempt: int = 1
    followed: int = 0  # actions that one another named as the next
    draft: Json = None  # an answer that waits for confirmation or validation, files so far
    times_out_at: datetime | None = None
    slow_at: datetime | None = None
    outdated: bool = False  # asked by an earlier revision of the flows, in which the step was another
    interrupted: "Wait | None" = None  # what a button of another matter has put aside, to go on with after it


class Brought(Value, frozen=True, kw_only=True):
    """A slot that a called flow filled, and below which choice of the caller's menus it was called."""

    slot: str
    flow: str
    menu: str | None = None


class Correction(Value, frozen=True, kw_only=True):
    """Answers of before that are to change: by slot the new values, and the step from which it goes on with them.

    `frame` is the number of the flow in which the step is.
    """

    values: dict[str, Json]
    frame: int
    step: str


class Frame(Value, frozen=True, kw_only=True):
    """One running flow. `number` is unique in the conversation; `filled` are the slots to reset when the flow ends.

    `brought` are those that flows called from here have filled: they are reset at its end too, or sooner, when the same
    flow is called again or the customer is back at the menu below which it was called. `menu` is where they chose last.
    `because`: the engine began this flow itself, for this reason, which a hand-off in it gives as its own.
    `reason` is CALM's, of `pattern_cannot_handle`. `called`: the flow below waits for this one to come back.
    `interrupted` is its question while a pattern says something above it. `correction` is what `pattern_correction`
    is about.
    """

    number: int
    flow: str
    step: str
    filled: tuple[str, ...] = ()
    brought: tuple[Brought, ...] = ()
    menu: str | None = None
    because: Literal["agent_word", "failed_question", "action_error", "internal_error"] | None = None
    reason: str | None = None
    called: bool = False
    interrupted: Wait | None = None
    correction: Correction | None = None


class PutOff(Value, frozen=True, kw_only=True):
    """What was said, in order, and is acted on when the actions of every turn are back; `actions` are to run yet.

    `wait` is what was asked meanwhile, and `held` what its slot held. `opening`: the conversation begins with it.
    """

    since: datetime
    said: tuple[AnyHeard, ...]
    actions: tuple[str, ...] = ()
    wait: Wait | None = None
    held: Json = None
    opening: bool = False


class OpenSurvey(Value, frozen=True, kw_only=True):
    """A rating that may still be given or changed."""

    survey: str
    name: str
    sent_at: datetime
    expires_at: datetime
    score: int | None = None
    comment_until: datetime | None = None
    ticket: str | None = None  # that a low score opened


class OpenHandoff(Value, frozen=True, kw_only=True):
    """The people's side of this conversation: in the queue while `agent` is none.

    `position` is the place that the customer was told last, and `told_until` the end of the longest wait they were
    told. `back` is why they wait again, until they are told. `answered_by` is the agent who wrote to them last.
    """

    handoff: str
    queue: str
    since: datetime
    position: int | None = None
    placed_at: datetime | None = None
    told_until: datetime | None = None
    asked: bool = False  # whether they are still there, and nothing was heard since
    back: Literal["released", "transferred"] | None = None
    agent: str | None = None
    agent_name: str | None = None
    answered_by: str | None = None


class KnownTicket(Value, frozen=True, kw_only=True):
    """The ticket that was opened or asked for last: `{ticket.number}` and the like. `due` is an ISO 8601 date."""

    number: int
    state: str
    department: str = ""
    title: str = ""
    due: str | None = None


class Snapshot(Value, frozen=True, kw_only=True):
    """What `back` restores: the stack at a wait point, and what the slots that changed since then held."""

    stack: tuple[Frame, ...]
    changed: dict[str, Json] = {}


class Reminder(Value, frozen=True, kw_only=True):
    """A rasa `reminder`: the payload of an intent to play at a time, unless the customer writes before (`fragile`)."""

    name: str
    at: datetime
    payload: str
    fragile: bool = True


class Conversation(Value, frozen=True, kw_only=True):
    """One reason for contact, from its opening to its end. `due_at`: the next moment at which TimePassed must be heard.

    `waits` begins with the opening's milliseconds, so that a button of an earlier conversation never answers this one.
    """

    id: str
    channel: str
    revision: str
    language: str
    customer: Customer
    entry: str | None = None  # the deep link's payload or the command it began with
    opened_at: datetime
    heard_at: datetime
    resumed_at: datetime | None = None  # when people gave it back to the flows: silence counts from then on
    opens_at: str | None = None  # when those who were asked for open, if they were closed: ISO 8601 with offset
    stack: tuple[Frame, ...] = ()
    wait: Wait | None = None
    slots: dict[str, Json] = {}
    ahead: tuple[str, ...] = ()  # slots that were filled before the flow ran that is about them
    history: tuple[Snapshot, ...] = ()
    handoff: OpenHandoff | None = None
    ticket: KnownTicket | None = None
    surveys: tuple[OpenSurvey, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    buttons: tuple[Button, ...] = ()
    last_tap: str | None = None  # the token answered last: the same again is a double tap, unless words came between
    last_handoff: str | None = None  # the hand-off that was refused last: a callback keeps its place
    secret_messages: tuple[str, ...] = ()  # an edit of these is as secret as they were
    last_flow: str | None = None  # that ended, no pattern, the start only where none else did: a rating is of it
    last_album: str | None = None  # more of its files may still come when enough are there
    heard_album: str | None = None  # of which one file was of no use, or its caption was heard: the rest says no more
    unanswered: bool = False  # a follow-up to which the customer has said nothing yet
    understood: NamesIntent | None = None  # by a payload or reminder since the customer last said something
    put_off: PutOff | None = None
    paused: bool = False  # by a rasa `pause`, until a `resume` or a command
    turns: int = 0
    frames: int = 0  # numbers given so far, as in the four below
    waits: int = 0
    calls: int = 0
    handoffs: int = 0
    tickets: int = 0
    acted: int = 0  # actions asked for since the customer last said something
    traces: tuple[int, ...] = ()  # while an action runs: checksums of what was said and passed since it all began
    refused: tuple[str, ...] = ()  # steps whose hand-offs nobody took since the customer last said something
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
