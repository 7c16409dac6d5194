"""All figures of a period, altogether and for each day, week, month, queue, agent, flow or channel."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from bot.content import Value
from bot.reports.figures import Figure
from bot.reports.measures import METRICS, Metric
from bot.reports.periods import DAY, BusinessCalendar, Period, Span
from storage.database import Database
from storage.reporting import Fact, Facts, read_facts

By = Literal["day", "week", "month", "queue", "agent", "flow", "channel"]
SPANS: dict[By, Span] = {"day": "day", "week": "week", "month": "month"}


class Group(Value, frozen=True, kw_only=True):
    """The figures of one day, queue, …, by the names of their metrics.

    `key` is a date in the business's calendar, or an id; none for what belongs to no queue, agent or flow. `title` is
    for people. `first_day` is the first day of a span of time.
    """

    key: str | None
    title: str
    first_day: date | None
    figures: dict[str, Figure]


class Report(Value, frozen=True, kw_only=True):
    """The figures of a period. A conversation with two queues counts in the groups of both, and once in `total`."""

    period: Period
    by: By | None
    groups: tuple[Group, ...]
    total: dict[str, Figure]


async def read_of(database: Database, calendar: BusinessCalendar, period: Period, by: By | None) -> Facts:
    """The facts of a period. Raises DatabaseDown."""
    since, until = calendar.begins(period.first), calendar.begins(period.last + DAY)
    return await database.read(lambda connection: read_facts(connection, since, until, with_flows=by == "flow"))


def make_report(facts: Facts, calendar: BusinessCalendar, period: Period, by: By | None) -> Report:
    """Compute every metric of the facts of this period."""
    total = {metric.name: metric.figure(metric.facts(facts)) for metric in METRICS}
    if by is None:
        groups: tuple[Group, ...] = ()
    elif span := SPANS.get(by):
        groups = _by_time(facts, calendar, period, span)
    else:
        groups = _by_place(facts, by)
    return Report(period=period, by=by, groups=groups, total=total)


def _by_time(facts: Facts, calendar: BusinessCalendar, period: Period, span: Span) -> tuple[Group, ...]:
    """One group for each span of the period, also where nothing happened."""
    figures = _figures(facts, lambda fact: (calendar.first_day(span, calendar.day_of(fact.at)),))
    groups = []
    for first in calendar.spans(span, period):
        shown = calendar.written(first, span)
        groups.append(Group(key=shown, title=shown, first_day=first, figures=figures(first)))
    return tuple(groups)


def _by_place(facts: Facts, by: By) -> tuple[Group, ...]:
    """One group for each place where something happened, by title; last what happened in none."""
    found: set[str | None] = set()

    def places_of(fact: Fact) -> Sequence[str | None]:
        places = places_in(fact, by) or (None,)
        found.update(places)
        return places

    figures = _figures(facts, places_of)
    titles = {place: facts.agent_names.get(place, place) if by == "agent" else place for place in found if place}
    order = sorted(titles, key=lambda place: (titles[place].casefold(), place))
    groups = [Group(key=place, title=titles[place], first_day=None, figures=figures(place)) for place in order]
    if None in found:
        groups.append(Group(key=None, title=f"no {by}", first_day=None, figures=figures(None)))
    return tuple(groups)


def places_in(fact: Fact, by: By) -> tuple[str, ...]:
    """The queues, agents, flows or channels that a fact belongs to."""
    match by:
        case "queue":
            return fact.queues
        case "agent":
            return fact.agents
        case "flow":
            return fact.flows
        case _:
            return (fact.channel,)


def _figures(
    facts: Facts, keys_of: Callable[[Fact], Sequence[date | str | None]]
) -> Callable[[date | str | None], dict[str, Figure]]:
    """All figures of the facts with one key, as a function of the key."""
    sorted_out: dict[str, defaultdict[date | str | None, list[Fact]]] = {}
    for source in dict.fromkeys(metric.source for metric in METRICS):
        by_key = sorted_out[source] = defaultdict(list)
        for fact in getattr(facts, source):
            for key in keys_of(fact):
                by_key[key].append(fact)

    def figures(key: date | str | None) -> dict[str, Figure]:
        return {metric.name: metric.figure(sorted_out[metric.source].get(key, ())) for metric in METRICS}

    return figures


def evidence_of(metric: Metric, facts: Facts) -> list[tuple[Fact, int | float]]:
    """The rows that a metric's figure is computed of, in order of time, each with what it adds."""
    return metric.evidence(metric.facts(facts))
