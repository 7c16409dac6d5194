"""Everything that a conversation can hear, as one closed union: from customers, actions, the desk and the clock."""

from typing import Literal

from bot.content import Attachment, ContactCard, Content, Json, Place, Value


class Heard(Value, frozen=True, kw_only=True, tag_field="heard"):
    """Something that reached the conversation.

    `message_id` is the channel's own, where there is a message; `reply_to` is that of the message which it answers.
    """

    message_id: str | None = None
    reply_to: str | None = None


class TextHeard(Heard, frozen=True, kw_only=True, tag="text"):
    text: str


class TapHeard(Heard, frozen=True, kw_only=True, tag="tap"):
    """A button was tapped; `message_id` is the message that carries the button."""

    token: str


class CommandHeard(Heard, frozen=True, kw_only=True, tag="command"):
    """`/name argument`, without the slash. `start` carries the deep-link payload; a web chat that opens says it."""

    name: str
    argument: str = ""


class PayloadHeard(Heard, frozen=True, kw_only=True, tag="payload"):
    """A CALM payload typed or sent by another program: `/SetSlots(a=1)`, `/intent{"e": "v"}`."""

    payload: str


class MediaHeard(Heard, frozen=True, kw_only=True, tag="media"):
    attachment: Attachment
    caption: str = ""
    album: str | None = None


class PlaceHeard(Heard, frozen=True, kw_only=True, tag="place"):
    place: Place
    name: str = ""  # of what is there, where the customer's app knows it


class ContactHeard(Heard, frozen=True, kw_only=True, tag="contact"):
    contact: ContactCard


class UnsupportedHeard(Heard, frozen=True, kw_only=True, tag="unsupported"):
    """A message of a kind that the channel can't bring over (a poll, a game); `what` names it."""

    what: str


class EditHeard(Heard, frozen=True, kw_only=True, tag="edit"):
    """An earlier message of the customer, `message_id`, now reads like this."""

    content: Content


class ActionReturned(Heard, frozen=True, kw_only=True, tag="action_returned"):
    """A custom action came back with rasa events and responses, as its documentation gives them."""

    call_id: str
    seconds: float
    events: tuple[Json, ...] = ()
    responses: tuple[Json, ...] = ()


class ActionBroke(Heard, frozen=True, kw_only=True, tag="action_broke"):
    """`code`: timeout, not_found, error, unreachable, rejected."""

    call_id: str
    code: str
    seconds: float


class TimePassed(Heard, frozen=True, kw_only=True, tag="time"):
    """`due_at` of the conversation has come."""


class QueueJoined(Heard, frozen=True, kw_only=True, tag="queue_joined"):
    """The desk took the hand-off in, or looked at its place again; `position` counts from 1.

    The wait from now on is expected to last `from_minutes` to `to_minutes`, where enough is known to say; `longer` when
    that is more than the customer was told.
    """

    handoff: str
    position: int
    from_minutes: int | None = None
    to_minutes: int | None = None
    longer: bool = False


class CustomerSilent(Heard, frozen=True, kw_only=True, tag="customer_silent"):
    """Who waits has given no sign of life for long; the second time in a row they have left."""

    handoff: str


class HandoffUnavailable(Heard, frozen=True, kw_only=True, tag="handoff_unavailable"):
    """The desk can't take it; `opens_at` is ISO 8601 with offset, `closure` says by language why it is closed."""

    handoff: str
    reason: Literal["closed", "no_agent", "full", "max_wait"]
    opens_at: str | None = None
    closure: dict[str, str] = {}


class AgentJoined(Heard, frozen=True, kw_only=True, tag="agent_joined"):
    """`how` they came to have the customer, and `by` whom, where that is somebody else."""

    handoff: str
    agent: str
    agent_name: str
    how: Literal["picked", "accepted", "assigned", "taken_over"] = "picked"
    by: str | None = None


class AgentLeft(Heard, frozen=True, kw_only=True, tag="agent_left"):
    """The customer waits again: given back, or (`transferred`) moved to this queue, which the desk told already.

    They are told when QueueJoined or AgentJoined follows.
    """

    handoff: str
    queue: str
    why: Literal["released", "removed", "away", "reassigned", "transferred"] = "released"
    by: str | None = None


class HandoffDone(Heard, frozen=True, kw_only=True, tag="handoff_done"):
    """An agent closed it; the flow goes on. `by` is who did, where that is not who had it."""

    handoff: str
    disposition: str | None = None
    by: str | None = None


class TicketStands(Heard, frozen=True, kw_only=True, tag="ticket_stands"):
    """The desk's answer about a ticket, just opened or asked for by number. `state` none: there is none of this number.

    `department` is its name in the customer's language, `due_at` when it will have answered (ISO 8601 with offset).
    """

    number: int
    state: Literal["open", "taken", "answered", "closed"] | None = None
    department: str = ""
    title: str = ""
    due_at: str | None = None


class TicketNews(Heard, frozen=True, kw_only=True, tag="ticket_news"):
    """What the customer is told of a ticket of theirs, in whatever they are: an agent `opened` it for them, the
    department `answered` or `corrected` what it said, or `closed` it without an answer.

    Without a `title` it comes of a rating: no customer knows of a ticket then.
    """

    what: Literal["opened", "answered", "corrected", "closed"]
    ticket: str
    number: int
    department: str = ""
    title: str = ""
    due_at: str | None = None
    content: Content = Content()


class CallUnanswered(Heard, frozen=True, kw_only=True, tag="call_unanswered"):
    """The number that was left was called as often as it is called; `wrong` when it is not the customer's."""

    queue: str
    phone: str
    wrong: bool = False


class FollowUpDue(Heard, frozen=True, kw_only=True, tag="follow_up_due"):
    """The time of a follow-up has come: a new conversation begins with this flow, and with these slots."""

    flow: str
    slots: dict[str, Json] = {}


class CustomerBlocked(Heard, frozen=True, kw_only=True, tag="blocked"):
    """The customer blocked the bot or left the channel."""


class CustomerReturned(Heard, frozen=True, kw_only=True, tag="returned"):
    """The customer unblocked the bot; nothing is said until they write."""


AnyHeard = (
    TextHeard
    | TapHeard
    | CommandHeard
    | PayloadHeard
    | MediaHeard
    | PlaceHeard
    | ContactHeard
    | UnsupportedHeard
    | EditHeard
    | ActionReturned
    | ActionBroke
    | TimePassed
    | QueueJoined
    | CustomerSilent
    | HandoffUnavailable
    | AgentJoined
    | AgentLeft
    | HandoffDone
    | TicketStands
    | TicketNews
    | CallUnanswered
    | FollowUpDue
    | CustomerBlocked
    | CustomerReturned
)
