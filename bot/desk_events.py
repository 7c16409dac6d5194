"""What happens at the agents' side: hand-offs, offers, callbacks and tickets."""

from typing import Literal

from bot.content import Attachment, Content
from bot.event import Event


class HandoffRequested(Event, frozen=True, kw_only=True):
    """The flow asks for a person. `collected` are the slots it shares, as label and text pairs in order."""

    handoff: str
    queue: str
    flow: str
    step: str
    reason: Literal["step", "agent_word", "failed_question", "action_error", "internal_error", "trial"]
    calendar: str | None = None
    note: str = ""
    collected: tuple[tuple[str, str], ...] = ()
    priority: int = 0
    skills: tuple[str, ...] = ()
    max_wait_seconds: float | None = None


class HandoffQueued(Event, frozen=True, kw_only=True):
    handoff: str
    queue: str
    position: int


class HandoffRefused(Event, frozen=True, kw_only=True):
    """Nobody can take it: the calendar is `closed`, `no_agent` serves the queue, it is `full`, `max_wait` ran out."""

    handoff: str
    queue: str
    reason: Literal["closed", "no_agent", "full", "max_wait"]
    opens_at: str | None = None  # ISO 8601 with offset


class HandoffOffered(Event, frozen=True, kw_only=True):
    """Shown to one agent, who may accept `until` (ISO 8601 with offset)."""

    handoff: str
    agent: str
    until: str


class HandoffOfferEnded(Event, frozen=True, kw_only=True):
    """Not taken by whom it was offered to: they `declined`, it `lapsed`, or it was `withdrawn` (no longer needed)."""

    handoff: str
    agent: str
    outcome: Literal["declined", "lapsed", "withdrawn"]


class HandoffTaken(Event, frozen=True, kw_only=True):
    """`how`: they took it by themselves, accepted an offer, were given it, or took it over from another agent.

    `by` is who gave it, where that is somebody else.
    """

    handoff: str
    agent: str
    agent_name: str
    how: Literal["picked", "accepted", "assigned", "taken_over"] = "picked"
    by: str | None = None


class HandoffTransferred(Event, frozen=True, kw_only=True):
    """Moved to a queue or to an agent; `by` is the agent who did, none when a queue flowed over."""

    handoff: str
    by: str | None
    queue: str | None = None
    agent: str | None = None
    why: Literal["asked", "overflow", "reassigned"] = "asked"


class HandoffReleased(Event, frozen=True, kw_only=True):
    """Given back to the queue, by the agent or because they are gone; `by` is who did it for them."""

    handoff: str
    agent: str
    why: Literal["released", "removed", "away", "reassigned"] = "released"
    by: str | None = None


class HandoffClosed(Event, frozen=True, kw_only=True):
    """`by` is who closed it, where that is not the agent who had it: another agent, or `customer`."""

    handoff: str
    agent: str
    disposition: str | None = None
    note: str | None = None
    by: str | None = None


class HandoffWrappedUp(Event, frozen=True, kw_only=True):
    """The agent's work after the closing is over, and how it ended is known."""

    handoff: str
    agent: str
    disposition: str | None = None


class HandoffAbandoned(Event, frozen=True, kw_only=True):
    """The customer left the queue unanswered. `callback` when a number was left: not an abandonment."""

    handoff: str
    reason: Literal["cancelled", "silent", "blocked", "restarted", "callback"]


class WaitTold(Event, frozen=True, kw_only=True):
    """What the customer was told of their wait: the place, and from how many to how many minutes, where known."""

    handoff: str
    position: int
    from_minutes: int | None = None
    to_minutes: int | None = None


class ServiceLevelMissed(Event, frozen=True, kw_only=True):
    """An answer is late, or (`warning`) soon will be; `seconds` is what the queue promises."""

    handoff: str
    queue: str
    answer: Literal["first", "next"]
    warning: bool = False
    seconds: float
    agent: str | None = None


class CallbackRequested(Event, frozen=True, kw_only=True):
    """`due_at` is ISO 8601 with offset, none for as soon as possible; `handoff` when it keeps that one's place."""

    callback: str
    queue: str
    phone: str
    due_at: str | None = None
    handoff: str | None = None


class CallbackTaken(Event, frozen=True, kw_only=True):
    callback: str
    agent: str
    agent_name: str


class CallbackReleased(Event, frozen=True, kw_only=True):
    callback: str
    agent: str


class CallbackTried(Event, frozen=True, kw_only=True):
    """Somebody called. `again_at` (ISO 8601 with offset) when it will be tried once more."""

    callback: str
    agent: str
    outcome: Literal["reached", "no_answer", "busy", "wrong_number"]
    again_at: str | None = None


class CallbackClosed(Event, frozen=True, kw_only=True):
    """`failed` when it was tried as often as it may be, or cannot be reached."""

    callback: str
    agent: str | None
    failed: bool = False


class TicketOpened(Event, frozen=True, kw_only=True):
    """A case for a department. `number` is what people call it by, and 0 until it is kept.

    `shared` are slots, as label and text pairs in order; `survey` is the low rating that it comes of, if it does.
    """

    ticket: str
    number: int = 0
    department: str
    ticket_kind: Literal["complaint", "suggestion", "request"]
    title: str
    body: str = ""
    shared: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flow: str
    step: str
    survey: str | None = None
    agent: str | None = None  # who opened it for the customer


class TicketCommented(Event, frozen=True, kw_only=True):
    """What the customer adds."""

    ticket: str
    comment: str
    attachments: tuple[Attachment, ...] = ()


class TicketTaken(Event, frozen=True, kw_only=True):
    ticket: str
    agent: str


class TicketAnswered(Event, frozen=True, kw_only=True):
    """What the department says to the customer.

    `message_id` is the agent's message in the department's chat; what it says after a change is a `correction`.
    """

    ticket: str
    number: int
    agent: str
    content: Content
    message_id: str | None = None
    correction: bool = False


class TicketNoted(Event, frozen=True, kw_only=True):
    """A word among agents."""

    ticket: str
    agent: str
    text: str


class TicketMoved(Event, frozen=True, kw_only=True):
    """To another department."""

    ticket: str
    agent: str
    department: str


class TicketClosed(Event, frozen=True, kw_only=True):
    ticket: str
    agent: str


class TicketReopened(Event, frozen=True, kw_only=True):
    """The customer wrote about it again, or (`agent`) an agent wants it open."""

    ticket: str
    agent: str | None = None


class TicketAskedAbout(Event, frozen=True, kw_only=True):
    """The customer wants to know how the ticket of this number stands."""

    number: int


class CustomerTagged(Event, frozen=True, kw_only=True):
    tag: str
    agent: str


class CustomerUntagged(Event, frozen=True, kw_only=True):
    tag: str
    agent: str


class CustomersJoined(Event, frozen=True, kw_only=True):
    """Two records were the same person: `customer` is kept, `other` is now part of it; `agent` is who said so."""

    customer: str
    other: str
    by: Literal["phone", "link", "agent"]
    agent: str | None = None
