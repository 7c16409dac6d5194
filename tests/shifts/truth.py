"""What really happened at the desk, as one who stands beside it writes it down; and whether it was right."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.content import Value
from tests.service.shop import TestClock
from tests.shifts.town import QUEUES

WAITING = ("queued", "offered", "released", "transferred")
OfferEnd = Literal["accepted", "declined", "lapsed", "withdrawn"]

OVER = ("closed", "abandoned", "called_back", "refused")


class Seen(Value, frozen=True, kw_only=True):
    """A hand-off at one moment. `agent` has it, or closed it; `offers` have been made so far."""

    handoff: str
    state: str
    queue: str
    agent: str | None
    offered_to: str | None
    offers: int
    priority: int
    skills: frozenset[str]


@dataclass(kw_only=True)
class Offer:
    """A hand-off that an agent was offered, for the n-th time that it was to anybody. It runs until it has an end."""

    handoff: str
    number: int
    end: OfferEnd | None = None


@dataclass(kw_only=True)
class Agent:
    """Who they are, and whether they are there: not what the house thinks, but what they said and did."""

    id: str
    name: str
    queues: frozenset[str]
    capacity: int
    skills: frozenset[str] = frozenset()
    is_there: bool = False
    came_at: datetime | None = None
    there_seconds: float = 0.0
    offers: list["Offer"] = field(default_factory=list)  # since they came
    taken: int = 0

    def end_offer(
        self, story: "Story", number: int, end: Literal["accepted", "declined", "lapsed", "withdrawn"]
    ) -> None:
        """What became of it; only the first end counts."""
        for offer in self.offers:
            if (offer.handoff, offer.number) == (story.handoff, number) and offer.end is None:
                offer.end = end

    @property
    def missed(self) -> int:
        """How many of the last offers they let lapse, one after the other."""
        ends = [offer.end for offer in reversed(self.offers) if offer.end not in (None, "withdrawn")]
        return next((place for place, end in enumerate(ends) if end != "lapsed"), len(ends))


@dataclass(kw_only=True)
class Story:
    """One hand-off. `changes` are the moments at which it was seen to be another than before."""

    handoff: str
    number: int
    address: str
    queue: str
    asked_at: datetime
    changes: list[tuple[datetime, Seen]] = field(default_factory=list)
    replies: list[tuple[datetime, str]] = field(default_factory=list)
    wrapped_up_at: datetime | None = None
    is_disposed: bool = False
    left_number: bool = False
    is_given_up: bool = False  # just now, by who had the customer
    score: int | None = None
    declined: dict[str, datetime] = field(default_factory=dict)

    @property
    def now(self) -> Seen:
        return self.changes[-1][1]

    @property
    def ended_at(self) -> datetime:
        """When it was last seen to change."""
        return self.changes[-1][0]

    @property
    def conversation(self) -> str:
        return self.handoff.partition(".")[0]

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """Who comes first in a queue is least."""
        return (-self.now.priority, self.asked_at, self.number)


Listener = Callable[[Story, Seen | None], None]


class Truth:
    """Everybody and everything so far. `listeners` are told of each change, with what was before."""

    def __init__(self, clock: TestClock) -> None:
        self._clock = clock
        self.agents: dict[str, Agent] = {}
        self.stories: dict[str, Story] = {}
        self.open: set[str] = set()
        self.listeners: list[Listener] = []
        self.offers = 0

    def begin(self, conversation: str, address: str, queue: str) -> Story:
        """Somebody asks for a person, in an opening hour or not, for the first time in the conversation or again."""
        handoff = f"{conversation}.h{sum(one.conversation == conversation for one in self.stories.values()) + 1}"
        story = Story(
            handoff=handoff, number=len(self.stories), address=address, queue=queue, asked_at=self._clock.now()
        )
        self.stories[handoff] = story
        self.open.add(handoff)
        return story

    def takes_in(self, queue: str, story: Story) -> bool:
        """Whether somebody works in this queue now who is able to help this customer."""
        return QUEUES[queue].is_open(self._clock.now()) and self._is_served(queue, story)

    def come(self, agent: Agent) -> None:
        agent.is_there, agent.came_at, agent.offers = True, self._clock.now(), []

    def go(self, agent: Agent) -> None:
        if agent.came_at is not None:
            agent.there_seconds += (self._clock.now() - agent.came_at).total_seconds()
        agent.is_there, agent.came_at = False, None

    # Looking

    def look(self, seen: Iterable[Seen]) -> None:
        """Write down what has changed, and check that it was right."""
        found = {one.handoff: one for one in seen}
        changed: list[tuple[Story, Seen | None]] = []
        for handoff in [handoff for handoff in found if handoff in self.stories]:
            story = self.stories[handoff]
            before = story.now if story.changes else None
            if before != found[handoff]:
                story.changes.append((self._clock.now(), found[handoff]))
                changed.append((story, before))
                if found[handoff].state in OVER:
                    self.open.discard(handoff)
        for story, before in changed:
            self._follow(story, before)
        for story, before in changed:
            self._check_change(story, before)
        self._check_all()
        for story, before in changed:
            for listener in self.listeners:
                listener(story, before)

    def _follow(self, story: Story, before: Seen | None) -> None:
        """Who lost a customer whom they never wrote to is away, and who let three offers lapse in a row."""
        if before is not None and before.agent is not None and story.now.state in WAITING and not story.is_given_up:
            self.go(self.agents[before.agent])
        story.is_given_up = False
        self._end_offer(story, before)
        now = story.now
        if now.agent is not None and now.state == "taken" and (before is None or before.agent != now.agent):
            self.agents[now.agent].taken += 1
        if now.offered_to is not None and (before is None or before.offers != now.offers):
            self.agents[now.offered_to].offers.append(Offer(handoff=story.handoff, number=now.offers))

    def _end_offer(self, story: Story, before: Seen | None) -> None:
        now = story.now
        if before is None or before.offered_to is None:
            return
        if (before.offers, before.offered_to) == (now.offers, now.offered_to):
            return
        agent = self.agents[before.offered_to]
        if story.now.state == "taken":
            agent.end_offer(story, before.offers, "accepted" if story.now.agent == agent.id else "withdrawn")
            return
        began = next(at for at, seen in story.changes if seen.offers == before.offers)
        is_late = self._clock.now() >= began + timedelta(seconds=QUEUES[before.queue].offer_seconds)
        agent.end_offer(story, before.offers, "lapsed" if is_late and story.now.state not in OVER else "withdrawn")
        if agent.is_there and agent.missed >= 3:
            self.go(agent)

    # What must be true

    def _check_change(self, story: Story, before: Seen | None) -> None:
        now = story.now
        if before is None and now.state in OVER:
            assert not self._could_be_taken_in(story), f"{story} was refused"
        elif before is None or before.queue != now.queue:
            assert QUEUES[now.queue].is_open(self._clock.now()), f"{story} came in when nobody works"
        if now.offered_to is not None and (before is None or before.offers != now.offers):
            self.offers += 1
            agent = self.agents[now.offered_to]
            assert agent.is_there, f"{agent.name} is not there"
            assert self._serves(agent, story), f"{agent.name} does not serve {now}"
            for other in self.waiting():
                overtaken = other.rank < story.rank and self._could_be_asked(agent, other)
                assert not overtaken, f"{other} waits for longer than {story}"

    def _check_all(self) -> None:
        for agent in self.agents.values():
            assert self.load(agent) <= agent.capacity, f"{agent.name} has {self.load(agent)}"
            for story in self.waiting() if self.has_room(agent) else ():
                assert not self._could_be_asked(agent, story), f"{agent.name} is free, and nobody asks them for {story}"

    def load(self, agent: Agent) -> int:
        """Those whom they have, and those whom they may accept."""
        stories = (self.stories[handoff].now for handoff in self.open if self.stories[handoff].changes)
        return sum(agent.id == (one.agent if one.state == "taken" else one.offered_to) for one in stories)

    def has_room(self, agent: Agent) -> bool:
        return agent.is_there and self.load(agent) < agent.capacity

    def _all_waiting(self) -> list[Story]:
        stories = (self.stories[handoff] for handoff in self.open)
        return [story for story in stories if story.changes and story.now.state in WAITING]

    def waiting(self) -> list[Story]:
        """Those who wait and are offered to nobody."""
        return [story for story in self._all_waiting() if story.now.offered_to is None]

    def _serves(self, agent: Agent, story: Story) -> bool:
        wanted = QUEUES[story.now.queue].skills | story.now.skills
        return story.now.queue in agent.queues and wanted <= agent.skills

    def _could_be_asked(self, agent: Agent, story: Story) -> bool:
        """Whether the house should have offered the customer to this agent, if they had room."""
        queue = QUEUES[story.now.queue]
        declined = story.declined.get(agent.id)
        pauses = declined is not None and self._clock.now() < declined + timedelta(seconds=queue.offer_seconds)
        return not queue.is_manual and not pauses and self._serves(agent, story)

    def _could_be_taken_in(self, story: Story) -> bool:
        """Whether somebody was there in opening hours, in its queue or the one to which that flows over."""
        queue: str | None = story.queue
        if not QUEUES[story.queue].is_open(self._clock.now()):
            return False
        while queue is not None:
            most = QUEUES[queue].max_waiting
            is_full = most is not None and sum(one.now.queue == queue for one in self._all_waiting()) >= most
            if self.takes_in(queue, story) and not is_full:
                return True
            queue = QUEUES[queue].overflow
        return False

    def _is_served(self, queue: str, story: Story) -> bool:
        wanted = frozenset[str]() if QUEUES[queue].is_manual else QUEUES[queue].skills | story.now.skills
        return any(one.is_there and queue in one.queues and wanted <= one.skills for one in self.agents.values())
