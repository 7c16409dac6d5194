"""Dates and times of day as customers type them, in four languages and two calendars."""

import re
from datetime import date, timedelta
from typing import Literal

import jdatetime

from bot.engine.calendar_words import (
    DAYS_FROM_TODAY,
    FILLERS,
    GREGORIAN_MONTHS,
    JALALI_MONTHS,
    PARTS_OF_DAY,
    WEEKDAYS,
    word_key,
)
from bot.engine.normal import normalise

DateProblem = Literal["not_a_date", "no_year"]

GREGORIAN_YEARS = range(1900, 2200)
JALALI_YEARS = range(1300, 1500)
MONTH_FIRST_REGIONS = frozenset({"US"})
LONGEST = 60  # no date or time is longer, however politely it is put

_NUMBERS = re.compile(r"(\d{1,4})\s*[-/.\s،\u2010-\u2015]\s*(\d{1,2})\s*[-/.\s،\u2010-\u2015]\s*(\d{1,4})")
_TWO_NUMBERS = re.compile(r"\d{1,2}\s*[-/.\s،\u2010-\u2015]\s*\d{1,2}")
_WORDS = re.compile(r"\d+|[^\W\d]+")
_ORDINALS = frozenset(word_key(word) for word in ("st", "nd", "rd", "th", "ام", "م"))
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.٫]\s*(\d{2})(?:\s*:\s*\d{2})?)?")
_CLOCK_RUN = re.compile(r"(\d{1,2})(\d{2})")


def read_date(text: str, *, language: str, region: str | None, today: date) -> date | DateProblem:
    """The date that was typed.

    Day before month, except year first, and month first in the United States; a month above 12 tells by itself. Years
    1300 to 1499 are Jalali, but in Arabic they would be Hijri, which needs the moon: not a date. A year has four
    digits: without it, or with two, the answer is `no_year`. A weekday is the next one after today.
    """
    plain = normalise(text)
    if len(plain) > LONGEST:
        return "not_a_date"
    word = word_key(text)
    if word in DAYS_FROM_TODAY:
        return _in_days(today, DAYS_FROM_TODAY[word])
    if word in WEEKDAYS:
        return _in_days(today, (WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
    if found := _NUMBERS.fullmatch(plain):
        return _of_numbers(found.groups(), language, region)
    if _TWO_NUMBERS.fullmatch(plain):
        return "no_year"
    if plain.isdecimal() and len(plain) == 8:
        return _of_eight_digits(plain, language)
    return _of_words(plain, language)


def _in_days(today: date, days: int) -> date | DateProblem:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return "not_a_date"


def _of_numbers(parts: tuple[str, ...], language: str, region: str | None) -> date | DateProblem:
    first, second, third = map(int, parts)
    if len(parts[0]) == 4:
        return _on_calendar(first, second, third, language)
    if len(parts[2]) != 4:
        return "no_year" if max(len(parts[0]), len(parts[2])) == 2 else "not_a_date"
    month_first = region in MONTH_FIRST_REGIONS
    if (month_first and first <= 12) or second > 12:
        return _on_calendar(third, first, second, language)
    return _on_calendar(third, second, first, language)


def _of_eight_digits(digits: str, language: str) -> date | DateProblem:
    """`20260512` or `12052026`, as pressed on a telephone; never both, for no year begins with a month."""
    year_first = _on_calendar(int(digits[:4]), int(digits[4:6]), int(digits[6:]), language)
    if isinstance(year_first, date):
        return year_first
    return _on_calendar(int(digits[4:]), int(digits[2:4]), int(digits[:2]), language)


def _of_words(plain: str, language: str) -> date | DateProblem:
    """`12 May 2026`, `May 12th, 2026`, `سه‌شنبه ۱۲ اردیبهشت ۱۴۰۵`: a month's name, a day and a year, in any order."""
    words = _WORDS.findall(plain)
    numbers = [word for word in words if word.isdecimal()]
    names = [word for word in words if not word.isdecimal() and word not in _ORDINALS and word not in FILLERS]
    month, jalali = _month_of(names)
    if month is None or not 1 <= len(numbers) <= 2:
        return "not_a_date"
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(years) != 1 or len(days) != 1:
        return "no_year" if days and not years else "not_a_date"
    year = int(years[0])
    if jalali != (year in JALALI_YEARS):
        return "not_a_date"
    return _on_calendar(year, month, int(days[0]), "fa" if jalali else language)


def _month_of(names: list[str]) -> tuple[int | None, bool]:
    """The month that these words name, possibly after or before a weekday, and whether it is Jalali."""
    for first, last in ((0, len(names)), (1, len(names)), (2, len(names)), (0, len(names) - 1), (0, len(names) - 2)):
        rest = names[:first] + names[max(last, 0) :]
        if rest and "".join(rest) not in WEEKDAYS:
            continue
        name = "".join(names[first : max(last, 0)])
        for spelling in (name, name.removeprefix("ב")):
            if spelling in GREGORIAN_MONTHS:
                return GREGORIAN_MONTHS[spelling], False
            if spelling in JALALI_MONTHS:
                return JALALI_MONTHS[spelling], True
    return None, False


def _on_calendar(year: int, month: int, day: int, language: str) -> date | DateProblem:
    try:
        if year in GREGORIAN_YEARS:
            return date(year, month, day)
        if year in JALALI_YEARS and language != "ar":
            moment: date = jdatetime.date(year, month, day).togregorian()
            return moment
    except ValueError:
        return "not_a_date"
    return "not_a_date"


def read_time(text: str) -> str | None:
    """The time of day as `HH:MM`, or none.

    Without a word for the part of the day it is read on the 24-hour clock. `14`, `1430` and `930` are times too.
    Seconds are dropped.
    """
    plain = normalise(text)
    if len(plain) > LONGEST:
        return None
    found = _CLOCK_RUN.fullmatch(plain) or _CLOCK.search(plain)
    if found is None:
        return None
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    word = word_key(f"{plain[: found.start()]} {plain[found.end() :]}")
    part = PARTS_OF_DAY.get(word) if word else ""
    if part is None or hour > 23 or minute > 59:
        return None
    shifted = _on_24_hours(hour, part)
    return None if shifted is None else f"{shifted:02}:{minute:02}"


def _on_24_hours(hour: int, part: str) -> int | None:
    match part:
        case "":
            return hour
        case "morning":
            return None if hour > 12 else hour % 12
        case "noon":
            return hour + 12 if 1 <= hour <= 4 else hour if 11 <= hour <= 15 else None
        case "evening":
            return hour if hour >= 12 else hour + 12 if hour else None
        case _:  # night
            return 0 if hour == 12 else hour if hour < 5 or hour >= 18 else hour + 12 if hour < 12 else None
