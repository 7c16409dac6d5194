"""What the house has written down of a month, beside what really happened."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest
from sqlalchemy import Connection, select

from bot.reports.figures import Figure, share, spread
from bot.reports.measures import BY_NAME
from storage import legs
from storage.legs import Leg
from storage.reporting import Facts
from storage.tables import ConversationRow
from tests.shifts.town import QUEUES
from tests.shifts.truth import OVER, Story, Truth

PATIENCE = timedelta(minutes=5)  # with agents who never say how it ended
SHORT_SECONDS = 10.0  # who leaves sooner has not waited


class Stretch(NamedTuple):
    """Who had the customer, from when to when."""

    kind: str
    queue: str | None
    agent: str | None
    begins: datetime
    ends: datetime


def stretches(story: Story) -> Iterator[Stretch]:
    """The hand-off's time in queues and with agents, as it was seen."""
    begun: tuple[str, str, str | None] | None = None
    since = story.asked_at
    for at, seen in story.changes:
        has = None if seen.state in OVER else ("agent" if seen.state == "taken" else "queue", seen.queue, seen.agent)
        if has != begun:
            if begun is not None:
                yield Stretch(*begun, since, at)
            begun, since = has, at


def check_everybody_came_to_an_end(truth: Truth) -> None:
    assert all(story.changes for story in truth.stories.values())
    forgotten = [story for story in truth.stories.values() if story.now.state not in OVER]
    assert not forgotten, forgotten


def check_nobody_waits_longer_than_allowed(truth: Truth) -> None:
    """Neither in one queue, nor with one agent after the other."""
    waits = [stretch for story in truth.stories.values() for stretch in stretches(story) if stretch.kind == "queue"]
    for wait in waits:
        assert wait.queue is not None
        assert _seconds(wait.begins, wait.ends) <= QUEUES[wait.queue].max_wait, wait


def check_legs(connection: Connection, truth: Truth) -> None:
    """The legs of each conversation join without a gap, add up to its length, and are what was seen."""
    by_conversation: defaultdict[str, list[Story]] = defaultdict(list)
    for story in truth.stories.values():
        by_conversation[story.conversation].append(story)
    for conversation, stories in by_conversation.items():
        row = connection.execute(select(ConversationRow).where(ConversationRow.id == conversation)).one()
        kept = legs.of_conversation(connection, conversation)
        assert [leg.number for leg in kept] == list(range(1, len(kept) + 1))
        ends = [leg.ended_at for leg in kept]
        assert [leg.started_at for leg in kept] == [row.opened_at, *ends[:-1]], kept
        assert ends[-1] == row.closed_at, kept
        with_people = [_stretch_of(leg) for leg in kept if leg.kind != "bot"]
        seen = [stretch for story in stories for stretch in stretches(story)]
        assert with_people == [stretch for stretch in seen if stretch.begins < stretch.ends], (with_people, seen)


def _stretch_of(leg: Leg) -> Stretch:
    assert leg.ended_at is not None
    return Stretch(leg.kind, leg.queue, leg.agent_id, leg.started_at, leg.ended_at)


# Figures


def recount(stories: Sequence[Story]) -> dict[str, Figure]:
    """What the reports should say of these hand-offs, from what was seen alone."""
    queued = [story for story in stories if story.changes[0][1].state not in OVER]
    answered = [story for story in queued if story.replies]
    left = [story for story in queued if _is_abandoned(story)]
    at_once = [story for story in left if _seconds(story.asked_at, story.ended_at) < SHORT_SECONDS]
    in_time = [story for story in answered if _to_first_reply(story) <= QUEUES[story.queue].within]
    handled = [seconds for story in stories if (seconds := _handled_seconds(story)) is not None]
    return {
        "abandoned": share(len(left), len(queued)),
        "abandoned_at_once": share(len(at_once), len(left)),
        "service_level": share(len(in_time), len(answered) + len(left) - len(at_once)),
        "first_response": spread([_to_first_reply(story) for story in answered]),
        "speed_of_answer": spread([_queued_seconds(story) for story in answered]),
        "handling_time": spread(handled),
    }


def check_figures(facts: Facts, truth: Truth) -> None:
    """Of everybody together, and of each queue."""
    stories = list(truth.stories.values())
    for queue in (None, *QUEUES):
        recounted = recount([story for story in stories if queue in (None, story.queue)])
        for name, figure in recounted.items():
            metric = BY_NAME[name]
            rows = [fact for fact in metric.facts(facts) if queue is None or queue in fact.queues]
            assert msgspec.structs.asdict(metric.figure(rows)) == _about(figure), (queue, name)


def check_ratings(facts: Facts, truth: Truth) -> None:
    """Each belongs to who closed the conversation, and says what the customer said."""
    closers = defaultdict(set)
    for story in truth.stories.values():
        if story.now.state == "closed":
            closers[story.conversation].add(story.now.agent)
    for rating in facts.ratings:
        assert set(rating.agents) <= closers[rating.id.rpartition(".s")[0]]
    said = sorted(story.score for story in truth.stories.values() if story.score is not None)
    assert sorted(rating.score for rating in facts.ratings if rating.score is not None) == said


def check_fairness(truth: Truth, names: Sequence[str], bound: float) -> None:
    """Agents of the same work have about as many customers for each hour that they were there."""
    agents = [agent for agent in truth.agents.values() if agent.name in names]
    rates = {agent.name: agent.taken / (agent.there_seconds / 3600) for agent in agents}
    assert max(rates.values()) <= bound * min(rates.values()), rates


def _is_abandoned(story: Story) -> bool:
    if story.replies or story.left_number:
        return False
    return story.now.state in ("abandoned", "refused")


def _to_first_reply(story: Story) -> float:
    return _seconds(story.asked_at, story.replies[0][0])


def _queued_seconds(story: Story) -> float:
    """Before the first word of a person."""
    first = story.replies[0][0]
    waits = [stretch for stretch in stretches(story) if stretch.kind == "queue" and stretch.begins < first]
    return sum(_seconds(wait.begins, wait.ends) for wait in waits)


def _handled_seconds(story: Story) -> float | None:
    worked = [stretch for stretch in stretches(story) if stretch.kind == "agent"]
    if not worked:
        return None
    return sum(_seconds(stretch.begins, stretch.ends) for stretch in worked) + _wrap_up_seconds(story, worked[-1])


def _wrap_up_seconds(story: Story, last: Stretch) -> float:
    if story.now.state != "closed" or story.is_disposed or not QUEUES[story.now.queue].has_dispositions:
        return 0.0
    until = min(filter(None, (story.wrapped_up_at, story.ended_at + PATIENCE)))
    return _seconds(story.ended_at, until)


def _seconds(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds()


def _about(figure: Figure) -> dict[str, object]:
    """Sums of microseconds differ in their last digits by the order in which they are added."""
    fields = msgspec.structs.asdict(figure)
    return {
        name: pytest.approx(value, abs=1e-4) if isinstance(value, float) else value for name, value in fields.items()
    }
