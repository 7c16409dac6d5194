"""Texts as Telegram takes them: whole characters, at most so many of them, cut where a reader would pause."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.rendering import (
    NOTHING_TO_SEE,
    TEXT_UNITS,
    is_blank,
    joined,
    plain,
    rendered,
    shortened,
    utf16_length,
)
from bot.content import RichText, Span
from tests.botapi.entities import misplaced

STYLES: list[Literal["bold", "italic", "code", "link"]] = ["bold", "italic", "code", "link"]
LETTERS = st.text(st.sampled_from("a Z\n.!?؟。…👍🏽é\u200dسلا\u202e<&*_\x00\ud800"), max_size=300)


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    text = draw(LETTERS)
    places = st.integers(0, len(text))
    spans = [
        Span(start=min(a, b), end=max(a, b), style=style, url="https://example.com/" if style == "link" else None)
        for a, b, style in draw(st.lists(st.tuples(places, places, st.sampled_from(STYLES)), max_size=4))
    ]
    return RichText(text=text, spans=tuple(spans))


@given(rich_texts(), st.integers(20, 200))
def test_every_part_is_one_that_telegram_takes(content: RichText, limit: int) -> None:
    parts = rendered(content, limit)
    for part in parts:
        assert 0 < utf16_length(part.text) <= limit
        assert not is_blank(part.text)
        assert misplaced(part.text, part.entities) is None
        part.text.encode()


@given(LETTERS, st.integers(20, 200))
def test_a_long_text_loses_nothing_but_white_space(text: str, limit: int) -> None:
    def seen(shown: str) -> list[str]:
        return [letter for letter in shown if letter.isprintable() and not letter.isspace()]

    parts = rendered(plain(text), limit)
    if is_blank("".join(seen(text))):
        assert [part.text for part in parts] in ([NOTHING_TO_SEE], [text])
    else:
        assert seen("".join(part.text for part in parts)) == seen(text.replace("\x00", " ").replace("\ud800", " "))


def test_an_ordinary_text_is_one_part() -> None:
    [part] = rendered(RichText(text="Hi 👍 you", spans=(Span(start=5, end=8, style="bold"),)))
    assert (part.text, part.entities) == ("Hi 👍 you", [{"type": "bold", "offset": 6, "length": 3}])


def test_a_link_keeps_its_address() -> None:
    [part] = rendered(RichText(text="here", spans=(Span(start=0, end=4, style="link", url="https://shop.example/"),)))
    assert part.entities == [{"type": "text_link", "offset": 0, "length": 4, "url": "https://shop.example/"}]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a" * 60 + "\n\n" + "b" * 20 + ". " + "c" * 60, "a" * 60),
        ("a" * 60 + "\n" + "b" * 20 + ". " + "c" * 60, "a" * 60),
        ("a" * 60 + ". " + "b" * 60, "a" * 60 + "."),
        ("a" * 60 + "؟ " + "b" * 60, "a" * 60 + "؟"),
        ("a" * 60 + "؛ " + "b" * 60, "a" * 60 + "؛"),
        ("a" * 60 + "。" + "b" * 60, "a" * 60 + "。"),
        ("a" * 60 + ".» " + "b" * 60, "a" * 60 + ".»"),
        ("3.5 " * 40, ("3.5 " * 25).strip()),
        ("a" * 60 + " " + "b" * 60, "a" * 60),
        ("a" * 160, "a" * 100),
        ("a" * 99 + "👍🏽" + "b" * 60, "a" * 99),
    ],
)
def test_where_a_long_text_is_cut(text: str, first: str) -> None:
    parts = rendered(plain(text), 100)
    assert parts[0].text == first
    assert parts[0].text != text


def test_a_style_goes_on_in_the_next_part() -> None:
    text = "a" * 60 + ". " + "b" * 60
    first, second = rendered(RichText(text=text, spans=(Span(start=50, end=70, style="bold"),)), 100)
    assert first.entities == [{"type": "bold", "offset": 50, "length": 11}]
    assert second.entities == [{"type": "bold", "offset": 0, "length": 8}]


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u200e", "\x00", "\u2066\u2069"])
def test_what_shows_nothing_still_arrives(text: str) -> None:
    assert [part.text for part in rendered(plain(text))] == [NOTHING_TO_SEE]


def test_the_longest_text_of_two_unit_letters_is_one_part() -> None:
    assert len(rendered(plain("👍" * (TEXT_UNITS // 2)))) == 1
    assert len(rendered(plain("👍" * (TEXT_UNITS // 2 + 1)))) == 2


def test_texts_are_joined_with_their_styles() -> None:
    piece = RichText(text="bc", spans=(Span(start=0, end=1, style="code"),))
    assert joined(plain("a"), piece, piece).spans == (
        Span(start=1, end=2, style="code"),
        Span(start=3, end=4, style="code"),
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [("short", "short"), ("a\n b\x00c", "a b c"), ("x" * 11, "x" * 9 + "…"), ("👍" * 6, "👍" * 4 + "…"), ("", "")],
)
def test_a_label_is_short_and_on_one_line(text: str, shown: str) -> None:
    assert shortened(text, 10) == shown
