"""Values as people of a language read them: numbers, money, dates and times, lists, yes and no."""

import functools
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

import jdatetime
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import UnknownCurrencyError, format_currency, format_decimal, validate_currency

from bot.content import Json
from bot.engine.wording import WORDING
from bot.engine.wording_time import COMING, HOURS, HOURS_BELOW, MINUTES, MINUTES_BELOW

JALALI_YEARS = range(623, 9999)  # of ours, in which there are Jalali days as people and computers know them
HOUR = 60  # minutes
PLACES = re.compile(r"(?P<grouped>,)?(?:\.(?P<count>\d)(?:f|(?P<percent>%)))?(?<=.)")
MOST_DIGITS = 20  # a number beyond is no amount that anybody reads, and shows as it is

_DIGITS = {"arabext": "۰۱۲۳۴۵۶۷۸۹", "arab": "٠١٢٣٤٥٦٧٨٩"}


@functools.cache
def locale_of(language: str) -> Locale:
    """The locale of a language code, English for one that Unicode does not know."""
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@functools.cache
def language_name(language: str) -> str:
    """What its speakers call it, as a label; the code of one that Unicode does not know."""
    known = WORDING["utter_switchboard_language_name"].get(language)
    try:
        named = known or Locale.parse(language, sep="-" if "-" in language else "_").get_display_name() or language
    except (UnknownLocaleError, ValueError):
        return language
    return named[:1].upper() + named[1:]


@functools.cache
def _digits(language: str) -> dict[int, int] | None:
    native = _DIGITS.get(locale_of(language).default_numbering_system)
    return str.maketrans("0123456789", native) if native else None


def native_digits(text: str, language: str) -> str:
    """The text with its ASCII digits as the language writes them."""
    table = _digits(language)
    return text.translate(table) if table else text


def shown(value: Json, form: str | None, language: str) -> str:
    """The value as text: a number, an amount of money, a day, a time or a code, as `form` says, or as it is.

    Null shows nothing.
    """
    places = PLACES.fullmatch(form or "")
    if places is not None:
        return _rounded(value, places, language)
    formatter = _FORMS.get(form) if form else None
    return _plain(value, language) if formatter is None else formatter(value, language)


def _plain(value: Json, language: str) -> str:
    match value:
        case str():
            return value
        case bool():
            word = WORDING["utter_switchboard_yes" if value else "utter_switchboard_no"]
            return word.get(language, word["en"])
        case int():
            return native_digits(str(value), language)
        case float():
            number = _as_number(value)
            return str(value) if number is None else _decimal(number, language, grouped=False)
        case list() | tuple():
            return format_list([_plain(item, language) for item in value], locale=locale_of(language))
        case {"latitude": float() | int() as latitude, "longitude": float() | int() as longitude}:
            return f"{latitude:.5f}, {longitude:.5f}"  # in ASCII, as maps take it
        case {"file": str(), "kind": str(kind)}:
            name = value.get("name")
            return name if isinstance(name, str) and name else kind_of_file(kind, language)
        case dict():
            known = ((key, _plain(item, language)) for key, item in value.items())
            return ", ".join(f"{key.replace('_', ' ')}: {item}" for key, item in known if item)
        case _:
            return ""


def one_of(words: Sequence[str], language: str) -> str:
    """`a, b or c`."""
    return format_list(words, style="or", locale=locale_of(language))


def kind_of_file(kind: str, language: str) -> str:
    """`photo` and the like, in the language."""
    word = WORDING.get(f"utter_switchboard_kind_{kind}", {})
    return word.get(language) or word.get("en", kind)


def _decimal(number: Decimal, language: str, *, grouped: bool) -> str:
    spoken = format_decimal(
        number,
        locale=locale_of(language),
        group_separator=grouped,
        numbering_system="default",
        decimal_quantization=False,
    )
    return native_digits(spoken, language)


def _as_number(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None


def _rounded(value: Json, places: re.Match[str], language: str) -> str:
    """A number with so many decimals as `,.2f` says, as Python writes forms, and each language its numbers."""
    number = _as_number(value)
    if number is None:
        return _plain(value, language)
    if places["count"] is None:
        return _decimal(number, language, grouped=True)
    decimals = "." + "0" * int(places["count"]) if places["count"] != "0" else ""
    pattern = f"{'#,##' if places['grouped'] else ''}0{decimals}{places['percent'] or ''}"
    spoken = format_decimal(number, format=pattern, locale=locale_of(language), numbering_system="default")
    return native_digits(spoken, language)


def _number(value: Json, language: str) -> str:
    number = _as_number(value)
    return _plain(value, language) if number is None else _decimal(number, language, grouped=True)


def _money(value: Json, language: str) -> str:
    """A bare amount has no currency; `12.50 EUR` and `{"amount": 12.5, "currency": "EUR"}` have theirs."""
    amount, currency = value, ""
    if isinstance(value, dict):
        amount, currency = value.get("amount"), str(value.get("currency") or "")
    elif isinstance(value, str) and " " in value.strip():
        amount, _, currency = value.strip().rpartition(" ")
    number = _as_number(amount)
    if number is None:
        return _plain(value, language)
    return native_digits(_spoken_money(number, currency.upper(), locale_of(language)), language)


def _spoken_money(amount: Decimal, currency: str, locale: Locale) -> str:
    whole = amount == amount.to_integral_value()
    try:
        validate_currency(currency)
    except UnknownCurrencyError:
        spoken = format_decimal(amount, "#,##0" if whole else "#,##0.00", locale, numbering_system="default")
        return f"{spoken} {currency}".rstrip()
    pattern = str(locale.currency_formats["standard"].pattern)
    return format_currency(
        amount,
        currency,
        pattern.replace("0.00", "0") if whole else pattern,
        locale,
        currency_digits=not whole,
        numbering_system="default",
    )


def _moment(value: Json) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _date(value: Json, language: str) -> str:
    moment = _moment(value)
    return _plain(value, language) if moment is None else long_date(moment.date(), language)


def long_date(day: date, language: str) -> str:
    """`21 March 2026`; in Persian the Jalali `۱ فروردین ۱۴۰۵`."""
    if language.partition("-")[0] == "fa" and day.year in JALALI_YEARS:
        jalali = jdatetime.date.fromgregorian(date=day)
        return native_digits(f"{jalali.day} {jdatetime.date.j_months_fa[jalali.month - 1]} {jalali.year}", language)
    return native_digits(format_date(day, format="long", locale=locale_of(language)), language)


def weekday(day: date, language: str) -> str:
    """The day's name in full."""
    return format_date(day, format="EEEE", locale=locale_of(language))


def long_moment(at: datetime, language: str) -> str:
    """`Monday, March 21, 2026, 9:00 AM` in the language."""
    comma = "، " if language.partition("-")[0] in ("fa", "ar") else ", "
    return comma.join((weekday(at.date(), language), long_date(at.date(), language), clock(at.time(), language)))


def coming_moment(at: str | None, now: datetime, language: str) -> str | None:
    """`today at 14:30`, `tomorrow at 9:00`, or the weekday with the date, of an ISO 8601 time with offset.

    None for anything else. Which day it is there now decides.
    """
    try:
        moment = datetime.fromisoformat(at or "")
    except ValueError:
        return None
    days = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    forms = COMING[{0: "today", 1: "tomorrow"}.get(days, "later")]
    return (
        forms.get(language.partition("-")[0], forms["*"])
        .replace("{clock}", clock(moment.time(), language))
        .replace("{moment}", long_moment(moment, language))
    )


def wait_in_words(from_minutes: int, to_minutes: int, language: str) -> str:
    """`5 to 10 minutes`, `2 to 3 hours`; from 0 on, `less than 5 minutes`."""
    in_hours = to_minutes > HOUR and from_minutes % HOUR == to_minutes % HOUR == 0
    low, to = (from_minutes // HOUR, to_minutes // HOUR) if in_hours else (from_minutes, to_minutes)
    if low == 0:
        lengths = HOURS_BELOW if in_hours else MINUTES_BELOW
    else:
        lengths = HOURS if in_hours else MINUTES
    forms = lengths.get(language.partition("-")[0], lengths["*"])
    form = forms.get(str(locale_of(language).plural_form(to)), forms["other"])
    return native_digits(form.replace("{low}", str(low)).replace("{to}", str(to)), language)


def _time(value: Json, language: str) -> str:
    moment = _moment(value)
    if moment is not None:
        return clock(moment.time(), language)
    try:
        return clock(time.fromisoformat(str(value)), language)
    except ValueError:
        return _plain(value, language)


def clock(moment: time, language: str) -> str:
    """`14:30`, or with the day's half where the language says it so."""
    return native_digits(format_time(moment, format="short", locale=locale_of(language)), language)


def duration(seconds: float, language: str) -> str:
    """`90 seconds`, `5 minutes`, `3 hours`: one number in the unit that tells it well."""
    threshold = 1 if round(seconds) % 60 == 0 else 2  # a minute and a half are 90 seconds, not two minutes
    time_passed = timedelta(seconds=max(round(seconds), 1))
    return native_digits(format_timedelta(time_passed, threshold=threshold, locale=locale_of(language)), language)


def _code(value: Json, language: str) -> str:
    """A number by which something is called. One with Latin letters stands on paper as it is: it stays so."""
    written = _plain(value, language)
    return written if any(sign.isascii() and sign.isalpha() for sign in written) else native_digits(written, language)


_FORMS: dict[str, Callable[[Json, str], str]] = {
    "number": _number,
    "money": _money,
    "date": _date,
    "time": _time,
    "code": _code,
}
