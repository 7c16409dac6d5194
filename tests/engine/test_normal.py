"""Texts that people take for the same are the same after normalising."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.normal import ascii_digits, normalise, visible

ZEROS = [
    code
    for code in range(sys.maxunicode + 1)
    if unicodedata.decimal(chr(code), None) == 0  # ten digits of a script stand in a row
]


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Track   an Order ", "track an order"),
        ("1.", "1"),
        ("2)", "2"),
        ("3 -", "3"),
        ("۱۲۳", "123"),
        ("١٢٣", "123"),
        ("１２３", "123"),
        ("1️⃣", "1"),
        ("1⃣2️⃣", "12"),
        ("🔟", "10"),
        ("①", "1"),
        ("كتاب", "کتاب"),
        ("پيگيري", "پیگیری"),
        ("می‌خواهم", "میخواهم"),
        ("\u202bسلام\u202c\u200f", "سلام"),
        ("ســلام", "سلام"),
        ("مَرحَباً", "مرحبا"),
        ("إلى", "الی"),
        ("شكوى", "شکوی"),
        ("خدمة", "خدمه"),
        ("آدرس", "ادرس"),
        ("שָׁלוֹם", "שלום"),
        ("אחה״צ", 'אחה"צ'),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ＭＥＮＵ", "menu"),
        ("a\u00a0b\u2003c\nd", "a b c d"),
        ("...", ""),
        ("", ""),
    ],
)
def test_examples(typed: str, normal: str) -> None:
    assert normalise(typed) == normal


def test_what_differs_stays_different() -> None:
    words = ["سفارش", "شکایت", "پشتیبانی", "تلگرام", "نعم", "لا", "כן", "לא", "yes", "no", "1", "11", "#", "*", "۰"]
    assert len({normalise(word) for word in words}) == len(words)


def test_every_character_alone_is_normal_after_one_pass() -> None:
    for code in range(0x30000):  # beyond there are no letters with two forms
        once = normalise(chr(code))
        assert normalise(once) == once, hex(code)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


awkward = st.text(
    alphabet="aAéİßſΣς .-)\u0301\u0307\u0345\u0327\u200c\u200dي\u0640\u0654\u064e\u05b0שׁ\ufe0f\u20e31۲Åﬁㅋ각ᄀ"
)


@given(awkward)
def test_normalising_twice_changes_nothing_among_awkward_letters(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_takes_the_short_way_to_the_same_place(text: str) -> None:
    assert normalise(text) == normalise(text + "\u200f")


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.sampled_from(ZEROS))
def test_digits_of_every_script_are_digits(digits: list[int], zero: int) -> None:
    typed = "".join(chr(zero + digit) for digit in digits)
    plain = "".join(map(str, digits))
    assert normalise(typed) == plain
    assert ascii_digits(typed) == plain


def test_ascii_digits_leaves_the_rest_alone() -> None:
    assert ascii_digits("Ünï ۱۲ ــ ي²") == "Ünï 12 ــ ي²"


def test_visible_leaves_out_what_nobody_sees() -> None:
    assert visible("\u200f 12\u200c3 \u202c") == "123"
