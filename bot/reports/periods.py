"""Days, weeks and months as the business counts them: in its time zone, its calendar and its week."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import jdatetime

from bot.content import Value
from bot.engine.normal import normalise
from bot.settings import Business, Weekday

Span = Literal["day", "week", "month"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
LAST_JALALI_YEAR = 1500  # a date as it is written tells by its year which calendar it is of


class Period(Value, frozen=True, kw_only=True):
    """Some days in a row, the last one included."""

    first: date
    last: date


class BusinessCalendar:
    """The calendar of one business. Dates are Gregorian inside, and Jalali only when shown to those who count so."""

    def __init__(self, business: Business) -> None:
        self.zone = ZoneInfo(business.time_zone)
        self.is_jalali = business.calendar == "jalali"
        self.week_starts = _first_working_day(business.weekend)

    def day_of(self, moment: datetime) -> date:
        """The business day of a moment."""
        return moment.astimezone(self.zone).date()

    def begins(self, day: date) -> datetime:
        """The moment at which a day begins, in UTC: also where the clocks change at midnight."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def first_day(self, span: Span, day: date) -> date:
        """The first day of the day, week or month that this day is part of."""
        match span:
            case "day":
                return day
            case "week":
                return day - timedelta(days=(day.weekday() - self.week_starts) % 7)
            case "month" if self.is_jalali:
                first: date = jdatetime.date.fromgregorian(date=day).replace(day=1).togregorian()
                return first
            case "month":
                return day.replace(day=1)

    def spans(self, span: Span, period: Period) -> Iterator[date]:
        """The first day of each day, week or month that has a day in the period, in order."""
        day = period.first
        while day <= period.last:
            first = self.first_day(span, day)
            yield first
            day = _next_month(self, first) if span == "month" else first + (7 * DAY if span == "week" else DAY)

    def written(self, day: date, span: Span = "day") -> str:
        """The day in the business's calendar, `2026-11-22` or `1405-09-01`; of a month without its day."""
        shown = jdatetime.date.fromgregorian(date=day) if self.is_jalali else day
        return f"{shown.year:04}-{shown.month:02}" + ("" if span == "month" else f"-{shown.day:02}")

    def read(self, text: str) -> date:
        """A date as somebody wrote it: ISO, or Jalali where the business counts so. Raises ValueError, also on one so
        far off that it begins at no moment in some time zone.
        """
        found = DATE.fullmatch(normalise(text))
        if found is None:
            raise ValueError(text)
        year, month, day = map(int, found.groups())
        is_jalali = self.is_jalali and year < LAST_JALALI_YEAR
        read: date = jdatetime.date(year, month, day).togregorian() if is_jalali else date(year, month, day)
        if not FIRST_DAY <= read <= LAST_DAY:
            raise ValueError(text)
        return read


def _next_month(calendar: BusinessCalendar, first: date) -> date:
    return calendar.first_day("month", first + 31 * DAY)  # no month is longer, and none shorter than 28


def _first_working_day(weekend: tuple[Weekday, ...]) -> int:
    """The day that the week starts with, counted from Monday: the one after the weekend."""
    free = {WEEKDAYS.index(day) for day in weekend}
    starts = [day for day in range(7) if day not in free and (day - 1) % 7 in free]
    return max(starts, key=lambda day: (_days_free_before(day, free), -day), default=0)


def _days_free_before(day: int, free: set[int]) -> int:
    return next(count for count in range(7) if (day - 1 - count) % 7 not in free)
