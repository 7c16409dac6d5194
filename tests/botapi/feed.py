"""Updates on their way to the bot: kept until acknowledged, handed out again until then."""

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.botapi.bell import Bell
from tests.botapi.contract import check_update
from tests.botapi.entities import Wire
from tests.botapi.refusals import TWO_POLLERS, WEBHOOK_WAS_SET, RefusalError

BATCH_LIMIT = 100
LONGEST_POLL_SECONDS = 50
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Update:
    """lane is the chat: within one, updates are delivered in order. deliveries counts the times it was handed over."""

    update_id: int
    kind: str
    lane: int
    wire: Wire
    deliveries: int = 0
    acknowledged: bool = False

    def body(self) -> bytes:
        return json.dumps(self.wire, ensure_ascii=False).encode()


class UpdateFeed:
    def __init__(self, *, lax: bool = False) -> None:
        self.lax = lax
        self.pending: dict[int, Update] = {}
        self.everything: dict[int, Update] = {}
        self.first_at: dict[int, float] = {}  # of each lane, by the monotonic clock
        self.allowed: frozenset[str] = frozenset()
        self.bell = Bell()
        self.on_new: Callable[[Update], None] | None = None
        self._numbers = itertools.count(700_000_001)
        self._again: list[Update] = []
        self._poll_number = 0
        self._why_ended = TWO_POLLERS

    def add(self, kind: str, content: Wire, lane: int) -> None:
        """Takes an update in, unless the bot did not ask for its kind."""
        if kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT:
            return
        update_id = next(self._numbers)
        update = Update(update_id, kind, lane, {"update_id": update_id, kind: content})
        if not self.lax:
            check_update(update.wire)
            self.everything[update_id] = update
        self.first_at.setdefault(lane, time.monotonic())
        self.pending[update_id] = update
        self.bell.ring()
        if self.on_new:
            self.on_new(update)

    def allow(self, kinds: list[str] | None) -> None:
        """None leaves things as they are; an empty list means the default kinds."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def begin_anew(self, first: int) -> None:
        """After a week without updates the next one has any number."""
        self._numbers = itertools.count(first)

    def acknowledge(self, update_id: int) -> None:
        update = self.pending.pop(update_id, None)
        if update is not None:
            update.acknowledged = True
            self.bell.ring()

    def drop_all(self) -> None:
        self.pending.clear()
        self._again.clear()

    def repeat_once(self, update_id: int, times: int) -> None:
        """The next poll gets this update again, so many times, acknowledged or not."""
        self._again += [self.everything[update_id]] * times
        self.bell.ring()

    async def poll(self, offset: int | None, limit: int | None, seconds: int | None) -> list[Wire]:
        """getUpdates. Raises RefusalError 409 when another poll or a webhook takes over while this one waits."""
        self._poll_number += 1
        number, self._why_ended = self._poll_number, TWO_POLLERS
        self.bell.ring()
        self._move_to(offset or 0)
        size = min(max(limit or BATCH_LIMIT, 1), BATCH_LIMIT)

        def batch() -> list[Update] | None:
            if number != self._poll_number:
                raise RefusalError(409, self._why_ended)
            again, self._again = self._again, []
            return (again + list(itertools.islice(self.pending.values(), size)))[:size] or None

        patience = min(seconds or 0, LONGEST_POLL_SECONDS)
        found = batch() if patience <= 0 else await self.bell.wait_until(batch, patience)
        for update in found or []:
            update.deliveries += 1
        return [update.wire for update in found or []]

    def end_polls(self) -> None:
        self._poll_number += 1
        self._why_ended = WEBHOOK_WAS_SET
        self.bell.ring()

    def _move_to(self, offset: int) -> None:
        """Acknowledges what lies before offset; a negative one keeps only so many of the newest."""
        known = list(self.pending)
        done = known[:offset] if offset < 0 else [update_id for update_id in known if update_id < offset]
        for update_id in done:
            self.acknowledge(update_id)
