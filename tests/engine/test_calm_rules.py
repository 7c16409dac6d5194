"""What CALM's pages forbid is an error in CALM's files: of links, calls, lists, values and descriptions."""

import pytest

from bot.engine.reader import read_flows

DOMAIN = """
slots:
  things: {type: list}
  kind: {type: categorical, values: [hat, cap]}
  sure: {type: bool}
responses:
  utter_bye: [{text: Bye.}]
  utter_ask_things: [{text: Which?}]
"""
FLOWS = """
flows:
  order:
    description: order a hat
    steps:
      - §
  pay:
    description: pay
    steps:
      - action: utter_bye
"""


def told(step: str, *, calm: bool = True, pattern: str = "") -> list[str]:
    """Of these flows with this step; `pattern` stands below them. Where, as it is after the first step's column."""
    files = {"flows.yml": FLOWS.replace("§", step) + pattern, "domain.yml": DOMAIN + ('version: "3.1"' if calm else "")}
    kinds = {"slot-type", "link-to-pattern", "call-in-pattern", "value", "duplicate-description"}
    kinds |= {"link-in-pattern", "conflict"}
    return [
        f"{each.line}:{each.column} {each.severity} {each.code}"
        for each in read_flows(files).problems
        if each.code in kinds
    ]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("collect: things", ["6:18 error slot-type"]),
        ("set_slots: [{things: [hat]}]", ["6:22 error slot-type"]),
        ("set_slots: [{things: null}]", []),
        ("link: pattern_cannot_handle", ["6:15 error link-to-pattern"]),
        ("link: pattern_search", ["6:15 error link-to-pattern"]),
        ("link: pattern_human_handoff", []),
        ("link: pay\n        next: END", ["7:9 error conflict"]),
        ("link: pattern_of_ours", []),
        ("call: pay", []),
    ],
)
def test_steps_that_calm_forbids(step: str, expected: list[str]) -> None:
    own = "  pattern_of_ours:\n    description: of ours\n    steps:\n      - call: pay\n"
    assert told(step, pattern=own) == expected
    assert told(step, pattern=own, calm=False) == [], "flows of this house may"


def test_a_pattern_calls_nothing() -> None:
    pattern = "  pattern_completed:\n    description: over\n    steps:\n      - call: pay\n"
    assert told("action: utter_bye", pattern=pattern) == ["14:15 error call-in-pattern"]
    assert told("action: utter_bye", pattern=pattern, calm=False) == []


def test_an_internal_error_leads_nowhere() -> None:
    pattern = "  pattern_internal_error:\n    description: over\n    steps:\n      - link: pay\n"
    assert told("action: utter_bye", pattern=pattern) == ["14:15 error link-in-pattern"]
    assert told("action: utter_bye", pattern=pattern, calm=False) == []


@pytest.mark.parametrize("calm", [True, False])
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('slots.kind is "boots"', ["7:35 error value"]),
        ('slots.sure != "maybe"', ["7:35 error value"]),
        ('slots.kind is "HAT" or slots.kind = "__other__" or slots.kind is null', []),
        ('slots.things is "any" or not slots.kind contains "ha"', []),
    ],
)
def test_values_that_a_slot_never_has(condition: str, expected: list[str], calm: bool) -> None:
    step = f"noop: true\n        next: [{{if: {condition}, then: END}}, {{else: END}}]"
    assert told(step, calm=calm) == expected


def test_flows_that_are_described_alike() -> None:
    twin = "  again:\n    description: Order, a hat!\n    steps:\n      - action: utter_bye\n"
    assert told("action: utter_bye", pattern=twin) == ["12:18 error duplicate-description"]
    assert told("action: utter_bye", pattern=twin, calm=False) == []
