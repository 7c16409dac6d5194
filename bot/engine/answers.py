"""Typed answers: what a customer wrote for a `collect`, as a JSON value, or why it is refused. Nothing is guessed."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, assert_never

import babel
import phonenumbers
from babel.numbers import get_decimal_symbol

from bot.content import Json, Value
from bot.engine.dates import read_date, read_time
from bot.engine.flow import AnswerKind, Digits
from bot.engine.normal import ascii_digits, normalise, visible
from bot.engine.yes_and_no import yes_or_no

Reason = Literal[
    "empty",
    "not_a_number",
    "not_digits",
    "too_short",
    "too_long",
    "not_a_date",
    "no_year",
    "not_a_time",
    "not_a_phone",
    "not_an_email",
    "not_a_place",
    "not_a_file",
    "not_yes_or_no",
    "not_allowed",
    "not_a_text",
]

LONGEST_NUMBER = 15  # digits that a JSON number carries exactly everywhere; a longer one is a code, for `digits`
LONGEST_EMAIL = 254  # RFC 5321, as an address in a path
_ENDS = " .)"  # behind an answer as behind a sentence, or behind the number of a choice


class Answer(Value, frozen=True, kw_only=True):
    """What was answered, in its one form: a number, `2026-05-12`, `14:30`, `+989121234567`, a text."""

    value: Json


class Refusal(Value, frozen=True, kw_only=True):
    """The text is no such answer. Not the author's `rejections`, which judge an answer that was understood."""

    reason: Reason


def read_answer(
    kind: AnswerKind, text: str, *, language: str, region: str | None, today: date, digits: Digits | None = None
) -> Answer | Refusal:
    """The typed text as an answer of this kind; `digits` goes before the kind.

    `region` (ISO 3166, such as `IR`) completes telephone numbers without a country code; `today` is the customer's.
    """
    typed = visible(text)
    if not typed:
        return Refusal(reason="empty")
    if digits is not None:
        return read_digits(typed, digits)
    match kind:
        case "text":
            return Answer(value=text.strip())
        case "number":
            return read_number(typed, language)
        case "date":
            day = read_date(typed, language=language, region=region, today=today)
            return Answer(value=day.isoformat()) if isinstance(day, date) else Refusal(reason=day)
        case "time":
            time = read_time(typed)
            return Refusal(reason="not_a_time") if time is None else Answer(value=time)
        case "phone" | "contact":
            return read_phone(typed, region)
        case "email":
            return read_email(typed)
        case "location":
            return read_place(typed)
        case "file":
            return Refusal(reason="not_a_file")
        case _:
            assert_never(kind)


_GROUPED = re.compile(
    r"([+-]?)([1-9]\d{0,2}(?:(?P<group>[ ,.])\d{3})(?:(?P=group)\d{3})*)(?:(?!(?P=group))[.,٫](\d+))?"
)
_UNGROUPED = re.compile(r"([+-]?)(\d*)(?:[.,٫](\d+))?")
_GROUP_SIGNS = str.maketrans({"٬": ",", "،": ",", "'": " ", "’": " ", "−": "-"})


def read_number(text: str, language: str) -> Answer | Refusal:
    """A whole or decimal number with digits of any script, its thousands grouped or not.

    Groups are parted by `٬`, `،`, `,`, `.`, an apostrophe or a space, decimals by `٫`, `.` or `,`. Only a number such
    as `1,234` can be read in both ways: there the language tells which sign begins its decimals.
    """
    plain = " ".join(ascii_digits(visible(text)).translate(_GROUP_SIGNS).split()).rstrip(_ENDS)
    grouped = _GROUPED.fullmatch(plain)
    if grouped is not None and len(plain.split(_decimal_sign(language))) == 2 and not grouped.group(4):
        grouped = None
    found = grouped or _UNGROUPED.fullmatch(plain)
    if found is None:
        return Refusal(reason="not_a_number")
    sign, whole, decimals = found.group(1), re.sub(r"\D", "", found.group(2)), found.groups()[-1] or ""
    if not whole and not decimals:
        return Refusal(reason="not_a_number")
    if len((whole + decimals).lstrip("0")) > LONGEST_NUMBER:
        return Refusal(reason="too_long")
    number = float(f"{sign}{whole}.{decimals}")
    return Answer(value=int(number) if number.is_integer() else number)


def _decimal_sign(language: str) -> str:
    try:
        return "," if get_decimal_symbol(language) == "," else "."
    except (babel.UnknownLocaleError, ValueError):
        return "."


def read_digits(text: str, digits: Digits) -> Answer | Refusal:
    """A run of digits as text, leading zeros and all; spaces, dashes and the finishing key are not part of it."""
    plain = re.sub(r"[\s\-\u2010-\u2015]+", "", ascii_digits(visible(text)))
    if digits.finish_on:
        plain = plain.removesuffix(digits.finish_on)
    plain = plain.rstrip(_ENDS)
    if not plain:
        return Refusal(reason="empty")
    if not plain.isdecimal():
        return Refusal(reason="not_digits")
    if len(plain) < digits.min:
        return Refusal(reason="too_short")
    if len(plain) > digits.max:
        return Refusal(reason="too_long")
    return Answer(value=plain)


_TELEPHONE = re.compile(r"\+?[0-9 ()./\-\u2010-\u2015]{3,40}\+?")


def read_phone(text: str, region: str | None) -> Answer | Refusal:
    """A telephone number that can exist, as E.164. A `+` behind it counts as in front: right-to-left fields do that."""
    plain = ascii_digits(visible(text)).replace("＋", "+").replace("\u00a0", " ")
    if not _TELEPHONE.fullmatch(plain):
        return Refusal(reason="not_a_phone")
    if plain.endswith("+"):
        plain = "+" + plain.strip("+")
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return Refusal(reason="not_a_phone")
    if not phonenumbers.is_valid_number(number):
        return Refusal(reason="not_a_phone")
    return Answer(value=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\]\\.]+(?:\.[^\s@\"(),:;<>\[\]\\.]+)*")
_DOMAIN_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def read_email(text: str) -> Answer | Refusal:
    """An address that a mail server could take, with its domain in lower case. Whether it exists is not asked."""
    plain = ascii_digits(visible(text)).removeprefix("mailto:").replace("＠", "@").rstrip(_ENDS)
    local, at, domain = plain.rpartition("@")
    domain = domain.casefold()
    labels = domain.split(".")
    sound = (
        at
        and len(plain) <= LONGEST_EMAIL
        and len(local) <= 64
        and _LOCAL_PART.fullmatch(local)
        and len(labels) >= 2
        and all(_DOMAIN_LABEL.fullmatch(label) for label in labels)
        and len(labels[-1]) >= 2
        and not labels[-1].isdecimal()
    )
    return Answer(value=f"{local}@{domain}") if sound else Refusal(reason="not_an_email")


_PLACE = re.compile(r"([+-]?\d{1,2}(?:\.\d+)?)\s*(?:[,،;]\s*|\s)([+-]?\d{1,3}(?:\.\d+)?)")


def read_place(text: str) -> Answer | Refusal:
    """Typed coordinates, latitude first, in degrees: `{"latitude": 35.7, "longitude": 51.4}`."""
    found = _PLACE.fullmatch(ascii_digits(visible(text)).replace("٫", "."))
    if found is None:
        return Refusal(reason="not_a_place")
    latitude, longitude = float(found.group(1)), float(found.group(2))
    if abs(latitude) > 90 or abs(longitude) > 180:
        return Refusal(reason="not_a_place")
    return Answer(value={"latitude": latitude, "longitude": longitude})


_JOINTS = re.compile(r"(?<=\w)-(?=\w)|_")

SlotType = Literal["text", "bool", "categorical", "float", "any", "list"]


def coerce(
    slot_type: SlotType, value: Json, allowed_values: Sequence[Json] = (), language: str = "en"
) -> Answer | Refusal:
    """The value as this type of slot holds it; null, an unset slot, fits every type.

    A bool takes the words for yes and no, a float a typed number, a categorical one of `allowed_values` however it is
    spelled, a list makes one value a list of it.
    """
    if value is None:
        return Answer(value=None)
    match slot_type:
        case "any":
            return Answer(value=value)
        case "list":
            return Answer(value=list(value) if isinstance(value, list | tuple) else [value])
        case "text":
            return _coerce_text(value)
        case "bool":
            return _coerce_bool(value)
        case "float":
            if isinstance(value, str):
                return read_number(value, language)
            sound = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
            return Answer(value=value) if sound else Refusal(reason="not_a_number")
        case "categorical":
            return _coerce_categorical(value, allowed_values)
        case _:
            assert_never(slot_type)


def _coerce_text(value: Json) -> Answer | Refusal:
    match value:
        case str():
            return Answer(value=value)
        case bool():
            return Answer(value="true" if value else "false")
        case int() | float():
            return Answer(value=_spelled(value))
        case _:
            return Refusal(reason="not_a_text")


def _coerce_bool(value: Json) -> Answer | Refusal:
    match value:
        case bool():
            return Answer(value=value)
        case 0 | 1:
            return Answer(value=bool(value))
        case str():
            sure = yes_or_no(value)
            if sure is not None:
                return Answer(value=sure)
    return Refusal(reason="not_yes_or_no")


def _coerce_categorical(value: Json, allowed_values: Sequence[Json]) -> Answer | Refusal:
    for allowed in allowed_values:
        if allowed == value and isinstance(allowed, bool) == isinstance(value, bool):
            return Answer(value=allowed)
    for spelled in (_spelled, _in_words):
        for allowed in allowed_values:
            if spelled(allowed) == spelled(value):
                return Answer(value=allowed)
    return Refusal(reason="not_allowed")


def _in_words(value: Json) -> str:
    """`Master_card` and `master-card` as `master card`."""
    return " ".join(_JOINTS.sub(" ", _spelled(value)).split())


def _spelled(value: Json) -> str:
    """A scalar as it is typed: whole numbers without decimals, a text in its normal form."""
    match value:
        case str():
            return normalise(value)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return normalise(str(value))
