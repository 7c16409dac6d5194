"""When a calendar is open, when it opens next, and when it will have been open for so long.

A span belongs to the day on which it begins: `thu: ["22:00-02:00"]` is open on Friday at one, also when Friday is a
holiday, and is not when Thursday is. All of it is wall-clock time of the calendar's zone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import holidays

from bot.content import Value

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
DAYS_AHEAD = 400  # what stays closed for longer than a year has no next opening that helps anybody


class Span(Value, frozen=True, kw_only=True):
    """Minutes since the midnight that begins the day; an `end` beyond 1440 is on the next day. `end` is exclusive."""

    start: int
    end: int


class Holidays(Value, frozen=True, kw_only=True):
    """The public holidays of a country (or one region of it), more days, and days that are worked all the same."""

    country: str | None = None
    region: str | None = None
    also: frozenset[date] = frozenset()
    but: frozenset[date] = frozenset()

    def has(self, day: date) -> bool:
        """Whether the day is off."""
        if day in self.but:
            return False
        return day in self.also or (
            self.country is not None and day in public_holidays(self.country, self.region, day.year)
        )


class Closure(Value, frozen=True, kw_only=True):
    """Closed once, from and to a moment on the calendar's wall clock; `say` tells why, by language."""

    start: datetime
    end: datetime
    say: dict[str, str] = {}


class Calendar(Value, frozen=True, kw_only=True):
    """Opening hours. `weekly` none is open at every hour; a day that is missing from it is closed."""

    name: str
    time_zone: str = "UTC"
    weekly: dict[Weekday, tuple[Span, ...]] | None = None
    holidays: Holidays = Holidays()
    closed: tuple[Closure, ...] = ()


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """The public holidays of one year. Raises NotImplementedError for a country or region that nobody knows."""
    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def daytime(time_zone: str) -> Calendar:
    """The hours in which nobody minds a message: from nine to nine, every day."""
    span = Span(start=9 * 60, end=21 * 60)
    return Calendar(name="daytime", time_zone=time_zone, weekly=dict.fromkeys(WEEKDAYS, (span,)))


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether somebody is there at this moment, which must carry its zone."""
    local = _local(calendar, at)
    days = (local.date() - timedelta(days=1), local.date())
    in_a_span = any(start <= local < end for day in days for start, end in _spans(calendar, day))
    return in_a_span and closure_at(calendar, at) is None


def closure_at(calendar: Calendar, at: datetime) -> Closure | None:
    """The one-off closure that holds at this moment, if one does."""
    local = _local(calendar, at)
    return next((closure for closure in calendar.closed if closure.start <= local < closure.end), None)


def opens_at(calendar: Calendar, at: datetime) -> datetime | None:
    """The first moment from `at` on at which the calendar is open, in its zone; none when that is too far off."""
    zone = ZoneInfo(calendar.time_zone)
    if is_open(calendar, at):
        return at.astimezone(zone)
    today = _local(calendar, at).date()
    ends = [closure.end for closure in calendar.closed]
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        moments = {start for start, _ in _spans(calendar, day)} | {end for end in ends if end.date() == day}
        for moment in sorted(moments):
            # By way of UTC: an hour that the clocks skip begins an hour later.
            opening = _moment(moment, zone)
            if opening >= at and is_open(calendar, opening):
                return opening.astimezone(zone)
    return None


def after_open_seconds(calendar: Calendar, start: datetime, seconds: float) -> datetime | None:
    """The moment at which the calendar will have been open for so long since `start`; none when that is too far off."""
    left = timedelta(seconds=seconds)
    for opening, closing in _open_stretches(calendar, start):
        if left <= closing - opening:
            return opening + left
        left -= closing - opening
    return None


def _open_stretches(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When it is open from `start` on, in UTC: one stretch after the other, none of which touch."""
    zone, known_until = ZoneInfo(calendar.time_zone), start.astimezone(UTC)
    closures = sorted((_moment(closure.start, zone), _moment(closure.end, zone)) for closure in calendar.closed)
    first = _local(calendar, start).date() - timedelta(days=1)
    for ahead in range(DAYS_AHEAD):
        for opening, closing in sorted(_spans(calendar, first + timedelta(days=ahead))):
            since, until = max(_moment(opening, zone), known_until), _moment(closing, zone)
            for shut, again in closures:
                if since < shut < until:
                    yield since, shut
                if shut < until:
                    since = max(since, again)
            if since < until:
                yield since, until
            known_until = max(known_until, until)


def _moment(wall_clock: datetime, zone: ZoneInfo) -> datetime:
    return wall_clock.replace(tzinfo=zone).astimezone(UTC)


def _local(calendar: Calendar, at: datetime) -> datetime:
    """The wall clock of the calendar's zone, without a zone."""
    return at.astimezone(ZoneInfo(calendar.time_zone)).replace(tzinfo=None)


def _spans(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The spans that begin on this day, as wall-clock moments."""
    if calendar.holidays.has(day):
        return
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the wall clock has no zone
    spans = (Span(start=0, end=1440),) if calendar.weekly is None else calendar.weekly.get(WEEKDAYS[day.weekday()], ())
    for span in spans:
        yield midnight + timedelta(minutes=span.start), midnight + timedelta(minutes=span.end)
