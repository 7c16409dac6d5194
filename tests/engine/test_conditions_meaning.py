"""A text in a condition means what the reader of its name spells, whatever stands between them."""

import pytest

from bot.engine.conditions import parse_condition


@pytest.mark.parametrize(
    "source",
    [
        'slots.size is "BIG"',
        '"BIG" is slots.size',
        '{"BIG" "small"} contains slots.size',
        '"small" != slots.size',
    ],
)
def test_a_text_means_what_it_spells_on_either_side_of_the_name(source: str) -> None:
    condition = parse_condition(source, lambda name, text: text.lower() if name == "slots.size" else text)
    assert condition.holds({"slots": {"size": "big"}})
    assert {each.name for each in condition.compared} == {"slots.size"}
