"""Opening hours over nights, holidays, closures, zones and clock changes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.hours import WEEKDAYS, Calendar, Closure, Holidays, Span, is_open, opens_at

TEHRAN = ZoneInfo("Asia/Tehran")
NOON = datetime.fromisoformat("2026-12-06T12:00")
OFFICE = Calendar(
    name="office",
    time_zone="Asia/Tehran",
    weekly={
        "sat": (Span(start=510, end=750), Span(start=810, end=1020)),
        "sun": (Span(start=510, end=1020),),
        "thu": (Span(start=1320, end=1560),),
    },
    holidays=Holidays(country="IR", also=frozenset({date(2026, 7, 5)}), but=frozenset({date(2026, 3, 21)})),
    closed=(Closure(start=NOON, end=NOON.replace(hour=15), say={"en": "Moving."}),),
)


def at(text: str, zone: ZoneInfo = TEHRAN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-07-11T08:29", False),  # Saturday
        ("2026-07-11T08:30", True),
        ("2026-07-11T12:29:59", True),
        ("2026-07-11T12:30", False),  # lunch
        ("2026-07-11T13:30", True),
        ("2026-07-11T17:00", False),
        ("2026-07-13T10:00", False),  # Monday
        ("2026-07-09T21:59", False),  # Thursday night
        ("2026-07-09T22:00", True),
        ("2026-07-10T01:59", True),  # Friday, still Thursday's span
        ("2026-07-10T02:00", False),
        ("2026-07-10T22:30", False),
        ("2026-07-05T10:00", False),  # a day of our own
        ("2026-03-21T10:00", True),  # Nowruz, but worked
        ("2026-03-22T10:00", False),  # Nowruz
        ("2026-12-06T11:59", True),
        ("2026-12-06T12:00", False),  # closed once
        ("2026-12-06T15:00", True),
    ],
)
def test_the_office_is_open(moment: str, expected: bool) -> None:
    assert is_open(OFFICE, at(moment)) is expected
    assert is_open(OFFICE, at(moment).astimezone(UTC)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-07-11T09:00", "2026-07-11T09:00"),  # open already
        ("2026-07-11T12:30", "2026-07-11T13:30"),
        ("2026-07-11T18:00", "2026-07-12T08:30"),
        ("2026-07-04T18:00", "2026-07-09T22:00"),  # Sunday is a day of our own
        ("2026-07-10T03:00", "2026-07-11T08:30"),
        ("2026-12-06T12:30", "2026-12-06T15:00"),  # the closure ends inside a span
    ],
)
def test_the_office_opens_next(moment: str, expected: str) -> None:
    assert opens_at(OFFICE, at(moment)) == at(expected)


def test_a_holiday_takes_the_night_that_begins_on_it_and_not_the_one_before() -> None:
    nights = Calendar(
        name="nights",
        weekly={"thu": (Span(start=1320, end=1560),), "fri": (Span(start=1320, end=1560),)},
        holidays=Holidays(also=frozenset({date(2026, 7, 10)})),
    )
    assert is_open(nights, datetime(2026, 7, 10, 1, tzinfo=UTC))
    assert not is_open(nights, datetime(2026, 7, 10, 23, tzinfo=UTC))
    assert not is_open(nights, datetime(2026, 7, 11, 1, tzinfo=UTC))


@pytest.mark.parametrize("moment", ["2026-01-01T00:00", "2026-12-25T12:00", "2026-03-29T02:30"])
def test_always_is_always(moment: str) -> None:
    always = Calendar(name="always")
    assert is_open(always, at(moment, ZoneInfo("UTC")))
    assert opens_at(always, at(moment, ZoneInfo("UTC"))) == at(moment, ZoneInfo("UTC"))


def test_open_at_every_hour_but_on_holidays() -> None:
    calendar = Calendar(name="c", time_zone="Europe/Berlin", holidays=Holidays(country="DE", region="BY"))
    assert not is_open(calendar, datetime(2026, 1, 6, 12, tzinfo=UTC))  # Epiphany, in Bavaria alone
    assert opens_at(calendar, datetime(2026, 1, 6, 12, tzinfo=UTC)) == at("2026-01-07T00:00", ZoneInfo("Europe/Berlin"))
    elsewhere = Calendar(name="c", time_zone="Europe/Berlin", holidays=Holidays(country="DE", region="BE"))
    assert is_open(elsewhere, datetime(2026, 1, 6, 12, tzinfo=UTC))


def test_an_hour_that_the_clocks_skip_begins_an_hour_later() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = Calendar(name="c", time_zone="Europe/Berlin", weekly={"sun": (Span(start=150, end=300),)})
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert opens_at(calendar, before) == at("2026-03-29T03:30", berlin)
    assert not is_open(calendar, datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert is_open(calendar, datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def test_what_never_opens_has_no_next_opening() -> None:
    assert opens_at(Calendar(name="never", weekly={}), datetime(2026, 1, 1, tzinfo=UTC)) is None
    shut = Closure(start=datetime(2020, 1, 1), end=datetime(2099, 1, 1))  # noqa: DTZ001  # the calendar's wall clock
    assert opens_at(Calendar(name="shut", closed=(shut,)), datetime(2026, 1, 1, tzinfo=UTC)) is None


SPANS = st.builds(
    lambda start, length: Span(start=start, end=start + length), st.integers(0, 1439), st.integers(1, 1440)
)
CALENDARS = st.builds(
    lambda weekly, zone, also: Calendar(
        name="c", time_zone=zone, weekly=weekly, holidays=Holidays(also=frozenset(also))
    ),
    st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(SPANS, max_size=2).map(tuple)),
    st.sampled_from(["UTC", "Asia/Tehran", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
)


@settings(max_examples=150, deadline=None)
@given(CALENDARS, st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, moment: datetime) -> None:
    opening = opens_at(calendar, moment)
    if opening is None:
        assert not any(calendar.weekly.values() if calendar.weekly else ())
        return
    assert opening >= moment
    assert is_open(calendar, opening)
    assert opening == moment or not any(
        is_open(calendar, moment + (opening - moment) * share / 37) for share in range(37)
    )
