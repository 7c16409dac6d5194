"""What is shown to agents, as an outbox row holds it."""

from datetime import datetime
from typing import Literal

from bot.content import Content, Value

DeskShown = Literal["queued", "offered", "taken", "released", "closed", "abandoned"]
"""How a hand-off looks from the desk: those who were moved wait as `queued`, those who left are `abandoned`."""


class Outgoing(Value, frozen=True, kw_only=True, tag_field="outgoing"):
    """What an outbox row holds."""


Outcome = Literal["open", "contained", "handed_off", "abandoned", "called_back", "refused"]
"""How a conversation ended for its customer; `refused` when nobody could take them."""


class PastContact(Value, frozen=True, kw_only=True):
    """A conversation that the customer had before, by its number; `opened_at` is ISO 8601 with offset.

    `agent_name` is who had it last; `score` of `out_of` is how it was rated, where it was.
    """

    number: int
    channel: str
    opened_at: str
    outcome: Outcome
    agent_name: str | None = None
    disposition: str | None = None
    score: int | None = None
    out_of: int | None = None


class KnownCustomer(Value, frozen=True, kw_only=True):
    """What is known of a customer besides what they write now: the newest of `past_count` conversations first.

    `callbacks` are the numbers that are to be called, `tickets` the numbers of those to be answered. `same_phone` are
    conversations of others who have the same telephone number, but did not prove it. `returns_to` is the agent whom
    they had before and who is asked first again, `returns_from` the number of that conversation.
    """

    tags: tuple[str, ...] = ()
    past: tuple[PastContact, ...] = ()
    past_count: int = 0
    callbacks: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()
    same_phone: tuple[int, ...] = ()
    returns_to: str | None = None
    returns_from: int | None = None


class Served(Value, frozen=True, kw_only=True):
    """A customer among several: by the hand-off, its number, and what they are called."""

    handoff: str
    number: int
    customer: str


class DeskCard(Outgoing, frozen=True, kw_only=True, tag="desk_card"):
    """A hand-off as agents see it first. Sent again when a topic must be made anew, with `transcript` up to then.

    The transcript goes as far as `said_until`. `dispositions` are those of which whoever closed it still has to choose.
    `group` is the one of the desk's groups that shall hold it. `to` is a thread in which one agent alone sees it,
    `private:<Telegram id>`, and nothing for the topic that all see; so it is in all that follows.
    """

    handoff: str
    number: int
    state: DeskShown
    queue: str
    customer: str
    channel: str
    language: str
    reason: str
    note: str = ""
    collected: tuple[tuple[str, str], ...] = ()
    transcript: tuple[tuple[str, str], ...] = ()  # who and what, oldest first
    said_until: datetime | None = None
    agent_name: str | None = None
    outcome: str | None = None
    dispositions: tuple[str, ...] = ()
    known: KnownCustomer = KnownCustomer()
    group: str = ""
    to: str = ""
    is_faced: bool = False  # in a private chat: what the agent writes goes to this customer


class Called(Value, frozen=True, kw_only=True):
    """The agent whose attention is wanted."""

    name: str
    telegram_id: int | None = None


class DeskLine(Outgoing, frozen=True, kw_only=True, tag="desk_line"):
    """Something for the agents inside a hand-off: what the customer wrote, or a notice of the house (`author` none).

    `edited` when the customer changed an earlier message; `replaces` is then the desk's message that showed it, none
    if there is none. `content.reply_to` is a message of the desk's. In a private chat, where there are several, each
    says by `number` and `customer` whose it is, and `is_faced` whether what the agent writes goes to them.
    """

    handoff: str
    content: Content
    author: str | None = None
    called: Called | None = None  # the agent for whom a notice is
    source_message_id: str | None = None  # the customer's message, in the customer's channel
    edited: bool = False
    replaces: str | None = None
    is_awaited: bool = False  # by the agent who has the customer
    number: int = 0
    customer: str = ""
    is_faced: bool = False
    to: str = ""


class DeskState(Outgoing, frozen=True, kw_only=True, tag="desk_state"):
    """The hand-off's state changed: the card's buttons and the topic's name follow; a closed one is closed.

    `card` is the desk's message that the card is, where it is known, and `shown` what shall stand on it by now.
    `called` is who has it without their own doing; `is_told` when somebody has to come, who would not see a card that
    changes.
    In a private chat it is over for that agent, whose other customers are `others`; `is_again` when `card` told so.
    """

    handoff: str
    number: int
    state: DeskShown
    queue: str
    customer: str
    agent_name: str | None = None
    outcome: str | None = None
    card: str | None = None
    shown: DeskCard | None = None
    called: Called | None = None
    is_told: bool = False
    others: tuple[Served, ...] = ()
    is_again: bool = False
    to: str = ""


class DeskForgotten(Outgoing, frozen=True, kw_only=True, tag="desk_forgotten"):
    """The customer was removed: nothing of the hand-off shall be left in its `thread`, `group:topic`."""

    handoff: str
    number: int
    thread: str
    to: str = ""


class DeskErased(Outgoing, frozen=True, kw_only=True, tag="desk_erased"):
    """The customer was removed: these `messages` of a chat, a department's or an agent's own, speak of them no more."""

    chat: str
    messages: tuple[str, ...]


class DeskOffer(Outgoing, frozen=True, kw_only=True, tag="desk_offer"):
    """A hand-off is offered to one agent for so long; in the topic all others see to whom.

    Without `seconds` it is offered to all who work privately, until somebody takes it.
    """

    handoff: str
    number: int
    agent: str
    agent_name: str
    telegram_id: int | None
    queue: str
    customer: str
    language: str
    reason: str
    seconds: int
    collected: tuple[tuple[str, str], ...] = ()
    to: str = ""


class DeskOfferOver(Outgoing, frozen=True, kw_only=True, tag="desk_offer_over"):
    """The agent can't accept it any more; `accepted` when they have, and `taken_by` who has it if it was withdrawn.

    `message` is the desk's message that offered it, where it is known.
    """

    handoff: str
    number: int
    agent: str
    agent_name: str
    customer: str
    outcome: Literal["accepted", "declined", "lapsed", "withdrawn"]
    taken_by: str | None = None
    message: str | None = None
    to: str = ""


class DeskPrompt(Outgoing, frozen=True, kw_only=True, tag="desk_prompt"):
    """Words of the house to one agent in their private chat.

    `facing`: what they write goes to `served` now. `to_whom`: what they wrote waits until one of `choices` is pressed.
    `waiting`: `choices` can be taken. `open`: `choices` can be faced. `missed`: too many offers, so they count as away;
    `no_answer`: a customer whom they had, likewise.
    Or what they wrote was not sent: `served` is `over`, somebody else has them (`theirs`), they have to be taken first
    (`untaken`), there is `nobody` to send it to, or what is changed now was `unsent`.
    `answers` is the message that this is about.
    """

    says: Literal[
        "facing",
        "to_whom",
        "waiting",
        "open",
        "missed",
        "no_answer",
        "over",
        "theirs",
        "untaken",
        "nobody",
        "unsent",
    ]
    language: str
    served: Served | None = None
    agent_name: str | None = None
    choices: tuple[Served, ...] = ()
    answers: str | None = None
    to: str = ""


class Alert(Value, frozen=True, kw_only=True):
    """What supervisors should know of a hand-off: an answer is late, or who took it did not write and lost it.

    `seconds` is what was promised, or how long it took; `outcome` is none while it lasts.
    """

    handoff: str
    number: int
    customer: str
    queue: str
    what: Literal["first_answer", "next_answer", "unanswered", "released"]
    seconds: float
    agent_name: str | None = None  # who had the customer then
    outcome: Literal["answered", "taken", "closed", "left", "callback", "refused"] | None = None
    thread: str | None = None  # where agents see it, `group:topic`


class DeskAlerts(Outgoing, frozen=True, kw_only=True, tag="desk_alerts"):
    """Alerts that stand in one message of the supervisors' chat; `replaces` is that message, when it is there already.

    What stands in it is looked up when it is sent, so that it is never old.
    """

    chat: str
    batch: str
    alerts: tuple[Alert, ...] = ()
    replaces: str | None = None


class DeskCallback(Outgoing, frozen=True, kw_only=True, tag="desk_callback"):
    """A number that a customer has left, as the agents of `group` see it, outside of any hand-off.

    `card` is the message that it is there already, which is changed; with `again` the agents see it anew, since its
    time has come. Moments are ISO 8601 with offset: `due_at` is none for as soon as possible, since `place_at` the
    customer waits, at `happened_at` it came into its state. `outcome` is what came of the last call.
    """

    callback: str = ""
    state: Literal["open", "taken", "done", "failed"] = "open"
    queue: str
    customer: str
    channel: str
    language: str
    phone: str
    due_at: str | None = None
    place_at: str | None = None
    about: str = ""
    agent_name: str | None = None
    outcome: str | None = None
    tries: int = 0
    most_tries: int = 0
    happened_at: str | None = None
    again: bool = False
    group: str = ""
    card: str | None = None


class DeskTicket(Outgoing, frozen=True, kw_only=True, tag="desk_ticket"):
    """A ticket as its department sees it in `group`. `card` is the message that it is there already, which is changed.

    `department` is its name for agents. It is `moved` where it was seen before another department had it. Moments are
    ISO 8601 with offset; `happened_at` is when it came into its state.
    """

    ticket: str
    number: int
    state: Literal["open", "taken", "answered", "closed", "moved"]
    department: str
    ticket_kind: Literal["complaint", "suggestion", "request"]
    title: str
    body: str = ""
    shared: tuple[tuple[str, str], ...] = ()
    customer: str
    channel: str
    language: str
    opened_by: str | None = None
    opened_at: str
    due_at: str | None = None
    happened_at: str | None = None
    agent_name: str | None = None
    group: str = ""
    card: str | None = None


class DeskTicketLine(Outgoing, frozen=True, kw_only=True, tag="desk_ticket_line"):
    """Something about a ticket, below its card: what the customer sent (`said`) or a notice of the house."""

    ticket: str
    number: int
    what: Literal["said", "due", "undelivered", "undelivered_blocked"]
    content: Content = Content()
    customer: str = ""
    agent_name: str | None = None
    group: str = ""
    card: str | None = None
