"""Who works there and who writes there, each by their own habits and a die."""

import math
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.content import Content, RichText, Value
from tests.shifts.month import Month
from tests.shifts.town import BERLIN, CAIRO, QUEUES, TEHRAN
from tests.shifts.truth import WAITING, Agent, Seen, Story

DAY = timedelta(days=1)
MANUAL = {name for name, queue in QUEUES.items() if queue.is_manual}


class Job(Value, frozen=True, kw_only=True):
    """What somebody was hired for. `days` are those on which they work, by `hours` of their own clock."""

    name: str
    zone: ZoneInfo
    days: tuple[str, ...]
    hours: tuple[str, str]
    lunch: tuple[str, str] | None = None
    queues: tuple[str, ...]
    capacity: int = 1
    skills: tuple[str, ...] = ()
    role: str = "agent"
    telegram_id: int | None = None  # of who works in the private chat
    vanishes: float = 0.03
    declines: float = 0.06
    misses: float = 0.05


SUN_THU, SAT_WED, MON_FRI = (
    ("Sun", "Mon", "Tue", "Wed", "Thu"),
    ("Sat", "Sun", "Mon", "Tue", "Wed"),
    ("Mon", "Tue", "Wed", "Thu", "Fri"),
)
EVERY = ("Sat", *SUN_THU, "Fri")
JOBS = (
    *(
        Job(name=name, zone=CAIRO, days=SUN_THU, hours=("09:00", "17:30"), lunch=("13:00", "14:00"), queues=("cairo",))
        for name in ("Amal", "Basma", "Camal")
    ),
    Job(
        name="Darya",
        zone=TEHRAN,
        days=SAT_WED,
        hours=("08:25", "17:00"),
        queues=("tehran",),
        capacity=2,
        skills=("repairs",),
    ),
    Job(name="Elham", zone=TEHRAN, days=SAT_WED, hours=("08:30", "16:40"), queues=("tehran",), capacity=2, misses=0.3),
    Job(
        name="Frieda",
        zone=BERLIN,
        days=MON_FRI,
        hours=("08:00", "18:00"),
        lunch=("11:55", "12:40"),
        queues=("berlin", "known"),
        capacity=3,
        skills=("german", "repairs"),
    ),
    Job(
        name="Gerd",
        zone=BERLIN,
        days=(*MON_FRI, "Sat"),
        hours=("09:00", "17:00"),
        queues=("berlin", "known", "anywhere"),
        skills=("german",),
        capacity=2,
        telegram_id=77,
    ),
    Job(name="Hans", zone=BERLIN, days=("Sat",), hours=("20:00", "28:10"), queues=("berlin",), skills=("german",)),
    Job(name="Iris", zone=BERLIN, days=EVERY, hours=("06:00", "15:00"), queues=("anywhere",), capacity=2),
    Job(
        name="Juri",
        zone=BERLIN,
        days=EVERY,
        hours=("14:00", "23:00"),
        queues=("anywhere",),
        role="supervisor",
        capacity=3,
    ),
)


class Staff:
    """The agents at work."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._jobs: dict[str, Job] = {}
        self._picking: set[str] = set()
        month.truth.listeners.append(self._follow)

    async def hire(self) -> None:
        """All of them, none of whom is there yet."""
        agents, truth = self._month.shop.agents, self._month.truth
        for job in JOBS:
            card = await agents.add(
                job.name,
                telegram_id=job.telegram_id,
                queues=job.queues,
                role="supervisor" if job.role == "supervisor" else "agent",
                capacity=job.capacity,
                skills=job.skills,
                works_privately=job.telegram_id is not None,
            )
            await agents.be(card.id, "away")
            self._jobs[card.id] = job
            truth.agents[card.id] = Agent(
                id=card.id,
                name=job.name,
                queues=frozenset(job.queues),
                capacity=job.capacity,
                skills=frozenset(job.skills),
            )

    def work(self, first: date, days: int) -> None:
        """Plan everybody's days."""
        for agent, job in self._jobs.items():
            for day in (first + DAY * number for number in range(days)):
                if day.strftime("%a") in job.days:
                    self._plan_day(agent, job, day)

    def _plan_day(self, agent: str, job: Job, day: date) -> None:
        """Nobody comes and goes on the second."""

        def at(hour: str) -> datetime:
            return moment(day, hour, job.zone) + timedelta(seconds=self._month.die.uniform(0, 180))

        self._month.plan(at(job.hours[0]), lambda: self._come(agent))
        self._month.plan(at(job.hours[1]), lambda: self._go(agent, "away"))
        if job.lunch is not None:
            self._month.plan(at(job.lunch[0]), lambda: self._go(agent, "break"))
            self._month.plan(at(job.lunch[1]), lambda: self._come(agent))

    async def _come(self, agent: str) -> None:
        await self._month.shop.agents.be(agent, "available")
        self._month.truth.come(self._month.truth.agents[agent])
        self._month.stir()

    async def _go(self, agent: str, state: str) -> None:
        await self._month.shop.agents.be(
            agent, "break" if state == "break" else "away", "lunch" if state == "break" else None
        )
        self._month.truth.go(self._month.truth.agents[agent])
        self._month.stir()

    # What they see

    def _follow(self, story: Story, before: Seen | None) -> None:
        month, now = self._month, story.now
        if now.offered_to is not None and (before is None or before.offers != now.offers):
            self._hear_offer(story, now.offered_to)
        if now.state == "taken" and now.agent is not None and (before is None or before.agent != now.agent):
            self._serve(story, now.agent)
        if before is not None and before.agent is not None and not month.truth.agents[before.agent].is_there:
            month.plan_in(900, partial(self._come_back, before.agent))
        if now.state in WAITING and now.queue in MANUAL:
            for agent in month.truth.agents.values():
                if now.queue in agent.queues and agent.id not in self._picking:
                    self._picking.add(agent.id)
                    month.plan_within(4, 70, partial(self._pick, agent))

    def _hear_offer(self, story: Story, agent: str) -> None:
        month, job = self._month, self._jobs[agent]
        chance = month.die.random()
        if chance < job.misses:
            month.plan_in(600, lambda: self._come_back(agent))
        elif chance < job.misses + job.declines:
            month.plan_within(2, 12, lambda: self._decline(story, agent))
        else:
            month.plan_within(1, 14, lambda: self._accept(story, agent))

    async def _come_back(self, agent: str) -> None:
        """Who was found to be away says that they are there."""
        if not self._month.truth.agents[agent].is_there and self._is_at_work(agent):
            await self._come(agent)

    def _is_at_work(self, agent: str) -> bool:
        job = self._jobs[agent]
        days = (self._month.now.astimezone(job.zone).date() - DAY * ago for ago in (0, 1))
        shifts = [[moment(day, hour, job.zone) for hour in job.hours] for day in days if day.strftime("%a") in job.days]
        return any(begins <= self._month.now < ends for begins, ends in shifts)

    async def _accept(self, story: Story, agent: str) -> None:
        if story.now.offered_to == agent:  # an offer to them, if not the same
            answer = await self._month.shop.handoffs.accept(story.handoff, agent, self._month.act())
            assert answer.done, answer

    async def _decline(self, story: Story, agent: str) -> None:
        if story.now.offered_to != agent:
            return
        offer = story.now.offers
        answer = await self._month.shop.handoffs.decline(story.handoff, agent, self._month.act())
        assert answer.done, answer
        story.declined[agent] = self._month.now
        self._month.truth.agents[agent].end_offer(story, offer, "declined")

        async def look_again() -> None:
            self._month.stir()

        self._month.plan_in(QUEUES[story.now.queue].offer_seconds, look_again)

    async def _pick(self, agent: Agent) -> None:
        """The first one in the queues from which they pick."""
        self._picking.discard(agent.id)
        truth = self._month.truth
        waiting = [
            story for story in truth.waiting() if QUEUES[story.now.queue].is_manual and story.now.queue in agent.queues
        ]
        if waiting and truth.has_room(agent):
            first = min(waiting, key=lambda story: story.rank)
            answer = await self._month.shop.handoffs.take(first.handoff, agent.id, self._month.act())
            assert answer.done, answer
            waiting.remove(first)
        if waiting:
            self._picking.add(agent.id)
            self._month.plan_within(20, 90, lambda: self._pick(agent))

    # What they do with those whom they have

    def _serve(self, story: Story, agent: str) -> None:
        month = self._month
        if month.die.random() < self._jobs[agent].vanishes:
            return
        since, late = month.now, month.die.random() < 0.05
        month.plan_within(*((70, 400) if late else (5, 50)), lambda: self._reply(story, agent, since))
        month.plan_in(math.exp(month.die.gauss(5.5, 0.7)) + 30, lambda: self._finish(story, agent, since))

    def _has(self, story: Story, agent: str, since: datetime) -> bool:
        return story.now.state == "taken" and story.now.agent == agent and story.ended_at == since

    async def _reply(self, story: Story, agent: str, since: datetime) -> None:
        if not self._has(story, agent, since):
            return
        content = Content(text=RichText(text="Hello."))
        act = self._month.act()
        answer = await self._month.shop.handoffs.reply(story.handoff, agent, act, content, act)
        assert answer.done, answer
        story.replies.append((self._month.now, agent))
        if self._month.die.random() < 0.3:
            self._month.plan_within(30, 200, lambda: self._reply(story, agent, since))

    async def _finish(self, story: Story, agent: str, since: datetime) -> None:
        if not self._has(story, agent, since):
            return
        if not await self._pass_on(story, agent):
            await self._close(story, agent)

    async def _pass_on(self, story: Story, agent: str) -> bool:
        """Sometimes it is nothing for them: true when somebody else is to see to it."""
        chance, handoffs, truth = self._month.die.random(), self._month.shop.handoffs, self._month.truth
        act = self._month.act()
        story.is_given_up = chance < 0.12
        if chance < 0.06:
            answer = await handoffs.release(story.handoff, agent, act)
            assert answer.done, answer
        elif chance < 0.12:
            queue = self._month.die.choice([name for name in QUEUES if name != story.now.queue])
            if not truth.takes_in(queue, story):
                story.is_given_up = False
                return False
            answer = await handoffs.transfer(story.handoff, agent, act, queue=queue)
            assert answer.done, answer
        elif chance < 0.18:
            other = self._month.die.choice([one for one in truth.agents.values() if one.id != agent])
            answer = await handoffs.transfer(story.handoff, agent, act, to_agent=other.id)
            assert answer.done == truth.has_room(other), answer
            return answer.done
        return chance < 0.12

    async def _close(self, story: Story, agent: str) -> None:
        """With a word on how it ended, or that a moment later, or never."""
        handoffs, chance = self._month.shop.handoffs, self._month.die.random()
        story.is_disposed = chance < 0.6 and QUEUES[story.now.queue].has_dispositions
        disposition = "solved" if story.is_disposed else None
        answer = await handoffs.close(story.handoff, agent, self._month.act(), disposition=disposition)
        if answer.done and not story.is_disposed and chance < 0.9:
            self._month.plan_within(10, 280, lambda: self._wrap_up(story, agent))

    async def _wrap_up(self, story: Story, agent: str) -> None:
        disposition = "solved" if QUEUES[story.now.queue].has_dispositions else None
        answer = await self._month.shop.handoffs.wrap_up(
            story.handoff, agent, self._month.act(), disposition=disposition
        )
        assert answer.done, answer
        story.wrapped_up_at = self._month.now


def moment(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """That hour of that day; hours beyond 24 are of the next one."""
    hours, minutes = map(int, hour.split(":"))
    return datetime.combine(day + DAY * (hours // 24), time(hours % 24, minutes), zone).astimezone(UTC)
