"""What the export says of menus that are reached again, and of what was filled below them."""

import pytest

from bot.calm.menus import KEPT
from tests.calm.twins import exported

SHOP = """
slots: {size: {type: text}}
flows:
  main:
    start: true
    description: sells hats
    steps:
      - id: top
        menu: What now?
        options: [{label: A hat, then: [{call: hat, next: top}]}, {label: Go, then: over}]
      - {id: over, OVER}
  hat:
    description: asks for a hat
    if: False
    steps: [{collect: size, ask: Which size?}]
"""


@pytest.mark.parametrize(
    ("over", "is_told"),
    [("say: Bye.", False), ("set_slots: [{size: null}]", True), ("collect: size, ask: Size?", True)],
)
def test_what_the_flow_fills_itself_may_have_to_stay(over: str, *, is_told: bool) -> None:
    _, _, export = exported({"flows.yaml": SHOP.replace("OVER", over)})
    assert [loss.hint for loss in export.losses if loss.hint == KEPT] == [KEPT] * is_told
