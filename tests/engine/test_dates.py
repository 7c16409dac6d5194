"""Dates and times of day as people type them, in four languages and two calendars."""

from datetime import date, time
from typing import Any

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.answers import Answer, Refusal, read_answer
from bot.engine.flow import AnswerKind

TODAY = date(2026, 5, 12)  # a Tuesday


def read(kind: AnswerKind, text: str, language: str = "en", region: str | None = "IR") -> Any:
    """The value of the answer, or the refusal."""
    answer = read_answer(kind, text, language=language, region=region, today=TODAY)
    return answer.value if isinstance(answer, Answer) else answer


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "2026-05-12", "2026-05-12"),
        ("en", "2026/5/2", "2026-05-02"),
        ("en", "12/5/2026", "2026-05-12"),
        ("en", "12.5.2026", "2026-05-12"),
        ("en", "12-05-2026", "2026-05-12"),
        ("en", "5/13/2026", "2026-05-13"),
        ("en", "20260512", "2026-05-12"),
        ("en", "12052026", "2026-05-12"),
        ("en", "12 May 2026", "2026-05-12"),
        ("en", "May 12th, 2026", "2026-05-12"),
        ("en", "Tuesday, the 12th of May 2026", "2026-05-12"),
        ("en", "2026 Sept 1", "2026-09-01"),
        ("en", "29 feb 2024", "2024-02-29"),
        ("en", "today", "2026-05-12"),
        ("en", "Tomorrow.", "2026-05-13"),
        ("en", "yesterday", "2026-05-11"),
        ("en", "the day after tomorrow", "2026-05-14"),
        ("en", "Wednesday", "2026-05-13"),
        ("en", "Tuesday", "2026-05-19"),
        ("en", "mon", "2026-05-18"),
        ("en", "on Monday", "2026-05-18"),
        ("en", "12\u201305\u20132026", "2026-05-12"),
        ("fa", "۱۴۰۳/۰۵/۱۲", "2024-08-02"),
        ("fa", "1403/5/12", "2024-08-02"),
        ("fa", "۱۲/۵/۱۴۰۳", "2024-08-02"),
        ("fa", "۱۴۰۳۰۵۱۲", "2024-08-02"),
        ("fa", "۱۴۰۳-۱۲-۳۰", "2025-03-20"),
        ("fa", "۱۲ اردیبهشت ۱۴۰۵", "2026-05-02"),
        ("fa", "سه‌شنبه ۲۲ اردیبهشت ماه ۱۴۰۵", "2026-05-12"),
        ("fa", "سه شنبه، ۲۲ اردیبهشت ۱۴۰۵", "2026-05-12"),
        ("fa", "۱۲ مه ۲۰۲۶", "2026-05-12"),
        ("fa", "۱۲ام آبان ۱۴۰۴", "2025-11-03"),
        ("fa", "امروز", "2026-05-12"),
        ("fa", "فردا", "2026-05-13"),
        ("fa", "پس‌فردا", "2026-05-14"),
        ("fa", "پس فردا", "2026-05-14"),
        ("fa", "ديروز", "2026-05-11"),
        ("fa", "شنبه", "2026-05-16"),
        ("fa", "روز شنبه", "2026-05-16"),
        ("fa", "چهار شنبه", "2026-05-13"),
        ("fa", "پنج‌شنبه", "2026-05-14"),
        ("fa", "۲۰۲۶/۵/۱۲", "2026-05-12"),
        ("ar", "١٢/٥/٢٠٢٦", "2026-05-12"),
        ("ar", "١٢ مايو ٢٠٢٦", "2026-05-12"),
        ("ar", "١٢ أيار ٢٠٢٦", "2026-05-12"),
        ("ar", "٣ كانون الثاني ٢٠٢٦", "2026-01-03"),
        ("ar", "يوم الثلاثاء ١٢ مايو ٢٠٢٦", "2026-05-12"),
        ("ar", "غدًا", "2026-05-13"),
        ("ar", "غدا", "2026-05-13"),
        ("ar", "بعد غد", "2026-05-14"),
        ("ar", "امس", "2026-05-11"),
        ("ar", "الأحد", "2026-05-17"),
        ("ar", "يوم الأحد", "2026-05-17"),
        ("ar", "الجمعه", "2026-05-15"),
        ("he", "12.5.2026", "2026-05-12"),
        ("he", "12 במאי 2026", "2026-05-12"),
        ("he", "ה-12 במאי 2026", "2026-05-12"),
        ("he", "יום שלישי 12 מאי 2026", "2026-05-12"),
        ("he", "היום", "2026-05-12"),
        ("he", "מחר", "2026-05-13"),
        ("he", "מחרתיים", "2026-05-14"),
        ("he", "יום ראשון", "2026-05-17"),
        ("he", "ביום ראשון", "2026-05-17"),
        ("he", "שבת", "2026-05-16"),
    ],
)
def test_dates(language: str, text: str, day: str) -> None:
    assert read("date", text, language) == day


def test_the_month_comes_first_in_the_united_states() -> None:
    assert read("date", "5/6/2026", region="US") == "2026-05-06"
    assert read("date", "13/6/2026", region="US") == "2026-06-13"
    assert read("date", "5/6/2026", region="GB") == "2026-06-05"


@pytest.mark.parametrize(
    ("language", "text", "reason"),
    [
        ("en", "12/5/26", "no_year"),
        ("en", "12/5", "no_year"),
        ("en", "12 May", "no_year"),
        ("en", "May 12 26", "no_year"),
        ("fa", "۱۲ اردیبهشت", "no_year"),
        ("en", "30/2/2026", "not_a_date"),
        ("en", "29 Feb 2025", "not_a_date"),
        ("en", "13/13/2026", "not_a_date"),
        ("en", "1/1/0001", "not_a_date"),
        ("en", "12 May 1405", "not_a_date"),
        ("fa", "۱۲ آبان ۲۰۲۶", "not_a_date"),
        ("fa", "۱۴۰۴/۱۲/۳۰", "not_a_date"),
        ("ar", "١٤٤٧/٥/١٢", "not_a_date"),
        ("en", "someday", "not_a_date"),
        ("en", "next Monday", "not_a_date"),
        ("en", "May", "not_a_date"),
        ("en", "next year in may 2027", "not_a_date"),
        ("en", "99999999", "not_a_date"),
        ("en", "1" * 5000, "not_a_date"),
    ],
)
def test_what_is_no_date(language: str, text: str, reason: str) -> None:
    refusal = read("date", text, language)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason


def test_days_beyond_the_calendar_are_no_dates() -> None:
    answer = read_answer("date", "tomorrow", language="en", region=None, today=date.max)
    assert answer == Refusal(reason="not_a_date")


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", "14:30"),
        ("9:05", "09:05"),
        ("14.30", "14:30"),
        ("14:30:59", "14:30"),
        ("14", "14:00"),
        ("1430", "14:30"),
        ("930", "09:30"),
        ("00:00", "00:00"),
        ("2:30 pm", "14:30"),
        ("2pm", "14:00"),
        ("2 P.M.", "14:00"),
        ("12 am", "00:00"),
        ("12 pm", "12:00"),
        ("at 10 in the morning", "10:00"),
        ("14:30 pm", "14:30"),
        ("9 at night", "21:00"),
        ("12 noon", "12:00"),
        ("۱۴:۳۰", "14:30"),
        ("ساعت ۲ بعدازظهر", "14:00"),
        ("۲ بعد از ظهر", "14:00"),
        ("۱۰ صبح", "10:00"),
        ("صبح ساعت ۱۰", "10:00"),
        ("۱۰:۳۰ ق.ظ", "10:30"),
        ("۵ ب.ظ.", "17:00"),
        ("۶ عصر", "18:00"),
        ("۸ شب", "20:00"),
        ("۱۲ شب", "00:00"),
        ("۱ ظهر", "13:00"),
        ("٣ م", "15:00"),
        ("٣ مساءً", "15:00"),
        ("٩ ص", "09:00"),
        ("الساعة ٩ صباحًا", "09:00"),
        ("١٠ ليلا", "22:00"),
        ("בשעה 3 אחר הצהריים", "15:00"),
        ('3:15 אחה"צ', "15:15"),
        ("9 בבוקר", "09:00"),
        ("8 בערב", "20:00"),
    ],
)
def test_times(text: str, clock: str) -> None:
    assert read("time", text) == clock


@pytest.mark.parametrize(
    "text",
    ["25:00", "24:00", "12:60", "1:5", "13 am", "0 pm", "soon", "10 to 12", "12345", "3 o'cat", "10:30 tomorrow"],
)
def test_what_is_no_time(text: str) -> None:
    assert read("time", text) == Refusal(reason="not_a_time")


@given(
    st.dates(date(1921, 4, 1), date(2120, 1, 1)),
    st.sampled_from(["{:%Y-%m-%d}", "{:%d/%m/%Y}", "{:%d %B %Y}", "{:%Y%m%d}"]),
)
def test_dates_come_back_as_they_were_written(day: date, form: str) -> None:
    assert read("date", form.format(day)) == day.isoformat()


@given(st.dates(date(1921, 4, 1), date(2120, 1, 1)))
def test_jalali_dates_come_back_as_they_were_written(day: date) -> None:
    jalali = jdatetime.date.fromgregorian(date=day)
    month = jdatetime.date.j_months_fa[jalali.month - 1]
    assert read("date", f"{jalali.year}/{jalali.month}/{jalali.day}", "fa") == day.isoformat()
    assert read("date", f"{jalali.day} {month} {jalali.year}", "fa") == day.isoformat()


@given(st.times())
def test_times_come_back_as_they_were_written(moment: time) -> None:
    assert read("time", f"{moment:%H:%M}") == f"{moment:%H:%M}"
    assert read("time", f"{moment:%I:%M %p}") == f"{moment:%H:%M}"
