"""What goes wrong on the way: chosen by the test, or by a seeded die."""

import random
import time
from dataclasses import dataclass, field
from typing import Literal

from tests.botapi.chats import Chat
from tests.botapi.refusals import RefusalError, too_many_requests

FaultKind = Literal["too_many_requests", "server_error", "bad_gateway", "garbage", "reset", "silence", "slow"]


class BadAnswerError(Exception):
    """What a proxy in between answers when Telegram does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """after_effect: the call is carried out, and only its answer is lost.

    too_many_requests asks to come back after retry_after seconds; slow answers after so many seconds; silence keeps the
    connection open without a word; reset breaks it; garbage answers 502 with a page of HTML.
    """

    kind: FaultKind
    after_effect: bool = False
    retry_after: int = 1
    seconds: float = 0.0


@dataclass(slots=True)
class Rule:
    fault: Fault
    method: str | None
    chat_id: int | None
    times: int | None
    probability: float = 1.0


class FaultPlan:
    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._die = random.Random(0)

    def fail_next(self, fault: Fault, *, method: str | None, chat_id: int | None, times: int) -> None:
        self._rules.append(Rule(fault, method.lower() if method else None, chat_id, times))

    def fail_sometimes(
        self, fault: Fault, probability: float, *, method: str | None = None, seed: int | None = None
    ) -> None:
        """Each call that fits fails with this probability. The same seed gives the same failures for the same calls."""
        if seed is not None:
            self._die.seed(seed)
        self._rules.append(Rule(fault, method.lower() if method else None, None, None, probability))

    def clear(self) -> None:
        self._rules.clear()

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that this call suffers, if any; spends it."""
        for rule in self._rules:
            if rule.method not in (None, method.lower()) or rule.chat_id not in (None, chat_id):
                continue
            if rule.probability < 1.0 and self._die.random() >= rule.probability:
                continue
            if rule.times is not None:
                rule.times -= 1
                if rule.times <= 0:
                    self._rules.remove(rule)
            return rule.fault
        return None


@dataclass(slots=True, kw_only=True)
class RateLimits:
    """Telegram's flood limits for messages sent; a chat may have burst messages at once before the rate counts.

    jitter_seconds is what the network may squeeze out of the gap between two messages without blame.
    """

    per_second: int = 30
    per_chat_per_second: float = 1.0
    per_chat_burst: int = 3
    per_group_per_minute: int = 20
    jitter_seconds: float = 0.05
    _sent: list[float] = field(default_factory=list)
    _sent_to: dict[int, list[float]] = field(default_factory=dict)
    _credit: dict[int, tuple[float, float]] = field(default_factory=dict)

    def spend(self, chat: Chat, messages: int) -> None:
        """Counts so many messages to the chat. Raises RefusalError 429 if that is too many."""
        at = time.monotonic()
        self._sent = [moment for moment in self._sent if moment > at - 1 + self.jitter_seconds]
        if len(self._sent) + messages > self.per_second:
            raise too_many_requests(1, bots_mistake=True)
        if chat.type == "private":
            self._spend_credit(chat.chat_id, messages, at)
        else:
            recent = [
                moment for moment in self._sent_to.get(chat.chat_id, []) if moment > at - 60 + self.jitter_seconds
            ]
            if len(recent) + messages > self.per_group_per_minute:
                raise too_many_requests(int(recent[0] + 60 - at) + 1 if recent else 60, bots_mistake=True)
            self._sent_to[chat.chat_id] = recent + [at] * messages
        self._sent += [at] * messages

    def _spend_credit(self, chat_id: int, messages: int, at: float) -> None:
        credit, since = self._credit.get(chat_id, (float(self.per_chat_burst), at))
        credit = min(credit + (at - since) * self.per_chat_per_second, float(self.per_chat_burst))
        needed = min(messages, 1)  # an album goes as one, and is paid for by what comes after it
        if credit + self.jitter_seconds * self.per_chat_per_second < needed:
            raise too_many_requests(int((needed - credit) / self.per_chat_per_second) + 1, bots_mistake=True)
        self._credit[chat_id] = (credit - messages, at)


class Penalties:
    """Chats that were told to wait; who calls before is told again, and it is a violation."""

    def __init__(self) -> None:
        self._until: dict[int | None, float] = {}

    def impose(self, chat_id: int | None, seconds: int) -> RefusalError:
        self._until[chat_id] = time.monotonic() + seconds
        return too_many_requests(seconds, bots_mistake=False)

    def enforce(self, chat_id: int | None) -> None:
        """Raises RefusalError 429 while the chat's penalty lasts."""
        left = self._until.get(chat_id, 0.0) - time.monotonic()
        if left > 0:
            raise too_many_requests(int(left) + 1, bots_mistake=True)
