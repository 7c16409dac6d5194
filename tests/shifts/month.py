"""The service's own parts at compressed time: from one moment at which something happens to the next."""

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Connection, func, select, union_all

from bot.ports import DeskOffer
from bot.service.written import Written
from storage import outbox
from storage.outbox import Mark
from storage.schema import migrate
from storage.tables import ConversationRow, DeskTimerRow, HandoffRow, OfferRow
from tests.service.shop import Shop, TestClock
from tests.shifts.town import DESK, FLOWS
from tests.shifts.truth import Seen, Truth

OPEN = ("requested", "queued", "offered", "released", "transferred", "taken")
ROUNDS = 50  # in which the desk must come to rest

Deed = Callable[[], Awaitable[None]]


class SetClock(TestClock):
    """Shows what it is set to."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


class Month:
    """Time, what is planned for when, and the house. `truth` is what became of it, as somebody who looks on sees it."""

    def __init__(self, url: str, begins: datetime, seed: int) -> None:
        migrate(url)
        self.clock = SetClock(begins)
        self.shop = Shop(url, clock=self.clock, desk_source=DESK)
        self.shop.channels.clear()  # what is said is not what is looked at here
        self.shop.turns.on_commit(self._written)
        self.truth = Truth(self.clock)
        self.die = random.Random(seed)
        self._plans: list[tuple[datetime, int, Deed]] = []
        self._numbers = itertools.count()
        self._is_stirred = True
        self._woken = (begins, 0)  # when last, and how often in that moment
        self._acts = itertools.count()
        self._offers: list[int] = []  # in the outbox: of all that agents are shown they alone must have been sent

    async def open(self) -> None:
        await self.shop.publish(FLOWS)

    @property
    def now(self) -> datetime:
        return self.clock.at

    def act(self) -> str:
        """The id of an agent's next act."""
        return f"act {next(self._acts)}"

    # Plans

    def plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._plans, (at, next(self._numbers), deed))

    def plan_in(self, seconds: float, deed: Deed) -> None:
        self.plan(self.now + timedelta(seconds=seconds), deed)

    def plan_within(self, least: float, most: float, deed: Deed) -> None:
        self.plan_in(self.die.uniform(least, most), deed)

    def stir(self) -> None:
        """The desk has something to look at."""
        self._is_stirred = True

    def _written(self, written: Written) -> None:
        self._is_stirred |= written.needs_routing
        self._offers += [parcel.id for parcel in written.parcels if isinstance(parcel.outgoing, DeskOffer)]

    # Time

    async def pass_until(self, end: datetime) -> None:
        """Live through all that happens before this moment."""
        while True:
            planned = self._plans[0][0] if self._plans else end
            due = min([planned, *await self.shop.database.read(_due)])
            if due >= end:
                break
            self.clock.at = max(due, self.now)
            if due < planned:
                await self._wake()
            else:
                await heapq.heappop(self._plans)[2]()
            await self._settle()
        self.clock.at = end

    async def _wake(self) -> None:
        before = self._woken
        self._woken = (self.now, before[1] + 1 if before[0] == self.now else 0)
        assert await self.shop.wakeups.wake_due(), "something is due, and nobody is woken"
        assert self._woken[1] < ROUNDS, "something is due again and again"

    async def _settle(self) -> None:
        """Let the desk offer what it will, and look at what has become of everybody."""
        if not self._is_stirred:
            return
        for _ in range(ROUNDS):
            self._is_stirred = False
            await self.shop.routing.route()
            await self._show_offers()
            if not self._is_stirred:
                break
        else:
            raise AssertionError("the desk does not come to rest")
        known = self.truth.open
        self.truth.look(await self.shop.database.read(lambda connection: list(_seen(connection, known))))

    async def _show_offers(self) -> None:
        """Agents see them at once."""
        if marks := [Mark(id=row, state="sent", sent_at=self.now) for row in self._offers]:
            self._offers.clear()
            await self.shop.database.run(lambda connection: outbox.mark(connection, marks))


NEXT: CompoundSelect[Any] = union_all(
    select(func.min(ConversationRow.due_at)),
    select(func.min(HandoffRow.due_at)).where(HandoffRow.state.in_(OPEN)),
    select(func.min(DeskTimerRow.due_at)),
)
OFFERS = select(func.count()).where(OfferRow.handoff_id == HandoffRow.id).scalar_subquery().label("offers")
SEEN = select(
    *(HandoffRow.id, HandoffRow.state, HandoffRow.queue, HandoffRow.agent_id, HandoffRow.offered_to),
    *(HandoffRow.priority, HandoffRow.skills, OFFERS),
)


def _due(connection: Connection) -> list[datetime]:
    return [moment for moment in connection.execute(NEXT).scalars() if moment is not None]


def _seen(connection: Connection, known: Iterable[str]) -> Iterable[Seen]:
    for found in connection.execute(SEEN.where(HandoffRow.state.in_(OPEN) | HandoffRow.id.in_(list(known)))):
        yield Seen(
            handoff=found.id,
            state=found.state,
            queue=found.queue,
            agent=found.agent_id if found.state in ("taken", "closed") else None,
            offered_to=found.offered_to,
            offers=found.offers,
            priority=found.priority,
            skills=frozenset(found.skills),
        )
