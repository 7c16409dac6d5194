"""Typed answers as people write them, in four languages, and what is refused."""

import re
import sys
import unicodedata
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.answers import Answer, Refusal, SlotType, coerce, read_answer
from bot.engine.flow import AnswerKind, Digits
from bot.engine.wording_answers import ANSWER_WORDING

TODAY = date(2026, 5, 12)  # a Tuesday
KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
SLOT_TYPES: tuple[SlotType, ...] = get_args(SlotType)
ZEROS = [code for code in range(sys.maxunicode + 1) if unicodedata.decimal(chr(code), None) == 0]


def read(
    kind: AnswerKind, text: str, language: str = "en", region: str | None = "IR", digits: Digits | None = None
) -> Any:
    """The value of the answer, or the refusal."""
    answer = read_answer(kind, text, language=language, region=region, today=TODAY, digits=digits)
    return answer.value if isinstance(answer, Answer) else answer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "   ", "\u200f", "\u200c\u202b "])
def test_nothing_visible_is_no_answer(kind: AnswerKind, text: str) -> None:
    assert read(kind, text) == Refusal(reason="empty")


def test_text_is_kept_as_it_was_typed() -> None:
    assert read("text", "  Ünï كتاب ۱۲\u200c3 ") == "Ünï كتاب ۱۲\u200c3"


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "5", 5),
        ("en", "-7", -7),
        ("en", "+7", 7),
        ("en", "\u22127", -7),
        ("en", "007", 7),
        ("en", "2.50", 2.5),
        ("en", ".5", 0.5),
        ("en", "5.0", 5),
        ("en", "-0", 0),
        ("en", "1,234", 1234),
        ("en", "1,234,567.25", 1234567.25),
        ("en", "1.234", 1.234),
        ("en", "1.234,5", 1234.5),
        ("en", "1.234.567", 1234567),
        ("en", "1,5", 1.5),
        ("en", "0,500", 0.5),
        ("en", "12 500", 12500),
        ("en", "12\u00a0500", 12500),
        ("en", "12'500", 12500),
        ("de", "1.234", 1234),
        ("de", "1,234", 1.234),
        ("de", "1'000", 1000),
        ("en", "12’500.5", 12500.5),
        ("de", "1.234,5", 1234.5),
        ("fr", "12\u202f500,5", 12500.5),
        ("fa", "۱۲۳", 123),
        ("fa", "۱٬۲۳۴٫۵", 1234.5),
        ("fa", "۱،۲۳۴", 1234),
        ("fa", "۳٫۵", 3.5),
        ("fa", "۱۲٬۵۰۰٬۰۰۰", 12500000),
        ("fa", "\u200e-۵\u200e", -5),
        ("ar", "١٢٣", 123),
        ("ar", "١٬٢٣٤٫٥", 1234.5),
        ("he", "1,234.5", 1234.5),
        ("xx-nowhere", "1,234", 1234),
        ("en", "123456789012345", 123456789012345),
    ],
)
def test_numbers(language: str, text: str, number: float) -> None:
    value = read("number", text, language)
    assert value == number
    assert isinstance(value, int) == isinstance(number, int)


@pytest.mark.parametrize(
    "text",
    [
        "five",
        "1,23,4",
        "1.2.3",
        "12 5",
        "1,234.567.8",
        "--1",
        "+",
        ".",
        "1e5",
        "nan",
        "inf",
        "5 apples",
        "²",
        "½",
        "1/2",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert read("number", text) == Refusal(reason="not_a_number")


def test_a_number_too_long_to_be_exact() -> None:
    assert read("number", "1234567890123456") == Refusal(reason="too_long")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0012345", "0012345"),
        ("۰۰۱۲۳۴", "001234"),
        ("1234#", "1234"),
        ("12 34-56", "123456"),
        ("123", Refusal(reason="too_short")),
        ("12345678901", Refusal(reason="too_long")),
        ("12a4", Refusal(reason="not_digits")),
        ("#1234", Refusal(reason="not_digits")),
        ("#", Refusal(reason="empty")),
    ],
)
def test_digits(text: str, expected: Any) -> None:
    assert read("text", text, digits=Digits(min=4, max=10, finish_on="#")) == expected


def test_digits_without_a_finishing_key() -> None:
    assert read("text", "1234#", digits=Digits(min=4, max=4)) == Refusal(reason="not_digits")


@pytest.mark.parametrize(
    ("region", "text", "number"),
    [
        ("IR", "09121234567", "+989121234567"),
        ("IR", "۰۹۱۲ ۱۲۳ ۴۵۶۷", "+989121234567"),
        ("IR", "0912-123-4567", "+989121234567"),
        ("IR", "9121234567", "+989121234567"),
        ("IR", "989121234567", "+989121234567"),
        ("IR", "00989121234567", "+989121234567"),
        ("IR", "\u202a+98 912 123 4567\u202c", "+989121234567"),
        ("IR", "989121234567+", "+989121234567"),
        ("IR", "021 8888 1234", "+982188881234"),
        (None, "+989121234567", "+989121234567"),
        ("SA", "٠٥٠١٢٣٤٥٦٧", "+966501234567"),
        ("IL", "050-234-5678", "+972502345678"),
        ("US", "(415) 555-2671", "+14155552671"),
        ("IR", "+44 20 8366 1177", "+442083661177"),
    ],
)
def test_phones(region: str | None, text: str, number: str) -> None:
    assert read("phone", text, region=region) == number
    assert read("contact", text, region=region) == number


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("IR", "0912123456"),
        ("IR", "call me at 09121234567"),
        ("IR", "12"),
        (None, "09121234567"),
        ("ZZ", "09121234567"),
        ("IR", "+999 123 4567"),
        ("US", "1-800-FLOWERS"),
        ("IR", "1" * 300),
        ("IR", "+"),
        ("IR", "----"),
    ],
)
def test_what_is_no_phone(region: str | None, text: str) -> None:
    assert read("phone", text, region=region) == Refusal(reason="not_a_phone")


@pytest.mark.parametrize("language", ["en", "fa", "ar", "he"])
def test_the_number_that_is_given_as_an_example_is_taken(language: str) -> None:
    refusal = ANSWER_WORDING["utter_switchboard_not_a_phone"][language]
    example = refusal[refusal.index("+") :].rstrip(".")
    assert isinstance(read("phone", example), str), example


@pytest.mark.parametrize("end", [".", ")", " ."])
@pytest.mark.parametrize(
    ("kind", "text", "digits"),
    [
        ("number", "1,234.5", None),
        ("number", "۳", None),
        ("text", "12345", Digits(min=5, max=5)),
        ("date", "2026-12-01", None),
        ("time", "9:30", None),
        ("phone", "+989121234567", None),
        ("email", "sara@example.com", None),
    ],
)
def test_the_end_of_a_sentence_is_no_part_of_an_answer(
    kind: AnswerKind, text: str, digits: Digits | None, end: str
) -> None:
    assert not isinstance(read(kind, text, digits=digits), Refusal)
    assert read(kind, text + end, digits=digits) == read(kind, text, digits=digits)


@pytest.mark.parametrize("language", ["en", "fa", "ar", "he"])
def test_the_dates_that_are_given_as_examples_are_taken(language: str) -> None:
    examples = re.findall(r"\d+ \D+ \d+|\d[\d/.-]+\d", ANSWER_WORDING["utter_switchboard_not_a_date"][language])
    assert len(examples) == 2
    assert all(isinstance(read("date", example, language), str) for example in examples), examples


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sara@example.com", "sara@example.com"),
        (" Sara.K+shop@Example.COM ", "Sara.K+shop@example.com"),
        ("sara۱۲@example.com", "sara12@example.com"),
        ("\u200esara@mail.example.co.uk\u200f", "sara@mail.example.co.uk"),
        ("mailto:sara@example.com", "sara@example.com"),
        ("info@مثال.ایران", "info@مثال.ایران"),
    ],
)
def test_emails(text: str, address: str) -> None:
    assert read("email", text) == address


@pytest.mark.parametrize(
    "text",
    [
        "sara", "sara@", "@example.com", "sara@example", "sara@@example.com", "a b@example.com", "sara@example..com",
        "sara@.com", "sara.@example.com", "s..a@example.com", "sara@-example.com", "sara@10.0.0.1",
        "sara@example.com, b@example.com",
        "Sara <sara@example.com>", "a" * 65 + "@example.com", "sara@" + "a" * 300 + ".com", "sara@exa_mple!.com",
    ],
)  # fmt: skip
def test_what_is_no_email(text: str) -> None:
    assert read("email", text) == Refusal(reason="not_an_email")


def test_places() -> None:
    assert read("location", "35.7, 51.4") == {"latitude": 35.7, "longitude": 51.4}
    assert read("location", "۳۵٫۷، ۵۱٫۴") == {"latitude": 35.7, "longitude": 51.4}
    assert read("location", "-33.9 151") == {"latitude": -33.9, "longitude": 151.0}
    for text in ("Tehran", "91, 0", "0, 181", "35.7", "1234"):
        assert read("location", text) == Refusal(reason="not_a_place")


def test_a_text_is_no_file() -> None:
    assert read("file", "photo.jpg") == Refusal(reason="not_a_file")


@pytest.mark.parametrize(
    ("slot_type", "value", "expected"),
    [
        ("bool", "yes", True), ("bool", "No!", False), ("bool", True, True), ("bool", 0, False), ("bool", "true", True),
        ("bool", "بله", True), ("bool", "آره", True), ("bool", "اره", True), ("bool", "خیر", False),
        ("bool", "نه", False),
        ("bool", "نعم", True), ("bool", "لا", False), ("bool", "כן", True), ("bool", "לא", False), ("bool", "۱", True),
        ("bool", "maybe", Refusal(reason="not_yes_or_no")), ("bool", 2, Refusal(reason="not_yes_or_no")),
        ("bool", ["yes"], Refusal(reason="not_yes_or_no")),
        ("float", "۱۲٫۵", 12.5), ("float", 3, 3), ("float", "x", Refusal(reason="not_a_number")),
        ("float", True, Refusal(reason="not_a_number")), ("float", float("nan"), Refusal(reason="not_a_number")),
        ("float", float("inf"), Refusal(reason="not_a_number")), ("float", [], Refusal(reason="not_a_number")),
        ("text", "  as is ", "  as is "), ("text", 12, "12"), ("text", 12.0, "12"), ("text", 1.5, "1.5"),
        ("text", True, "true"),
        ("text", ["a"], Refusal(reason="not_a_text")),
        ("list", "a", ["a"]), ("list", ["a", 1], ["a", 1]), ("list", ("a",), ["a"]),
        ("any", {"a": 1}, {"a": 1}),
    ],
)  # fmt: skip
def test_slots_hold_values_of_their_type(slot_type: SlotType, value: Any, expected: Any) -> None:
    wanted = expected if isinstance(expected, Refusal) else Answer(value=expected)
    got = coerce(slot_type, value)
    assert got == wanted
    if isinstance(got, Answer):
        assert type(got.value) is type(expected)


def test_a_categorical_slot_takes_its_values_however_they_are_spelled() -> None:
    allowed = ["Gold", "كتاب", 3, True]
    assert coerce("categorical", "gold", allowed) == Answer(value="Gold")
    assert coerce("categorical", "کتاب", allowed) == Answer(value="كتاب")
    assert coerce("categorical", "۳", allowed) == Answer(value=3)
    assert coerce("categorical", 3.0, allowed) == Answer(value=3)
    assert coerce("categorical", True, [1, True]) == Answer(value=True)
    assert coerce("categorical", "silver", allowed) == Refusal(reason="not_allowed")
    assert coerce("categorical", "master_card", ["Visa", "Master card"]) == Answer(value="Master card")
    assert coerce("categorical", "Red-Wine", ["red_wine"]) == Answer(value="red_wine")
    assert coerce("categorical", "C#", ["C++"]) == Refusal(reason="not_allowed")
    assert coerce("categorical", {"a": 1}, allowed) == Refusal(reason="not_allowed")


@pytest.mark.parametrize("slot_type", SLOT_TYPES)
def test_null_fits_every_slot(slot_type: SlotType) -> None:
    assert coerce(slot_type, None, ["a"]) == Answer(value=None)


typed = st.one_of(
    st.text(),
    st.text(alphabet="0123456789۰۱۲۳٤٥٦ :./-+,٫٬،@#abمصpm"),
    st.sampled_from(["tomorrow", "شنبه", "14:30 م", "12 May 2026"]).flatmap(
        lambda text: st.text(max_size=3).map(text.__add__)
    ),
)


@given(
    st.sampled_from(KINDS),
    typed,
    st.sampled_from(["en", "fa", "ar", "he", "de", "zz", ""]),
    st.sampled_from([None, "IR", "US", "zz", ""]),
    st.none()
    | st.builds(Digits, min=st.integers(0, 5), max=st.integers(0, 9), finish_on=st.sampled_from([None, "#", ""])),
)
def test_no_text_is_too_strange(
    kind: AnswerKind, text: str, language: str, region: str | None, digits: Digits | None
) -> None:
    answer = read_answer(kind, text, language=language, region=region, today=TODAY, digits=digits)
    assert isinstance(answer, Answer | Refusal)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(SLOT_TYPES), json_values, st.lists(json_values, max_size=4))
def test_no_value_is_too_strange(slot_type: SlotType, value: Any, allowed: list[Any]) -> None:
    assert isinstance(coerce(slot_type, value, allowed), Answer | Refusal)


numeric = st.text(alphabet="0123456789:./-+, ", min_size=1, max_size=14)


@given(st.sampled_from(KINDS[1:]), numeric, st.sampled_from(ZEROS), st.sampled_from(["en", "fa", "he"]))
def test_digits_of_every_script_give_the_same_answer(kind: AnswerKind, text: str, zero: int, language: str) -> None:
    foreign = "".join(chr(zero + int(letter)) if letter.isdecimal() else letter for letter in text)
    assert read(kind, foreign, language) == read(kind, text, language)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(["{}", "{:,}"]))
def test_whole_numbers_come_back_as_they_were_written(number: int, form: str) -> None:
    assert read("number", form.format(number)) == number
