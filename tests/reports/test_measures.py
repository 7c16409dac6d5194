"""The metrics, held against small worlds that were counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.reports.figures import Count, Figure, Share, Spread
from bot.reports.measures import BY_NAME, METRICS
from bot.reports.periods import DAY, BusinessCalendar, Period
from bot.reports.report import By, Report, evidence_of, make_report
from bot.settings import Business
from storage import agents
from storage.reporting import Facts, read_facts
from tests.reports.stories import Story

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = Period(first=date(2026, 11, 22), last=date(2026, 11, 22))
UTC_CALENDAR = BusinessCalendar(Business())


def read(connection: Connection, period: Period = TODAY, calendar: BusinessCalendar = UTC_CALENDAR) -> Facts:
    return read_facts(connection, calendar.begins(period.first), calendar.begins(period.last + DAY), with_flows=True)


def report(
    connection: Connection, by: By | None = None, period: Period = TODAY, calendar: BusinessCalendar = UTC_CALENDAR
) -> Report:
    return make_report(read(connection, period, calendar), calendar, period, by)


def total(connection: Connection, name: str) -> Figure:
    return report(connection).total[name]


def parts(connection: Connection, name: str) -> tuple[int, int]:
    found = total(connection, name)
    assert isinstance(found, Share)
    return found.part, found.of


def add_agent(connection: Connection, name: str) -> str:
    return agents.add(connection, name=name, role="agent", telegram_id=None, queues=["support"], now=NOON)


# Conversations


def test_an_empty_world_says_nothing(connection: Connection) -> None:
    for metric in METRICS:
        match report(connection).total[metric.name]:
            case Count(count=count):
                assert count == 0
            case Share(of=of, percent=percent, low=low, high=high):
                assert (of, percent, low, high) == (0, None, None, None)
            case Spread(n=n, p50=p50, p90=p90, mean=mean):
                assert (n, p50, p90, mean) == (0, None, None, None)


def test_containment_and_how_it_came_about(connection: Connection) -> None:
    anna = add_agent(connection, "Anna")
    Story(connection, NOON, "goal").after(60).close(goal=True)
    Story(connection, NOON, "confirmed").after(60).rate(5, after="self_service").close(goal=True)
    Story(connection, NOON, "unhappy").after(60).rate(2, after="self_service").close(goal=True)
    Story(connection, NOON, "silent").after(3600).close()
    Story(connection, NOON, "closed desk").request("support").refuse("closed").after(9).close(goal=True)
    Story(connection, NOON, "left the queue").queue("support").after(99).leave_queue("cancelled").close()
    Story(connection, NOON, "helped").queue("support").take(anna).reply().finish().close(goal=True)
    Story(connection, NOON, "still talking")
    assert total(connection, "conversations") == Count(count=8)
    assert parts(connection, "contained") == (6, 8)
    assert parts(connection, "contained_goal") == (2, 6)
    assert parts(connection, "contained_confirmed") == (1, 6)
    assert parts(connection, "contained_silent") == (1, 6)
    assert parts(connection, "contained_wanted") == (2, 6)
    assert parts(connection, "handed_off") == (2, 8)


def test_who_was_only_followed_up_is_neither_contained_nor_back(connection: Connection) -> None:
    Story(connection, NOON, "went", channel="webchat").close()
    Story(connection, NOON + timedelta(hours=1), "went", channel="webchat", entry="follow_up").close()
    assert parts(connection, "contained") == (1, 1)
    Story(connection, NOON + timedelta(hours=1), "answered", entry="follow_up").after(60).close(goal=True)
    assert total(connection, "conversations") == Count(count=3)
    assert parts(connection, "contained") == (2, 2)


@pytest.mark.parametrize(("hours", "contained"), [(0, 0), (23.99, 0), (24, 0), (24.01, 1)])
def test_who_left_silently_and_is_soon_back_was_not_helped(
    connection: Connection, hours: float, contained: int
) -> None:
    Story(connection, NOON, "7").after(600).close()
    Story(connection, NOON + timedelta(seconds=600, hours=hours), "7", channel="telegram")
    facts = read(connection, Period(first=TODAY.first, last=TODAY.first + 2 * DAY))
    figure = BY_NAME["contained"].figure(facts.contacts)
    assert isinstance(figure, Share)
    assert (figure.part, figure.of) == (contained, 2)


def test_who_is_soon_back_after_a_goal_was_helped(connection: Connection) -> None:
    Story(connection, NOON, "7").after(600).close(goal=True)
    Story(connection, NOON + timedelta(hours=1), "7").close(goal=True)
    assert parts(connection, "contained") == (2, 2)


def test_a_conversation_with_two_agents_was_transferred(connection: Connection) -> None:
    anna, omid = add_agent(connection, "Anna"), add_agent(connection, "Omid")
    Story(connection, NOON, "1").queue("support").take(anna).reply().transfer(omid).reply().finish().close()
    Story(connection, NOON, "2").queue("support").take(anna).reply().finish().close()
    Story(connection, NOON, "3").close()
    assert parts(connection, "transferred") == (1, 2)


# Hand-offs


def test_abandonment_is_of_those_who_were_queued(connection: Connection) -> None:
    anna = add_agent(connection, "Anna")
    Story(connection, NOON, "cancelled").queue("support").after(60).leave_queue("cancelled")
    Story(connection, NOON, "at once").queue("support").after(9.9).leave_queue("cancelled")
    Story(connection, NOON, "its own limit").queue("support", short_seconds=60).after(59).leave_queue("silent")
    Story(connection, NOON, "nobody came").queue("support").after(1800).refuse("max_wait")
    Story(connection, NOON, "taken, not answered").queue("support").after(20).take(anna).after(600).leave_queue(
        "silent"
    )
    Story(connection, NOON, "callback").queue("support").after(60).leave_number().leave_queue("callback")
    Story(connection, NOON, "called later").queue("support").after(1800).refuse("max_wait").leave_number()
    Story(connection, NOON, "answered").queue("support").after(20).take(anna).reply().leave_queue("silent")
    Story(connection, NOON, "waits").queue("support")
    Story(connection, NOON, "never queued").request("support").refuse("closed")
    assert parts(connection, "abandoned") == (5, 9)
    assert parts(connection, "abandoned_at_once") == (2, 5)


def test_the_service_level_leaves_out_who_left_at_once(connection: Connection) -> None:
    anna = add_agent(connection, "Anna")
    for seconds in (10, 60, 61):
        Story(connection, NOON, f"chat {seconds}").queue("support").after(seconds).take(anna).reply()
    for seconds in (20, 21):
        story = Story(connection, NOON, f"call {seconds}", channel="voice").queue("support")
        story.after(seconds).take(anna).reply()
    Story(connection, NOON, "promise").queue("orders", promise_seconds=120).after(120).take(anna).reply()
    Story(connection, NOON, "taken in time").queue("support").take(anna).after(90).reply()
    Story(connection, NOON, "left").queue("support").after(30).leave_queue("cancelled")
    Story(connection, NOON, "left at once").queue("support").after(3).leave_queue("cancelled")
    Story(connection, NOON, "waits").queue("support")
    assert parts(connection, "service_level") == (4, 8)


def test_the_first_response_is_the_first_message_of_a_person(connection: Connection) -> None:
    anna, omid = add_agent(connection, "Anna"), add_agent(connection, "Omid")
    Story(connection, NOON, "1").queue("support").after(10).take(anna).after(5).reply().after(100).reply()
    slow = Story(connection, NOON, "2").queue("support").after(20).take(anna).after(40).release()
    slow.after(60).take(omid).after(15).reply()
    Story(connection, NOON, "3").queue("support").after(100).take(anna)
    found = total(connection, "first_response")
    assert isinstance(found, Spread)
    assert (found.n, found.p50, found.p90, found.mean) == (2, 75.0, 123.0, 75.0)
    asa = total(connection, "speed_of_answer")
    assert isinstance(asa, Spread)
    assert (asa.n, asa.mean) == (2, (10 + 20 + 60) / 2)


def test_handling_time_is_that_of_agents_and_their_wrap_up(connection: Connection) -> None:
    anna, omid = add_agent(connection, "Anna"), add_agent(connection, "Omid")
    both = Story(connection, NOON, "1").queue("support").after(50).take(anna).after(100).transfer(omid)
    both.after(30).finish(wrap_up_seconds=20).after(1000).close()
    back = Story(connection, NOON, "2").queue("support").take(anna).after(10).release().after(500).take(anna)
    back.after(40).finish()
    Story(connection, NOON, "still with an agent").queue("support").take(anna).after(60)
    found = total(connection, "handling_time")
    assert isinstance(found, Spread)
    assert (found.n, found.mean, found.p50) == (2, 100.0, 100.0)
    by_agent = {group.title: group.figures["handling_time"] for group in report(connection, "agent").groups}
    assert by_agent["Anna"] == Spread(n=2, p50=75.0, p90=95.0, mean=75.0)
    assert by_agent["Omid"] == Spread(n=1, p50=50.0, p90=50.0, mean=50.0)


# Ratings


def test_csat_is_of_scores_and_its_response_rate_of_the_sent(connection: Connection) -> None:
    for place, score in enumerate([5, 4, 3, None, None, None]):
        Story(connection, NOON, str(place)).rate(score)
    Story(connection, NOON, "another kind").rate(9, kind="nps")
    csat = total(connection, "csat")
    assert isinstance(csat, Share)
    assert (csat.part, csat.of) == (2, 3)
    assert csat.low == pytest.approx(20.77, abs=0.01)
    assert csat.high == pytest.approx(93.85, abs=0.01)
    assert parts(connection, "csat_response") == (3, 6)


def test_a_rating_belongs_to_the_day_it_was_sent(connection: Connection) -> None:
    Story(connection, NOON - DAY, "7").after(86_400).rate(5)
    assert parts(connection, "csat") == (1, 1)
    assert total(connection, "conversations") == Count(count=0)


# Groups


def test_groups_and_their_sum(connection: Connection) -> None:
    anna = add_agent(connection, "Anna")
    two = Story(connection, NOON, "1", flows=("main_menu", "orders")).queue("orders").take(anna).reply().finish()
    two.queue("support").after(5).leave_queue("cancelled").close()
    Story(connection, NOON, "2", channel="webchat", flows=("main_menu", "pattern_completed")).close(goal=True)

    def conversations(by: By) -> dict[str | None, Figure]:
        made = report(connection, by)
        assert made.total["conversations"] == Count(count=2)
        return {group.key: group.figures["conversations"] for group in made.groups}

    one, both = Count(count=1), Count(count=2)
    assert conversations("queue") == {"orders": one, "support": one, None: one}
    assert conversations("agent") == {anna: one, None: one}
    assert conversations("channel") == {"telegram": one, "webchat": one}
    assert conversations("flow") == {"main_menu": both, "orders": one, "person": Count(count=0)}
    assert [group.title for group in report(connection, "agent").groups] == ["Anna", "no agent"]


def test_the_wait_belongs_to_the_queue_that_was_asked_for(connection: Connection) -> None:
    anna = add_agent(connection, "Anna")
    Story(connection, NOON, "1").queue("orders").after(30).take(anna).reply().finish()
    found = {group.key: group.figures["first_response"] for group in report(connection, "queue").groups}
    assert found == {"orders": Spread(n=1, p50=30.0, p90=30.0, mean=30.0)}


def test_days_are_those_of_the_business(connection: Connection) -> None:
    tehran = BusinessCalendar(Business(time_zone="Asia/Tehran", calendar="jalali", weekend=("thu", "fri")))
    midnight = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    Story(connection, midnight - timedelta(microseconds=1), "before")
    Story(connection, midnight, "at")
    Story(connection, midnight + DAY - timedelta(microseconds=1), "the last")
    Story(connection, midnight + DAY, "after")
    period = Period(first=date(2026, 11, 21), last=date(2026, 11, 22))
    by_day = report(connection, "day", period, tehran).groups
    assert [(group.key, group.figures["conversations"]) for group in by_day] == [
        ("1405-08-30", Count(count=1)),
        ("1405-09-01", Count(count=2)),
    ]
    by_month = report(connection, "month", period, tehran).groups
    assert [(group.key, group.figures["conversations"]) for group in by_month] == [
        ("1405-08", Count(count=1)),
        ("1405-09", Count(count=2)),
    ]
    weeks = [group.key for group in report(connection, "week", period, tehran).groups]
    assert weeks == ["1405-08-30"]  # a Saturday


def test_a_day_without_conversations_is_there_and_says_so(connection: Connection) -> None:
    period = Period(first=date(2026, 11, 21), last=date(2026, 11, 22))
    Story(connection, NOON, "7").close(goal=True)
    quiet, busy = report(connection, "day", period).groups
    assert quiet.figures["conversations"] == Count(count=0)
    assert quiet.figures["contained"] == Share(part=0, of=0, percent=None, low=None, high=None)
    assert busy.figures["contained"] == Share(part=1, of=1, percent=100.0, low=None, high=None)


# Rows


def test_every_figure_opens_into_the_rows_it_was_computed_of(connection: Connection) -> None:
    anna = add_agent(connection, "Anna")
    left = Story(connection, NOON, "1").queue("support").after(60).leave_queue("cancelled")
    Story(connection, NOON + timedelta(seconds=1), "2").queue("support").after(9).take(anna).reply().finish().close()
    facts = read(connection)
    rows = evidence_of(BY_NAME["abandoned"], facts)
    assert [(fact.id == left.handoff, value) for fact, value in rows] == [(True, 1), (False, 0)]
    for metric in METRICS:
        values = [value for _, value in evidence_of(metric, facts)]
        match report(connection).total[metric.name]:
            case Count(count=count):
                assert sum(values) == count
            case Share(part=part, of=of):
                assert (sum(values), len(values)) == (part, of)
            case Spread(n=n, mean=mean):
                assert len(values) == n
                assert mean is None or sum(values) / n == pytest.approx(mean)


def test_every_metric_says_what_it_is() -> None:
    assert len(BY_NAME) == len(METRICS)
    for metric in METRICS:
        assert metric.title
        assert metric.formula
        assert metric.grain
        assert metric.version >= 1
