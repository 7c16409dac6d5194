"""Buttons in their rows."""

import pytest

from bot.channels.telegram.keyboards import inline_keyboard, label_of
from bot.content import Choice


def options(count: int) -> list[Choice]:
    return [Choice(label=str(number), token=str(number)) for number in range(1, count + 1)]


def rows(choices: list[Choice], columns: int, language: str = "en") -> list[str]:
    keyboard = inline_keyboard(choices, columns, language)["inline_keyboard"]
    return [" ".join(button["text"] for button in row) for row in keyboard]


@pytest.mark.parametrize(
    ("count", "columns", "shown"),
    [
        (3, 1, ["1", "2", "3"]),
        (5, 2, ["1 2", "3 4", "5"]),
        (5, 5, ["1 2 3 4 5"]),
        (11, 11, ["1 2 3 4 5 6", "7 8 9 10 11"]),
    ],
)
def test_options_stand_in_the_columns_of_the_flow(count: int, columns: int, shown: list[str]) -> None:
    assert rows(options(count), columns) == shown


def test_pages_stand_together_and_back_alone() -> None:
    pages = [Choice(label="<", token="p0", role="page"), Choice(label=">", token="p2", role="page")]
    back = Choice(label="Back", token="b", role="back")
    assert rows([*options(2), *pages, back], 1) == ["1", "2", "< >", "Back"]


def test_rows_begin_on_the_right_where_reading_does() -> None:
    assert rows(options(5), 5, "he") == ["5 4 3 2 1"]


@pytest.mark.parametrize(
    ("label", "shown"), [(" a\nb ", "a b"), ("", "·"), ("\u200b", "·"), ("x" * 70, "x" * 63 + "…"), ("<b>&", "<b>&")]
)
def test_a_label_is_one_that_can_be_pressed(label: str, shown: str) -> None:
    assert label_of(label) == shown
