"""Everything that can happen in a conversation, as one closed union.

The same list is the log, the transcript, the source of every report and the reason to act. An event is a fact in the
past: it is written once, in the transaction that made it true, and never changed.
"""

from typing import Literal, get_args

import msgspec

from bot.content import Choice, Content, Json
from bot.desk_events import CallbackClosed as CallbackClosed
from bot.desk_events import CallbackReleased as CallbackReleased
from bot.desk_events import CallbackRequested as CallbackRequested
from bot.desk_events import CallbackTaken as CallbackTaken
from bot.desk_events import CallbackTried as CallbackTried
from bot.desk_events import CustomersJoined as CustomersJoined
from bot.desk_events import CustomerTagged as CustomerTagged
from bot.desk_events import CustomerUntagged as CustomerUntagged
from bot.desk_events import HandoffAbandoned as HandoffAbandoned
from bot.desk_events import HandoffClosed as HandoffClosed
from bot.desk_events import HandoffOffered as HandoffOffered
from bot.desk_events import HandoffOfferEnded as HandoffOfferEnded
from bot.desk_events import HandoffQueued as HandoffQueued
from bot.desk_events import HandoffRefused as HandoffRefused
from bot.desk_events import HandoffReleased as HandoffReleased
from bot.desk_events import HandoffRequested as HandoffRequested
from bot.desk_events import HandoffTaken as HandoffTaken
from bot.desk_events import HandoffTransferred as HandoffTransferred
from bot.desk_events import HandoffWrappedUp as HandoffWrappedUp
from bot.desk_events import ServiceLevelMissed as ServiceLevelMissed
from bot.desk_events import TicketAnswered as TicketAnswered
from bot.desk_events import TicketAskedAbout as TicketAskedAbout
from bot.desk_events import TicketClosed as TicketClosed
from bot.desk_events import TicketCommented as TicketCommented
from bot.desk_events import TicketMoved as TicketMoved
from bot.desk_events import TicketNoted as TicketNoted
from bot.desk_events import TicketOpened as TicketOpened
from bot.desk_events import TicketReopened as TicketReopened
from bot.desk_events import TicketTaken as TicketTaken
from bot.desk_events import WaitTold as WaitTold
from bot.event import Event as Event


class ConversationOpened(Event, frozen=True, kw_only=True):
    channel: str
    language: str
    revision: str
    flow: str
    entry: str | None = None  # the deep-link payload or command it began with
    previous: str | None = None  # the conversation before this one, when the customer comes back


class ConversationClosed(Event, frozen=True, kw_only=True):
    """`reason`: completed, expired, customer (left or cancelled), agent, restarted, failed, blocked, forgotten."""

    reason: Literal["completed", "expired", "customer", "agent", "restarted", "failed", "blocked", "forgotten"]
    goal: bool = False  # the flow came to its own end (containment: goal reached)


class LanguageChanged(Event, frozen=True, kw_only=True):
    language: str


class CustomerSaid(Event, frozen=True, kw_only=True):
    """`message_id` is the channel's own; `tapped` is the label of a button, and `payload` what one of CALM's says.

    A secret answer is logged as bullets, and a payload that gives one is left out.
    """

    content: Content
    message_id: str | None = None
    tapped: str | None = None
    payload: str | None = None


class CustomerEdited(Event, frozen=True, kw_only=True):
    content: Content
    message_id: str


class BotSaid(Event, frozen=True, kw_only=True):
    """`columns` lays the choices out; `expects` asks the channel for a special keyboard; `flow`, `step` say from where.

    `menu` marks a question with choices: a channel that can edit shows the newest of them in place of the tapped one.
    """

    content: Content
    choices: tuple[Choice, ...] = ()
    columns: int = 1
    menu: bool = False
    expects: Literal["contact", "location", "file"] | None = None
    flow: str | None = None
    step: str | None = None
    barge_in: bool = True


class AgentSaid(Event, frozen=True, kw_only=True):
    agent: str
    content: Content
    message_id: str | None = None  # the desk's own


class AgentEdited(Event, frozen=True, kw_only=True):
    agent: str
    content: Content
    message_id: str


class NoteWritten(Event, frozen=True, kw_only=True):
    """A message that is changed holds another note then. What came with it in one `album` stays inside, too."""

    agent: str
    text: str
    message_id: str | None = None  # the desk's own
    album: str | None = None


class FlowStarted(Event, frozen=True, kw_only=True):
    flow: str
    by: Literal["start", "link", "call", "trigger", "payload", "deep_link", "pattern", "action", "follow_up"]


class FlowEnded(Event, frozen=True, kw_only=True):
    flow: str
    outcome: Literal["completed", "cancelled", "linked", "failed", "expired"]


class StepReached(Event, frozen=True, kw_only=True):
    """The conversation came to rest at a wait point; funnels and drop-off are counted from these."""

    flow: str
    step: str
    step_kind: Literal["menu", "collect", "action", "survey", "handoff", "callback", "language"]


class ChoiceMade(Event, frozen=True, kw_only=True):
    flow: str
    step: str
    value: Json
    label: str
    via: Literal["tap", "number", "label", "match", "spelling"]


class AnswerGiven(Event, frozen=True, kw_only=True):
    flow: str
    step: str
    slot: str


class InputRejected(Event, frozen=True, kw_only=True):
    """`reason`: no_match, no_input, or the code of a typed answer's rejection (not_a_number, too_short, rejected …)."""

    flow: str
    step: str
    reason: str
    tries: int


class InputIgnored(Event, frozen=True, kw_only=True):
    """`stale`: a button of an old question; `double`: the same button twice."""

    reason: Literal["stale", "double", "closed"]


class SlotsSet(Event, frozen=True, kw_only=True):
    """New values by slot name; the value of a secret is logged as bullets."""

    values: dict[str, Json]


class WentBack(Event, frozen=True, kw_only=True):
    flow: str
    step: str


class ActionRequested(Event, frozen=True, kw_only=True):
    """An action shall run outside the transaction. `call_id` is unique: results that come twice count once."""

    call_id: str
    action: str
    flow: str
    step: str
    timeout_seconds: float
    attempt: int = 1


class ActionFinished(Event, frozen=True, kw_only=True):
    call_id: str
    action: str
    seconds: float


class ActionFailed(Event, frozen=True, kw_only=True):
    """`code`: timeout, not_found, error, unreachable, rejected."""

    call_id: str
    action: str
    code: str
    seconds: float


class FollowUpBooked(Event, frozen=True, kw_only=True):
    """The flow shall begin with the customer at `due_at` (ISO 8601), with these slots, if the condition holds then."""

    follow_up: str
    flow: str
    due_at: str
    condition: str | None = None
    slots: dict[str, Json] = {}


class OptedOut(Event, frozen=True, kw_only=True):
    """The customer wants no follow-ups any more."""


class OptedIn(Event, frozen=True, kw_only=True):
    """The customer, who had opted out, allows follow-ups again."""


class SurveySent(Event, frozen=True, kw_only=True):
    """Who and what is rated is frozen here, and never derived later."""

    survey: str
    name: str
    survey_kind: Literal["csat", "nps", "ces", "custom"]
    after: Literal["handoff", "self_service", "step"]
    expires_at: str
    agent: str | None = None
    queue: str | None = None
    flow: str | None = None


class SurveyAnswered(Event, frozen=True, kw_only=True):
    survey: str
    score: int
    changed: bool = False


class SurveyCommented(Event, frozen=True, kw_only=True):
    survey: str
    comment: str


class DeliveryFailed(Event, frozen=True, kw_only=True):
    """A message could not be brought to the customer. `code`: blocked, refused, gave_up."""

    code: str
    reason: str


class RevisionChanged(Event, frozen=True, kw_only=True):
    """The conversation goes on with another revision of the flows; `restarted` when from their start."""

    revision: str
    restarted: bool = False


class TurnFailed(Event, frozen=True, kw_only=True):
    """A bug stopped this input. `error` is the exception's class name and place, never its text."""

    error: str


AnyEvent = (
    ConversationOpened
    | ConversationClosed
    | LanguageChanged
    | CustomerSaid
    | CustomerEdited
    | BotSaid
    | AgentSaid
    | AgentEdited
    | NoteWritten
    | FlowStarted
    | FlowEnded
    | StepReached
    | ChoiceMade
    | AnswerGiven
    | InputRejected
    | InputIgnored
    | SlotsSet
    | WentBack
    | ActionRequested
    | ActionFinished
    | ActionFailed
    | HandoffRequested
    | HandoffQueued
    | HandoffRefused
    | HandoffOffered
    | HandoffOfferEnded
    | HandoffTaken
    | HandoffTransferred
    | HandoffReleased
    | HandoffClosed
    | HandoffWrappedUp
    | HandoffAbandoned
    | WaitTold
    | ServiceLevelMissed
    | CallbackRequested
    | CallbackTaken
    | CallbackReleased
    | CallbackTried
    | CallbackClosed
    | TicketOpened
    | TicketCommented
    | TicketTaken
    | TicketAnswered
    | TicketNoted
    | TicketMoved
    | TicketClosed
    | TicketReopened
    | TicketAskedAbout
    | CustomerTagged
    | CustomerUntagged
    | CustomersJoined
    | FollowUpBooked
    | OptedOut
    | OptedIn
    | SurveySent
    | SurveyAnswered
    | SurveyCommented
    | DeliveryFailed
    | RevisionChanged
    | TurnFailed
)

_kinds = {event: str(event.__struct_config__.tag) for event in get_args(AnyEvent)}
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def kind_of(event: AnyEvent) -> str:
    """Its `kind` in the log."""
    return _kinds[type(event)]


def to_json(event: AnyEvent) -> str:
    """The event as one JSON object with its `kind`."""
    return _encoder.encode(event).decode()


def from_json(body: str | bytes) -> AnyEvent:
    """The event of a JSON object. Raises msgspec.ValidationError on what this version does not know."""
    return _decoder.decode(body)
