"""What the service needs of the world outside: small roles that channels, the desk, actions and the clock play."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from bot.content import Choice, Content, Json, RichText, Value
from bot.desk_outgoing import Alert as Alert
from bot.desk_outgoing import Called as Called
from bot.desk_outgoing import DeskAlerts as DeskAlerts
from bot.desk_outgoing import DeskCallback as DeskCallback
from bot.desk_outgoing import DeskCard as DeskCard
from bot.desk_outgoing import DeskErased as DeskErased
from bot.desk_outgoing import DeskForgotten as DeskForgotten
from bot.desk_outgoing import DeskLine as DeskLine
from bot.desk_outgoing import DeskOffer as DeskOffer
from bot.desk_outgoing import DeskOfferOver as DeskOfferOver
from bot.desk_outgoing import DeskPrompt as DeskPrompt
from bot.desk_outgoing import DeskShown as DeskShown
from bot.desk_outgoing import DeskState as DeskState
from bot.desk_outgoing import DeskTicket as DeskTicket
from bot.desk_outgoing import DeskTicketLine as DeskTicketLine
from bot.desk_outgoing import Outgoing as Outgoing
from bot.desk_outgoing import Served as Served
from bot.engine.inputs import AnyHeard


class Inbound(Value, frozen=True, kw_only=True):
    """One input from outside. Its effect happens once, however often the same `channel` and `external_id` come.

    `external_id` is the sender's own number of it (an update's id, a call's id). `at` is when it was sent, where known.
    """

    channel: str
    external_id: str
    address: str
    heard: AnyHeard
    name: str = ""
    username: str | None = None
    language: str | None = None  # what the customer's app speaks
    at: datetime | None = None


class Taken(Value, frozen=True, kw_only=True):
    """What became of an input: it is stored now, and may be acknowledged.

    `notice` is why it was no answer: `stale`, `double` or `closed`, none if it was one. `failed` when a bug stopped it
    and the customer was told so.
    """

    conversation: str | None = None
    duplicate: bool = False
    failed: bool = False
    notice: str | None = None


class Say(Outgoing, frozen=True, kw_only=True, tag="say"):
    """Show this to the customer. With `replaces` the message of that id is edited in place where the channel can.

    `expects` asks for a special keyboard, and with `clears_keyboard` the one of the last question is over.
    What an agent wrote carries `handoff` and `desk_message_id`; `edited` when it changes what that message said before.
    """

    content: Content
    choices: tuple[Choice, ...] = ()
    columns: int = 1
    expects: Literal["contact", "location", "file"] | None = None
    clears_keyboard: bool = False
    language: str = "en"
    replaces: str | None = None
    handoff: str | None = None
    desk_message_id: str | None = None
    edited: bool = False


class ShowChoice(Outgoing, frozen=True, kw_only=True, tag="show_choice"):
    """The tapped menu keeps its text, shows what was chosen and loses its buttons."""

    message_id: str
    text: RichText
    label: str


class HideChoices(Outgoing, frozen=True, kw_only=True, tag="hide_choices"):
    """Buttons that count no more go from the message: that of this id, or else the newest with any up to this event."""

    event: int = 0
    message_id: str | None = None


class ShowTyping(Outgoing, frozen=True, kw_only=True, tag="show_typing"):
    """Tell the customer that an answer is being made. It is shown at once or not at all: no row holds it."""


class RunAction(Outgoing, frozen=True, kw_only=True, tag="run_action"):
    """A custom action shall run; its outcome comes back as an input with `call_id`."""

    call_id: str
    action: str
    timeout_seconds: float


class Bundle(Outgoing, frozen=True, kw_only=True, tag="bundle"):
    """Several that are brought as one, the parts of an album or lines of one author. Each is a row of its own."""

    parts: tuple[Say | DeskLine, ...]


AnyDeskOutgoing = (
    DeskCard
    | DeskLine
    | DeskState
    | DeskForgotten
    | DeskErased
    | DeskOffer
    | DeskOfferOver
    | DeskPrompt
    | DeskCallback
    | DeskTicket
    | DeskTicketLine
    | DeskAlerts
    | Bundle
)
AnyOutgoing = Say | ShowChoice | HideChoices | ShowTyping | RunAction | AnyDeskOutgoing


class Receipt(Value, frozen=True, kw_only=True):
    """What the channel answered. `thread` is where a desk put a hand-off, `group:topic`, kept for all that follows.

    `message_ids` are those of a bundle's parts, where each became a message of its own.
    """

    message_id: str | None = None
    message_ids: tuple[str, ...] = ()
    thread: str | None = None


class ChannelBusy(Exception):
    """Not now: try again after that many seconds (a limit, an outage, a broken line)."""

    def __init__(self, reason: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class ChannelRefused(Exception):
    """Never: this message to this address will not be taken. `code`: blocked, refused, thread_gone."""

    def __init__(self, code: Literal["blocked", "refused", "thread_gone"], reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Channel(Protocol):
    """A way to reach people. `address` is the channel's own (a chat id, a web visitor, `desk:<handoff>`)."""

    async def send(self, address: str, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        """Bring it there. Raises ChannelBusy or ChannelRefused; any other exception is a bug."""
        ...


class Desk(Channel, Protocol):
    """Where agents work. It is sent DeskCard, DeskLine and DeskState, to `desk:<handoff>`, and DeskCallback."""

    def groups(self) -> Sequence[str]:
        """The groups that can take a hand-off in now; none when agents cannot be reached."""
        ...


class ActionCall(Value, frozen=True, kw_only=True):
    """What a custom action is told; everything the rasa-sdk tracker needs."""

    name: str
    call_id: str
    conversation: str
    channel: str
    language: str
    slots: Mapping[str, Json]
    domain: Json
    latest_text: str = ""
    latest_intent: str | None = None  # of a payload: nothing is guessed from words
    latest_entities: Mapping[str, Json] = {}
    active_flow: str | None = None
    events: tuple[Json, ...] = ()  # the tail of the log in rasa's event form
    metadata: Mapping[str, Json] = {}
    timeout_seconds: float = 5.0


class ActionOutcome(Value, frozen=True, kw_only=True):
    """rasa events and responses as they came, already proven to be JSON objects."""

    events: tuple[Json, ...] = ()
    responses: tuple[Json, ...] = ()


class ActionError(Exception):
    """The action did not come to its end. The text of the failure is for the log of the action's author."""

    def __init__(self, code: Literal["timeout", "not_found", "error", "unreachable", "rejected"], reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Actions(Protocol):
    """Runs custom actions, in this process or on a server."""

    async def run(self, call: ActionCall) -> ActionOutcome:
        """Run one action within `timeout_seconds`. Raises ActionError; never anything else, never hangs."""
        ...


class Clock(Protocol):
    """Tells the time, so that tests can set it."""

    def now(self) -> datetime:
        """The present moment, with UTC as its zone."""
        ...
