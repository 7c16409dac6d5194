"""Whatever happens, the report says what a slow and simple recount of the same stories says."""

import itertools
import statistics
from datetime import UTC, date, datetime
from typing import Literal

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.reports.figures import Count, Figure, Share, Spread
from bot.reports.periods import DAY, BusinessCalendar, Period
from bot.reports.report import make_report
from bot.settings import Business
from storage.reporting import read_facts
from tests.reports.stories import Story

CALENDAR = BusinessCalendar(Business())
DAYS = itertools.count(date(2001, 1, 1).toordinal(), 3)  # every example has days of its own in the one database
CUSTOMERS = itertools.count()

End = Literal["answered", "taken", "cancelled", "silent", "callback", "max_wait", "called later", "refused", "waits"]


class Wish(msgspec.Struct, frozen=True):
    """Somebody asks for a person, waits so many seconds, and this comes of it after so many more."""

    end: End
    wait: int
    work: int


class Visit(msgspec.Struct, frozen=True):
    """One conversation from its opening to its end, if it has one."""

    channel: Literal["telegram", "webchat", "voice"]
    wish: Wish | None
    closed: bool
    goal: bool
    asked_to_rate: bool
    score: int | None


WISHES = st.builds(
    Wish,
    end=st.sampled_from(
        ["answered", "taken", "cancelled", "silent", "callback", "max_wait", "called later", "refused", "waits"]
    ),
    wait=st.integers(0, 90),
    work=st.integers(0, 300),
)
VISITS = st.builds(
    Visit,
    channel=st.sampled_from(["telegram", "webchat", "voice"]),
    wish=st.none() | WISHES,
    closed=st.booleans(),
    goal=st.booleans(),
    asked_to_rate=st.booleans(),
    score=st.none() | st.integers(1, 5),
)


def happen(connection: Connection, at: datetime, visit: Visit) -> None:
    story = Story(connection, at, f"customer {next(CUSTOMERS)}", channel=visit.channel)
    if visit.wish is not None:
        wished(story, visit.wish)
    if visit.asked_to_rate:
        story.rate(visit.score, after="handoff" if visit.wish else "self_service")
    if visit.closed:
        story.close(goal=visit.goal)


def wished(story: Story, wish: Wish) -> None:
    if wish.end == "refused":
        story.request("support").refuse("closed")
        return
    story.queue("support").after(wish.wait)
    match wish.end:
        case "answered":
            story.take("anna").reply().after(wish.work).finish()
        case "taken":
            story.take("anna").after(wish.work).leave_queue("silent")
        case "cancelled" | "silent":
            story.leave_queue(wish.end)
        case "callback":
            story.leave_number().leave_queue("callback")
        case "max_wait":
            story.refuse("max_wait")
        case "called later":
            story.refuse("max_wait").leave_number()


def recount(visits: list[Visit]) -> dict[str, Figure]:
    """The same figures, one question at a time."""
    wishes = [(visit.channel, visit.wish) for visit in visits if visit.wish is not None]
    queued = [(channel, wish) for channel, wish in wishes if wish.end != "refused"]
    contained = [v for v in visits if v.closed and (v.wish is None or v.wish.end not in ("answered", "taken"))]
    left = [wish for _, wish in queued if wish.end in ("taken", "cancelled", "silent", "max_wait")]
    waited = [wish.wait + (wish.work if wish.end == "taken" else 0) for wish in left]
    answered = [(channel, wish) for channel, wish in queued if wish.end == "answered"]
    in_time = [wish for channel, wish in answered if wish.wait <= (20 if channel == "voice" else 60)]
    rated = [visit.score for visit in visits if visit.asked_to_rate and visit.score is not None]
    found = {
        "contained": (len(contained), len(visits)),
        "contained_wanted": (sum(v.wish is not None for v in contained), len(contained)),
        "contained_goal": (sum(v.wish is None and v.goal and not is_pleased(v) for v in contained), len(contained)),
        "handed_off": (len(queued), len(visits)),
        "abandoned": (len(left), len(queued)),
        "abandoned_at_once": (sum(seconds < 10 for seconds in waited), len(left)),
        "service_level": (len(in_time), len(answered) + sum(seconds >= 10 for seconds in waited)),
        "csat_response": (len(rated), sum(visit.asked_to_rate for visit in visits)),
    }
    figures: dict[str, Figure] = {name: plain_share(part, of) for name, (part, of) in found.items()}
    figures["conversations"] = Count(count=len(visits))
    figures["first_response"] = plain_spread([float(wish.wait) for _, wish in answered])
    figures["handling_time"] = plain_spread([float(w.work) for _, w in queued if w.end in ("answered", "taken")])
    return figures


def is_pleased(visit: Visit) -> bool:
    return visit.asked_to_rate and (visit.score or 0) >= 4


def plain_share(part: int, of: int) -> Share:
    return Share(part=part, of=of, percent=part / of * 100 if of else None, low=None, high=None)


def plain_spread(seconds: list[float]) -> Spread:
    if len(seconds) < 2:
        one = seconds[0] if seconds else None
        return Spread(n=len(seconds), p50=one, p90=one, mean=one)
    tenths = statistics.quantiles(seconds, n=10, method="inclusive")
    return Spread(n=len(seconds), p50=statistics.median(seconds), p90=tenths[8], mean=statistics.fmean(seconds))


def rounded(figure: Figure) -> dict[str, object]:
    fields = msgspec.structs.asdict(figure)
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in fields.items()}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(VISITS, st.integers(0, 1), st.integers(0, 80_000)), max_size=8))
def test_the_report_says_what_a_recount_says(connection: Connection, visits: list[tuple[Visit, int, int]]) -> None:
    first = date.fromordinal(next(DAYS))
    opened = datetime(first.year, first.month, first.day, tzinfo=UTC)
    for visit, day, second in visits:
        happen(connection, opened + day * DAY + (DAY / 86_400) * second, visit)
    period = Period(first=first, last=first + DAY)
    facts = read_facts(connection, CALENDAR.begins(first), CALENDAR.begins(first + 2 * DAY), with_flows=True)
    report = make_report(facts, CALENDAR, period, "channel")
    groups = {group.key: group.figures for group in report.groups}
    channels = sorted({visit.channel for visit, _, _ in visits})
    assert sorted(groups, key=str) == channels
    recounts = [(report.total, recount([visit for visit, _, _ in visits]))]
    recounts += [(groups[channel], recount([v for v, _, _ in visits if v.channel == channel])) for channel in channels]
    for figures, recounted in recounts:
        assert {name: rounded(figures[name]) for name in recounted} == {
            name: rounded(figure) for name, figure in recounted.items()
        }
