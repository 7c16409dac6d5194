"""What goes wrong on the way: chosen by the test, or by a seeded die."""

import random
import time
from collections.abc import Callable, Sequence
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


@dataclass(frozen=True, slots=True)
class Sending:
    """So many messages in one call, which the bot began at some moment after `since` and which was here at `at`."""

    since: float
    at: float
    messages: int


@dataclass(slots=True, kw_only=True)
class RateLimits:
    """Telegram's flood limits for messages sent; a chat may have burst messages at once before the rate counts.

    How long a call was on its way is the machine's doing, so the bot is blamed only for what it must have begun too
    early: too many calls that both began and came within one stretch of time. A call begins after the one before it in
    the same chat has come, and the first one after the chat's first update; only of groups, where the bot may have
    several on their way, nothing is known but jitter_seconds, what the network may squeeze out of a gap.
    """

    per_second: int = 30
    per_chat_per_second: float = 1.0
    per_chat_burst: int = 3
    per_group_per_minute: int = 20
    jitter_seconds: float = 0.05
    _sent_to: dict[int, list[Sending]] = field(default_factory=dict)

    def spend(self, chat: Chat, messages: int, first_update_at: float | None) -> None:
        """Counts so many messages to the chat, whose first update came then. Raises RefusalError 429 if that is too
        many. The moments are those of the monotonic clock.
        """
        at = time.monotonic()
        before = self._sent_to.setdefault(chat.chat_id, [])
        if chat.type != "private":
            since = at - self.jitter_seconds
        elif before:
            since = before[-1].at
        else:
            since = at if first_update_at is None else first_update_at
        sending = Sending(since, at, messages)
        everywhere = [each for sent in self._sent_to.values() for each in sent]
        self._check("altogether", [*everywhere, sending], lambda seconds: self.per_second * (int(seconds) + 1))
        if chat.type == "private":
            one = Sending(since, at, min(messages, 1))  # an album goes as one, and is paid for by what comes after it
            self._check(
                "in the chat", [*before, one], lambda seconds: self.per_chat_burst + seconds * self.per_chat_per_second
            )
        else:
            self._check(
                "in the group", [*before, sending], lambda seconds: self.per_group_per_minute * (int(seconds / 60) + 1)
            )
        before.append(sending)

    def _check(self, where: str, sendings: Sequence[Sending], allowed: Callable[[float], float]) -> None:
        """allowed is how many messages a stretch of so many seconds may hold. Raises RefusalError 429."""
        now, messages = sendings[-1].at, 0
        for sending in sorted(sendings, key=lambda each: each.since, reverse=True):
            messages += sending.messages
            if messages > allowed(now - sending.since):
                wait = next(wait for wait in range(1, 3601) if messages <= allowed(now - sending.since + wait))
                why = f" ({messages} {where}, begun and come within {now - sending.since:.3f} s)"
                raise too_many_requests(wait, bots_mistake=True, why=why)


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
            raise too_many_requests(int(left) + 1, bots_mistake=True, why=f" ({left:.3f} s of its penalty were left)")
