"""Who writes to the company, when, and how long they bear with it."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from bot.content import Value
from bot.engine.inputs import CommandHeard, CustomerBlocked
from tests.shifts.month import Month
from tests.shifts.people import DAY, EVERY, MON_FRI, SAT_WED, SUN_THU, moment
from tests.shifts.town import QUEUES
from tests.shifts.truth import OVER, WAITING, Seen, Story

QUEUE_OF = {"urgent": "cairo", "technician": "tehran"}
COMES_BACK = 0.3  # of the visits, those of somebody who was there before
HELLO_SECONDS = 200.0
BUSY, BUSY_DAYS = 20, {date(2026, 10, 12), date(2026, 10, 28)}  # bills were sent


class Rush(Value, frozen=True, kw_only=True):
    """So many come to a flow in an hour, on average, in these hours of these days."""

    flow: str
    hours: dict[int, float]
    days: tuple[str, ...]


RUSHES = (
    Rush(flow="cairo", days=EVERY, hours={8: 0.2, 9: 5.0, 10: 1.0, 13: 0.3, 14: 3.0, 15: 1.0, 17: 0.5}),
    Rush(flow="urgent", days=SUN_THU, hours={9: 1.0, 14: 0.5}),
    Rush(flow="tehran", days=SAT_WED, hours={8: 0.5, 9: 5.0, 12: 0.5, 16: 1.0}),
    Rush(flow="technician", days=SAT_WED, hours={9: 1.0}),
    Rush(flow="berlin", days=MON_FRI, hours={8: 2.0, 10: 1.0, 12: 0.5}),
    Rush(flow="berlin", days=("Sat",), hours={19: 0.5, 21: 2.0, 23: 2.0}),
    Rush(flow="berlin", days=("Sun",), hours={1: 2.0, 2: 3.0, 3: 2.0, 4: 0.5}),
    Rush(flow="known", days=MON_FRI, hours={9: 1.0, 15: 1.0}),
    Rush(flow="anywhere", days=EVERY, hours={5: 0.1, 14: 1.0, 20: 0.5}),
)


class Customers:
    """They come by chance, wait as long as they like, and say how it was."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._known: list[str] = []
        self._served: set[str] = set()  # addresses where something may be open yet
        month.truth.listeners.append(self._follow)

    def come(self, first: date, days: int, scale: float) -> None:
        """Plan all visits."""
        for rush in RUSHES:
            for day in (first + DAY * number for number in range(days)):
                for hour, rate in rush.hours.items() if day.strftime("%a") in rush.days else ():
                    begins = moment(day, f"{hour}:00", QUEUES[QUEUE_OF.get(rush.flow, rush.flow)].zone)
                    for seconds in self._arrivals(rate * scale * (BUSY if day in BUSY_DAYS else 1)):
                        self._month.plan(begins + timedelta(seconds=seconds), partial(self._visit, rush.flow))

    def _arrivals(self, rate: float) -> Iterator[float]:
        """Seconds within an hour, as chance has it."""
        seconds = self._month.die.expovariate(rate / 3600)
        while seconds < 3600:
            yield seconds
            seconds += self._month.die.expovariate(rate / 3600)

    async def _visit(self, flow: str) -> None:
        month = self._month
        free = [address for address in self._known if address not in self._served]
        if free and month.die.random() < COMES_BACK:
            address = month.die.choice(free)
        else:
            address = str(len(self._known) + 1)
            self._known.append(address)
        taken = await month.shop.hears(address, CommandHeard(name="start", argument=flow))
        assert taken.conversation is not None
        story = month.truth.begin(taken.conversation, address, QUEUE_OF.get(flow, flow))
        self._served.add(address)
        if month.die.random() < 0.25:
            month.plan_in(month.die.expovariate(1 / 240), lambda: self._lose_patience(story))
        else:
            month.plan_in(month.die.expovariate(1 / 2400), lambda: self._lose_patience(story))
        if month.die.random() < 0.8:
            month.plan_in(HELLO_SECONDS, lambda: self._say_hello(story))
        month.stir()

    async def _say_hello(self, story: Story) -> None:
        if story.now.state in WAITING:
            await self._month.shop.hears(story.address, "Hello?")
            self._month.plan_in(HELLO_SECONDS, lambda: self._say_hello(story))
        elif story.now.state == "taken" and self._month.die.random() < 0.5:
            await self._month.shop.hears(story.address, "What now?")

    async def _lose_patience(self, story: Story) -> None:
        if story.now.state not in WAITING:
            return
        chance = self._month.die.random()
        if chance < 0.2:
            await self._month.shop.hears(story.address, CustomerBlocked())
        elif chance < 0.6:
            await self._month.shop.hears(story.address, "Leave the queue")
        else:
            await self._leave_number(story)

    async def _leave_number(self, story: Story) -> None:
        story.left_number = True
        await self._month.shop.hears(story.address, "Call me back")
        await self._month.shop.hears(story.address, "+49 30 901820")

    def _follow(self, story: Story, before: Seen | None) -> None:
        month, state = self._month, story.now.state
        if state == "refused" and month.die.random() < 0.3:
            month.plan_within(5, 60, lambda: self._leave_number(story))
        if state == "closed" and month.die.random() < 0.6:
            month.plan_within(5, 300, lambda: self._rate(story))
        if state in OVER:
            month.plan_in(7200, lambda: self._is_free(story))

    async def _rate(self, story: Story) -> None:
        story.score = self._month.die.randint(1, 5)
        await self._month.shop.hears(story.address, str(story.score))

    async def _is_free(self, story: Story) -> None:
        """Nothing is open any more there: they may come again."""
        self._served.discard(story.address)
