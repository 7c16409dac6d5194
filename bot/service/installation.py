"""What every transaction of the service knows of the house it runs in."""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.desk.desk_file import Desk
from bot.desk.hours import Weekday
from bot.engine.conversation import Conversation, conversation_from_json
from bot.service.holder import Holder
from bot.service.limits import UNLIMITED, Limits
from bot.service.programs import Programs

Key = tuple[str, str]  # channel and address

STATES_REMEMBERED = 4096


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)


class States:
    """Decoded states of the conversations that spoke last, so that the next turn need not decode them again.

    Never the only copy, and never a stale one: a state is found by the very text that is stored now.
    """

    def __init__(self) -> None:
        self._decoded: OrderedDict[str, tuple[str, Conversation]] = OrderedDict()
        self._open: OrderedDict[Key, str] = OrderedDict()

    def decode(self, conversation: str, state: str) -> Conversation:
        """The conversation whose stored state this is."""
        known = self._decoded.get(conversation)
        if known is not None and known[0] == state:
            return known[1]
        return conversation_from_json(state)

    def is_open_at(self, key: Key) -> bool:
        """Whether a conversation was open there when this process last had it; now it may be otherwise."""
        return key in self._open

    def remember(self, key: Key, conversation: Conversation, state: str) -> None:
        """Keep what was stored a moment ago of the conversation at this address."""
        if not conversation.closed:
            self._open[key] = conversation.id
            self._open.move_to_end(key)
        elif self._open.get(key) == conversation.id:
            del self._open[key]
        if len(self._open) > STATES_REMEMBERED:
            self._open.popitem(last=False)
        self._decoded[conversation.id] = (state, conversation)
        self._decoded.move_to_end(conversation.id)
        if len(self._decoded) > STATES_REMEMBERED:
            self._decoded.popitem(last=False)


def _no_groups() -> Sequence[str]:
    return ()


def _no_name() -> str | None:
    return None


@dataclass(slots=True, kw_only=True)
class Installation:
    """The parts that transactions look things up in.

    `pulled` are the channels whose pages read the log themselves, so that nothing is sent to them. `desk_groups` tells
    where a new hand-off may be put now, nothing when no agent can be reached. `supervisors` is the chat where alerts
    go. `telegram_name` is what the bot is called there, none where Telegram is off. `turns_of_queues` are the seconds
    that each queue takes for a place, with when they were looked up.
    """

    holder: Holder
    programs: Programs
    desk: Desk
    pulled: frozenset[str] = frozenset()
    time_zone: tzinfo = UTC  # the business's: customers mean it when they type a time
    limits: Mapping[str, Limits] = field(default_factory=dict)
    desk_groups: Callable[[], Sequence[str]] = _no_groups
    telegram_name: Callable[[], str | None] = _no_name
    supervisors: int | None = None
    weekend: Collection[Weekday] = ("sat", "sun")
    turns_of_queues: dict[str, tuple[datetime, list[float]]] = field(default_factory=dict)
    states: States = field(default_factory=States)

    @property
    def desk_language(self) -> str:
        """What the house itself says to agents is in the first language of the flows."""
        program = self.programs.newest_program()
        return program.languages[0] if program else "en"

    def limits_of(self, channel: str) -> Limits:
        """How fast the channel may be spoken to."""
        return self.limits.get(channel, UNLIMITED)
