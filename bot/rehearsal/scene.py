"""What a test has come to: the state of the conversation, and what the last act made of it."""

from datetime import datetime

import msgspec

from bot.content import Choice, Value
from bot.engine.conversation import Conversation
from bot.events import AnyEvent, FollowUpBooked, TicketOpened


class Happened(msgspec.Struct, frozen=True):
    """An event, when it was, and the language that the conversation was in."""

    at: datetime
    event: AnyEvent
    language: str


class Opened(msgspec.Struct, frozen=True):
    """A ticket, and when it was opened."""

    at: datetime
    ticket: TicketOpened


class Promise(msgspec.Struct, frozen=True):
    """A follow-up that was booked, and when it is looked at."""

    at: datetime
    booked: FollowUpBooked


class Moment(Value, frozen=True, kw_only=True):
    """All that the next act depends on; a test can go on from the same moment twice.

    `earlier` are the customer's conversations before this one, `calls` count how often each action ran, `shown` are
    the buttons under the messages so far, the newest first; `gives_up_at` is when the queue has no patience any more,
    and `silent_at` when who waits there has said nothing for too long.
    """

    now: datetime
    conversation: Conversation
    earlier: tuple[Conversation, ...] = ()
    tickets: tuple[Opened, ...] = ()
    promises: tuple[Promise, ...] = ()
    calls: dict[str, int] = {}
    shown: tuple[Choice, ...] = ()
    gives_up_at: datetime | None = None
    silent_at: datetime | None = None
    happened: tuple[Happened, ...] = ()


class Scene(Value, frozen=True, kw_only=True):
    """What one act brought about: the moments around it, what happened, and the steps that ran, by flow and id."""

    before: Moment
    after: Moment
    happened: tuple[Happened, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()


class ActFailed(Exception):
    """The act can't be done as things stand: no such button, nobody handed off. The text says why."""
