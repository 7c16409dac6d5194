"""Days, weeks and months: of the business, not of the server."""

from datetime import UTC, date, datetime, timedelta

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.periods import BusinessCalendar, Period, Span
from bot.settings import Business, Weekday

TEHRAN = BusinessCalendar(Business(time_zone="Asia/Tehran", calendar="jalali", weekend=("thu", "fri")))
BERLIN = BusinessCalendar(Business(time_zone="Europe/Berlin"))
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
ZONES = ("Asia/Tehran", "Europe/Berlin", "America/Havana", "Africa/Cairo", "America/Sao_Paulo", "Asia/Kathmandu", "UTC")


def test_a_day_begins_at_the_business_s_midnight() -> None:
    assert TEHRAN.begins(date(2026, 11, 22)) == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    assert TEHRAN.day_of(datetime(2026, 11, 21, 20, 29, 59, tzinfo=UTC)) == date(2026, 11, 21)
    assert TEHRAN.day_of(datetime(2026, 11, 21, 20, 30, tzinfo=UTC)) == date(2026, 11, 22)


def test_days_on_which_the_clocks_change_are_shorter_and_longer() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert BERLIN.begins(spring + timedelta(1)) - BERLIN.begins(spring) == timedelta(hours=23)
    assert BERLIN.begins(autumn + timedelta(1)) - BERLIN.begins(autumn) == timedelta(hours=25)


def test_a_day_without_a_midnight_begins_at_its_first_moment() -> None:
    tehran_then = date(2021, 3, 22)  # the clocks went from 24:00 to 1:00
    assert TEHRAN.begins(tehran_then) == datetime(2021, 3, 21, 20, 30, tzinfo=UTC)
    assert TEHRAN.day_of(TEHRAN.begins(tehran_then)) == tehran_then


@given(DAYS, st.sampled_from(ZONES))
def test_a_day_holds_its_first_moment_and_not_the_one_before(day: date, zone: str) -> None:
    calendar = BusinessCalendar(Business(time_zone=zone))
    begins = calendar.begins(day)
    assert calendar.day_of(begins) == day
    assert calendar.day_of(begins - timedelta(microseconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("weekend", "first"),
    [
        (("sat", "sun"), "mon"),
        (("thu", "fri"), "sat"),
        (("fri",), "sat"),
        (("fri", "sat"), "sun"),
        (("sun", "sat"), "mon"),
        ((), "mon"),
        (("wed", "sat", "sun"), "mon"),
    ],
)
def test_the_week_starts_after_the_weekend(weekend: tuple[Weekday, ...], first: Weekday) -> None:
    calendar = BusinessCalendar(Business(weekend=weekend))
    start = calendar.first_day("week", date(2026, 11, 22))
    assert f"{start:%a}".lower() == first
    assert timedelta(0) <= date(2026, 11, 22) - start < timedelta(days=7)


def test_months_are_those_of_the_business_s_calendar() -> None:
    day = date(2026, 11, 22)  # 1 Azar 1405
    assert TEHRAN.written(day) == "1405-09-01"
    assert TEHRAN.first_day("month", day) == day
    assert TEHRAN.written(day - timedelta(days=1), "month") == "1405-08"
    assert BERLIN.first_day("month", day) == date(2026, 11, 1)
    assert BERLIN.written(day, "month") == "2026-11"


def test_a_leap_year_s_last_day_is_in_its_last_month() -> None:
    leap_day = jdatetime.date(1403, 12, 30).togregorian()
    assert TEHRAN.written(leap_day) == "1403-12-30"
    assert TEHRAN.written(leap_day + timedelta(days=1)) == "1404-01-01"


@given(DAYS, st.integers(0, 800), st.sampled_from(["day", "week", "month"]), st.sampled_from([TEHRAN, BERLIN]))
def test_spans_cover_a_period_without_gaps(first: date, days: int, span: Span, calendar: BusinessCalendar) -> None:
    period = Period(first=first, last=first + timedelta(days=days))
    by_walking = sorted({calendar.first_day(span, first + timedelta(days=day)) for day in range(days + 1)})
    assert list(calendar.spans(span, period)) == by_walking


def test_dates_are_read_in_both_calendars_where_one_counts_so() -> None:
    assert TEHRAN.read("1405-09-01") == TEHRAN.read("۱۴۰۵/۹/۱") == TEHRAN.read("2026-11-22") == date(2026, 11, 22)
    assert BERLIN.read(" 2026-11-22 ") == date(2026, 11, 22)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-11", "26-11-22", "22.11.2026", "2026-11-22-1"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whose text it is makes no difference
        BERLIN.read(text)


def test_a_day_that_its_calendar_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        TEHRAN.read("1405-12-30")
