"""The metric registry: every number that is shown anywhere is one of these, computed here and nowhere else."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.reports import outcomes
from bot.reports.figures import Count, Figure, Share, Spread, share, spread
from storage.reporting import Contact, Fact, Facts, Handling, Request

Source = Literal["contacts", "requests", "handlings", "ratings"]
Evidence = tuple[Fact, int | float]  # a row, and what it adds to the figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many facts there are."""

    def figure(self, facts: Iterable[Any]) -> Count:
        return Count(count=len(self.evidence(facts)))

    def evidence(self, facts: Iterable[Any]) -> list[Evidence]:
        return [(fact, 1) for fact in facts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Which share of the facts that are `of` it is also `part` of it."""

    part: Callable[[Any], bool]
    of: Callable[[Any], bool]
    with_interval: bool = False

    def figure(self, facts: Iterable[Any]) -> Share:
        parts = [part for _, part in self.evidence(facts)]
        return share(int(sum(parts)), len(parts), with_interval=self.with_interval)

    def evidence(self, facts: Iterable[Any]) -> list[Evidence]:
        return [(fact, int(self.part(fact))) for fact in facts if self.of(fact)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """How long it took; facts that are shares `of` the same thing are added up first."""

    seconds: Callable[[Any], float | None]
    of: Callable[[Any], str]

    def figure(self, facts: Iterable[Any]) -> Spread:
        sums: defaultdict[str, float] = defaultdict(float)
        for fact, seconds in self.evidence(facts):
            sums[self.of(fact)] += seconds
        return spread(list(sums.values()))

    def evidence(self, facts: Iterable[Any]) -> list[Evidence]:
        timed = ((fact, self.seconds(fact)) for fact in facts)
        return [(fact, seconds) for fact, seconds in timed if seconds is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number and what it means. `grain`: what one row of it is. A new formula is a new `version`.

    Rows count at the moment named in `grain`, and for a group when they belong to it; one row may belong to several.
    """

    name: str
    title: str
    formula: str
    unit: Literal["count", "percent", "seconds"]
    grain: str
    source: Source
    measure: Counted | Shared | Timed
    version: int = 1

    def facts(self, facts: Facts) -> Sequence[Fact]:
        """The facts of its source."""
        rows: Sequence[Fact] = getattr(facts, self.source)
        return rows

    def figure(self, facts: Iterable[Fact]) -> Figure:
        """The number, computed of facts of its source."""
        return self.measure.figure(facts)

    def evidence(self, facts: Iterable[Fact]) -> list[Evidence]:
        """The rows that the figure is computed of, each with what it adds: 1 or 0, or seconds."""
        return self.measure.evidence(facts)


CONVERSATION = "a conversation, when it was opened"
REQUEST = "a hand-off, when it was requested"
RATING = "a survey, when it was sent"


def _of_conversations(
    name: str, title: str, formula: str, part: Callable[[Contact], bool], of: Callable[[Contact], bool]
) -> Metric:
    measure = Shared(part=part, of=of)
    return Metric(
        name=name, title=title, formula=formula, unit="percent", grain=CONVERSATION, source="contacts", measure=measure
    )


def _contained(name: str, title: str, formula: str, ending: outcomes.Ending) -> Metric:
    """One of the ways to be contained, as a share of all contained."""
    return _of_conversations(
        name,
        title,
        f"{formula} ÷ contained",
        lambda contact: outcomes.ending(contact) == ending,
        outcomes.is_contained,
    )


def _of_requests(
    name: str, title: str, formula: str, part: Callable[[Request], bool], of: Callable[[Request], bool]
) -> Metric:
    measure = Shared(part=part, of=of)
    return Metric(
        name=name, title=title, formula=formula, unit="percent", grain=REQUEST, source="requests", measure=measure
    )


def _time_of_requests(name: str, title: str, formula: str, seconds: Callable[[Request], float | None]) -> Metric:
    measure = Timed(seconds=seconds, of=_id)
    return Metric(
        name=name, title=title, formula=formula, unit="seconds", grain=REQUEST, source="requests", measure=measure
    )


def _of_ratings(name: str, title: str, formula: str, measure: Shared) -> Metric:
    return Metric(
        name=name, title=title, formula=formula, unit="percent", grain=RATING, source="ratings", measure=measure
    )


def _id(fact: Fact) -> str:
    return fact.id


def _handoff(handling: Handling) -> str:
    return handling.handoff_id


def _worked(handling: Handling) -> float:
    return handling.seconds


METRICS: tuple[Metric, ...] = (
    Metric(
        name="conversations",
        title="Conversations",
        formula="conversations opened, by the customer or for them",
        unit="count",
        grain=CONVERSATION,
        source="contacts",
        measure=Counted(),
    ),
    _of_conversations(
        "contained",
        "Contained",
        "closed without an agent, less those who left silently and were back within 24 hours ÷ had the bot",
        outcomes.is_contained,
        outcomes.met_the_bot,
    ),
    _contained("contained_goal", "… goal reached", "a flow came to its own end", "goal"),
    _contained("contained_confirmed", "… confirmed", "the bot's help was rated 4 or 5", "confirmed"),
    _contained("contained_silent", "… left silently", "ended before a flow did", "silent"),
    _contained("contained_wanted", "… wanted a person", "asked for a person and closed without one", "wanted_person"),
    _of_conversations(
        "handed_off", "Handed off", "a queue took it in ÷ had the bot", outcomes.is_handed_off, outcomes.met_the_bot
    ),
    _of_requests(
        "abandoned",
        "Abandoned",
        "left the queue unanswered, not for a callback ÷ queued",
        outcomes.is_abandoned,
        outcomes.is_queued,
    ),
    _of_requests(
        "abandoned_at_once",
        "… at once",
        "left sooner than a short abandon (10 s) ÷ abandoned",
        outcomes.is_abandoned_at_once,
        outcomes.is_abandoned,
    ),
    _time_of_requests(
        "first_response",
        "First response",
        "first message of a person − request of the hand-off",
        outcomes.seconds_to_first_reply,
    ),
    _of_requests(
        "service_level",
        "Service level",
        "answered by a person within the queue's promise (else 60 s, voice 20 s) ÷ (answered + abandoned − at once)",
        outcomes.is_answered_in_time,
        outcomes.counts_for_service_level,
    ),
    _time_of_requests(
        "speed_of_answer",
        "Speed of answer (ASA)",
        "time in queues before the first message of a person, of those who were answered",
        outcomes.seconds_in_queue,
    ),
    Metric(
        name="handling_time",
        title="Handling time (AHT)",
        formula="time with agents + wrap-up, of hand-offs that an agent had and that are over",
        unit="seconds",
        grain="an agent's share of a hand-off, when the hand-off was requested",
        source="handlings",
        measure=Timed(seconds=_worked, of=_handoff),
    ),
    _of_conversations(
        "transferred",
        "Transferred",
        "more than one agent leg ÷ had an agent",
        outcomes.is_transferred,
        outcomes.met_an_agent,
    ),
    _of_ratings(
        "csat",
        "CSAT",
        "scores 4–5 ÷ scores; 95% interval by Wilson",
        Shared(part=outcomes.is_satisfied, of=outcomes.is_csat_answered, with_interval=True),
    ),
    _of_ratings(
        "csat_response",
        "CSAT answered",
        "surveys answered ÷ surveys sent",
        Shared(part=outcomes.is_csat_answered, of=outcomes.is_csat_sent),
    ),
)
BY_NAME = {metric.name: metric for metric in METRICS}
