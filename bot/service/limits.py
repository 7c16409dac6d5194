"""How fast a channel may be spoken to.

Rates are kept by the generic cell rate algorithm: one moment per rate says until when its messages are spoken for. It
needs no counting, so any number of processes share a rate through one stored moment.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.content import Value
from bot.settings import Telegram
from storage.rate_limits import FARTHEST

LATE_SECONDS = 0.1  # a place in a rate is good for so long
WAY_SECONDS = 0.15  # how much longer one message may take to get there than another, on a busy machine
CHATS_REMEMBERED = 10_000
CHAT_BURST = 3  # Telegram allows short bursts to one chat; a greeting, an answer and a menu are one


class Pace(Value, frozen=True, kw_only=True):
    """`burst` messages at once, then one each `interval_seconds`.

    The last of a burst waits `kept_back_seconds`: what was on its way for so long did not fill the burst up again.
    """

    interval_seconds: float
    burst: int = 1
    kept_back_seconds: float = 0.0


class Limits(Value, frozen=True, kw_only=True):
    """What one channel allows; none for no limit. Channels with the same `account` share the rate `altogether`."""

    account: str = ""
    altogether: Pace | None = None
    per_chat: Pace | None = None
    per_group: Pace | None = None


UNLIMITED = Limits()


def never_more_than(count: float, seconds: float, burst: int = 1) -> Pace:
    """The pace at which no stretch of `seconds` holds more than `count` messages, wherever it begins.

    They may be late by LATE_SECONDS each, and by WAY_SECONDS on the way. One message is kept back, where there are
    enough, because two of them may come closer together.
    """
    burst = max(1, min(burst, int(count // 2)))
    spread = seconds + LATE_SECONDS + WAY_SECONDS
    return Pace(interval_seconds=spread / (count - burst if count - burst >= 1 else count), burst=burst)


def telegram_limits(settings: Telegram) -> Mapping[str, Limits]:
    """The limits of the chats with customers, admins and agents and of their groups, which one bot account serves."""
    altogether = never_more_than(settings.messages_per_second, 1.0)
    interval = 1 / settings.messages_per_chat_per_second
    kept_back = min(WAY_SECONDS, interval / 4)
    per_chat = Pace(interval_seconds=interval, burst=CHAT_BURST, kept_back_seconds=kept_back)
    per_group = never_more_than(settings.messages_per_group_per_minute, 60.0, burst=5)
    return {
        "telegram": Limits(account="telegram", altogether=altogether, per_chat=per_chat, per_group=per_group),
        "desk": Limits(account="telegram", altogether=altogether, per_chat=per_chat, per_group=per_group),
    }


def next_slot(pace: Pace, spoken_for: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """When the next message may go, and the moment to keep for the one after it."""
    interval = timedelta(seconds=pace.interval_seconds)
    start = spoken_for if spoken_for is not None and now <= spoken_for < now + FARTHEST else now
    early = (pace.burst - 1) * interval - timedelta(seconds=pace.kept_back_seconds)
    return max(now, start - early), start + interval


class Chats:
    """Until when each chat is spoken for by what this process has sent.

    Rows are booked at the pace of their chat, but those that waited for an outage come due all at once.
    """

    def __init__(self) -> None:
        self._spoken_for: dict[tuple[str, str], datetime] = {}

    def next(self, chat: tuple[str, str], pace: Pace, now: datetime) -> datetime:
        """When the next message may go to this chat; it is taken to go then."""
        moment, until = next_slot(pace, self.spoken_for(chat), now)
        self.hold_back(chat, until, now)
        return moment

    def spoken_for(self, chat: tuple[str, str]) -> datetime | None:
        """Until when the chat is spoken for, as far as this process knows."""
        return self._spoken_for.get(chat)

    def hold_back(self, chat: tuple[str, str], until: datetime, now: datetime) -> None:
        """The chat is spoken for until then."""
        self._spoken_for[chat] = until
        if len(self._spoken_for) > CHATS_REMEMBERED:
            self._spoken_for = {known: end for known, end in self._spoken_for.items() if end > now}
