"""Values that CALM's pages have no place for are told once, where they stand; so they are in flows of ours."""

import pytest

from bot.engine.reader import read_flows
from bot.problems import Problem
from tests.engine.authoring import SIGN, signs_in

FLOWS = """
flows:
  order:
    description: order a hat
    {key}
    steps:
      - {step}
  pay:
    description: pay
    if: False
    steps:
      - action: utter_bye
"""
DOMAIN = """
slots:
  size: {{type: text}}
  {slot}
actions: [action_offer{action}]
responses:
  utter_bye:
    - text: Bye.
      {said}
    - text: Ciao.
  utter_ask_size: [{{text: Which?}}]
  utter_ask_fit: [{{text: Which?}}]
"""
GIVEN = {"key": "name: Hats", "step": "collect: size", "slot": "fit: {type: bool}", "action": "", "said": "id: a"}
TOLD_ELSEWHERE = ("unused-slot", "unused-response", "unused-flow", "needs-language-model")


def told(ours: bool, **given: str) -> tuple[list[Problem], list[tuple[str, int, int]]]:
    """The problems of a project with this in its place, and where the sign stands."""
    files = {
        "flows.yml": FLOWS.format(**{**GIVEN, **given}) + ("settings: {tries: 2}\n" if ours else ""),
        "domain.yml": DOMAIN.format(**{**GIVEN, **given}) + ("" if ours else 'version: "3.1"\n'),
    }
    signs = [(name, *place) for name, text in files.items() for place in signs_in(text)]
    problems = read_flows({name: text.replace(SIGN, "") for name, text in files.items()}).problems
    return [each for each in problems if each.code not in TOLD_ELSEWHERE], signs


WRONG = [
    ({"key": "nlu_trigger: [{intent: {name: a, confidence_threshold: §high}}]"}, "error", "error", "be a number"),
    ({"key": "nlu_trigger: [{intent: {name: a, confidence_threshold: §1.5}}]"}, "warning", "error", "from 0 to 1"),
    ({"key": "nlu_trigger: [{intent: a, confidence_threshold: §-0.1}]"}, "warning", "error", "from 0 to 1"),
    ({"key": "nlu_trigger: [{§name: a}]"}, "error", "error", "write '- intent: <name>'"),
    ({"key": "nlu_trigger: [{intent:, §name: a, confidence_threshold: 0.5}]"}, "error", "error", "or indent what"),
    ({"key": "nlu_trigger: [§[a]]"}, "error", "error", "write '- intent: <name>'"),
    ({"key": "always_include_in_prompt: §maybe"}, "error", "error", "should be true or false"),
    ({"key": "run_pattern_completed: §'false'"}, "error", "error", "write it without quotes"),
    ({"key": "persisted_slots: §size"}, "error", "error", "write 'persisted_slots: [size]'"),
    ({"key": "persisted_slots: §{size: 1}"}, "error", "error", "a list of slots"),
    ({"step": "call: §pattern_completed"}, "warning", None, "in a flow of your own"),
    ({"step": "collect: size\n        §action: action_offer"}, "error", "error", "of its own: '- action: …'"),
    ({"step": "§link: pay\n      - action: utter_bye"}, "error", "error", "put it last"),
    ({"step": "link: pay\n        §next: END"}, "error", None, "remove 'next'"),
    ({"step": "noop: true\n        next: [{if: slots.size, then: END, §else: END}]"}, "error", "error", "'- else: …'"),
    ({"said": "allow_interruptions: §maybe"}, "error", "error", "should be true or false"),
    ({"said": "allow_interruptions: §'true'"}, "error", "error", "write it without quotes"),
    ({"said": "condition: §{type: slot, name: size, value: 7}"}, "error", "error", "begin it with '- type: slot'"),
    ({"said": "condition: [§slots.size]"}, "error", "error", "beside the key: 'condition: slots"),
    ({"said": "condition: not §context.reason"}, "warning", None, "choose the response in the flow"),
    ({"slot": "fit: {type: bool, initial_value: §maybe}"}, "error", "error", "which is true or false"),
    ({"slot": "fit: {type: categorical, values: [a], initial_value: §b}"}, "error", "error", "one of: a"),
    ({"slot": "fit: §{type: categorical, values: []}"}, "warning", "error", "add 'values: [...]'"),
    ({"slot": "fit: {type: categorical, values: §red}"}, "error", "error", "should be a list"),
    ({"slot": "fit: {type: text, shared_for_coexistence: §maybe}"}, "error", "error", "true or false"),
    ({"slot": "fit: {type: text, influence_conversation: §7}"}, "error", "error", "true or false"),
]  # fmt: skip


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize(("given", "calms", "of_ours", "words"), WRONG)
def test_each_is_told_once(given: dict[str, str], calms: str, of_ours: str | None, words: str, ours: bool) -> None:
    problems, signs = told(ours, **given)
    severity = of_ours if ours else calms
    found = [(each.severity, each.file, each.line, each.column) for each in problems]
    assert found == ([(severity, *signs[0])] if severity else [])
    assert all(words in f"{each.message} {each.hint}" for each in problems)


RIGHT = [
    {"key": "nlu_trigger: [{intent: a}, {intent: b}, {intent: {name: c, confidence_threshold: 0}}]"},
    {"key": "persisted_slots: [size]"},
    {"key": "run_pattern_completed: false"},
    {"said": "allow_interruptions: false"},
    {"said": "condition: [{type: slot, name: size, value: 7}]"},
    {"said": "condition: slots.size is not null"},
    {"slot": "fit: {type: categorical, values: [a], initial_value: A, shared_for_coexistence: true}"},
]


@pytest.mark.parametrize("given", RIGHT)
@pytest.mark.parametrize("ours", [False, True])
def test_what_the_pages_show_is_taken(given: dict[str, str], ours: bool) -> None:
    assert told(ours, **given)[0] == []


@pytest.mark.parametrize(
    ("mappings", "action", "is_told"),
    [
        ("[{type: §custom}]", "", True),
        ("[{type: custom}]", ", action_ask_fit", False),
        ("[{type: custom}]", ", action_validate_slot_mappings", False),
        ("[{type: custom, action: action_offer}]", "", False),
        ("[{type: custom}, {type: controlled}]", "", False),
    ],
)
def test_a_slot_that_calm_waits_for_in_vain(mappings: str, action: str, is_told: bool) -> None:
    """A warning, as it was CALM's own way before 3.9."""
    slot = f"fit: {{type: text, mappings: {mappings}}}"
    problems, signs = told(False, slot=slot, action=action, step="collect: fit\n        next: END")
    expected = [("warning", "not-filled", *signs[0])] if is_told else []
    found = [(each.severity, each.code, each.file, each.line, each.column) for each in problems]
    assert [each for each in found if each[1] == "not-filled"] == expected


def test_whether_a_model_may_correct_a_slot_is_true_or_false() -> None:
    problems, signs = told(False, slot="fit: {type: text, mappings: [{type: from_llm, allow_nlu_correction: §maybe}]}")
    errors = [(each.code, each.file, each.line, each.column) for each in problems if each.severity == "error"]
    assert errors == [("wrong-type", *signs[0])]


@pytest.mark.parametrize(
    ("slot", "condition", "severity"),
    [
        (
            "{type: bool}",
            "slots.fit is §'true'",
            "error",
        ),  # the pages look at these (rasa.com: rasa data validate flows)
        ("{type: float}", "slots.fit = §'5'", "warning"),  # as in pypred, it never holds
        ("{type: float}", "slots.fit is 5", None),
        ("{type: bool}", "slots.fit is true", None),
        ("{type: categorical, values: [low, true]}", "slots.fit is 'LOW' or slots.fit is 'true'", None),
    ],
)
def test_a_value_in_quotes_is_a_text(slot: str, condition: str, severity: str | None) -> None:
    step = f'collect: fit\n        next: [{{if: "{condition}", then: END}}, {{else: END}}]'
    problems, signs = told(False, slot=f"fit: {slot}", step=step)
    found = [(each.severity, each.code, each.file, each.line, each.column) for each in problems if each.code == "value"]
    assert found == ([(severity, "value", *signs[0])] if severity else [])
    assert all(each.hint == "write it without quotes" for each in problems if each.code == "value")
