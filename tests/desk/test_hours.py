"""Opening hours over nights, holidays, closures, zones and clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.desk.hours import WEEKDAYS, Calendar, Closure, Holidays, Span, after_open_seconds, is_open, opens_at

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
@example(
    Calendar(name="c", time_zone="Australia/Lord_Howe", weekly={"sat": (Span(start=91, end=1531),)}),
    datetime(2026, 4, 4, 14, 30, tzinfo=UTC),
)
@given(CALENDARS, st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, moment: datetime) -> None:
    opening = opens_at(calendar, moment)
    if opening is None:
        assert not any(calendar.weekly.values() if calendar.weekly else ())
        return
    assert opening >= moment
    assert is_open(calendar, opening)
    # In UTC: an hour that comes twice is equal to nothing of another zone.
    assert opening.astimezone(UTC) == moment or not any(
        is_open(calendar, moment + (opening - moment) * share / 37) for share in range(37)
    )


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-07-11T09:00", 10, "2026-07-11T09:10"),
        ("2026-07-11T12:25", 10, "2026-07-11T13:35"),  # over lunch
        ("2026-07-11T16:55", 10, "2026-07-12T08:35"),  # over night
        ("2026-07-09T23:55", 10, "2026-07-10T00:05"),  # past midnight it is the same evening
        ("2026-07-12T16:59", 2, "2026-07-16T22:01"),  # no working day until Thursday night
        ("2026-12-06T11:55", 10, "2026-12-06T15:05"),  # over a closure
        ("2026-07-11T18:00", 1, "2026-07-12T08:31"),  # asked for when closed: counted from the opening on
    ],
)
def test_what_is_promised_is_counted_in_open_hours(start: str, minutes: int, expected: str) -> None:
    assert after_open_seconds(OFFICE, at(start), minutes * 60) == at(expected)


def test_what_never_opens_is_never_late() -> None:
    assert after_open_seconds(Calendar(name="never", weekly={}), datetime(2026, 1, 1, tzinfo=UTC), 60) is None


@settings(max_examples=100, deadline=None)
@given(CALENDARS, st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_always_open_desk_counts_every_second_also_when_clocks_change(calendar: Calendar, moment: datetime) -> None:
    always = Calendar(name="always", time_zone=calendar.time_zone)
    assert after_open_seconds(always, moment, 86_400) == moment + timedelta(days=1)


HALF_HOUR = timedelta(minutes=30)
JUNE = datetime(2026, 6, 1)  # noqa: DTZ001  # the calendar's wall clock
HALF_HOURS = st.builds(
    lambda start, length: Span(start=start * 30, end=(start + length) * 30), st.integers(0, 47), st.integers(1, 48)
)
HALF_HOURLY = st.builds(
    lambda weekly, zone, also, shut: Calendar(
        name="c", time_zone=zone, weekly=weekly, holidays=Holidays(also=frozenset(also)), closed=tuple(shut)
    ),
    st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(HALF_HOURS, max_size=2).map(tuple), min_size=1),
    st.sampled_from(["UTC", "Asia/Tehran", "Asia/Kolkata"]),  # their clocks don't change
    st.sets(st.dates(date(2026, 6, 1), date(2026, 6, 10)), max_size=3),
    st.lists(
        st.builds(
            lambda start, length: Closure(start=JUNE + start * HALF_HOUR, end=JUNE + (start + length) * HALF_HOUR),
            st.integers(0, 300),
            st.integers(1, 60),
        ),
        max_size=2,
    ),
)


@settings(max_examples=100, deadline=None)
@given(HALF_HOURLY, st.integers(0, 200), st.integers(1, 60))
def test_open_half_hours_are_counted_one_by_one(calendar: Calendar, begin: int, half_hours: int) -> None:
    moment = JUNE.replace(tzinfo=UTC) + begin * HALF_HOUR
    reached = after_open_seconds(calendar, moment, half_hours * 1800)
    left, now = half_hours, moment
    while left and now < moment + timedelta(days=20):
        left -= is_open(calendar, now)
        now += HALF_HOUR
    if left:
        assert reached is None or reached > now
    else:
        assert reached == now
