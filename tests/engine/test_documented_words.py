"""Responses of the names that CALM's documentation gives to what it says by itself: they are said here too."""

import pytest

from bot.engine.reader import read_flows
from tests.engine.customers import CustomerOf, program_of

FLOWS = """
flows:
  order: {name: the order, description: d, steps: [{collect: amount}, {collect: size}, {collect: sure}]}
  look: {description: look, nlu_trigger: [{intent: look}], steps: [{action: utter_after}]}
  again: {description: again, steps: [{action: action_restart}]}
  lost: {description: lost, steps: [{action: action_default_fallback}, {action: utter_after}]}
"""
DOMAIN = """
version: "3.1"
slots: {amount: {type: float}, size: {type: categorical, values: [S, M]}, sure: {type: bool}}
responses:
  utter_ask_amount: [{text: How many?}]
  utter_ask_size: [{text: Which size?}]
  utter_ask_sure: [{text: Sure?}]
  utter_after: [{text: After}]
  utter_flow_cancelled_rasa: [{text: "No more of {{context.canceled_name}}.", metadata: {template: jinja}}]
  utter_can_do_something_else: [{text: What else?}]
  utter_skip_question_answer: [{text: No skipping.}]
  utter_ask_rephrase: [{text: In other words?}]
  utter_restart: [{text: Once more.}]
  utter_default: [{text: Well.}]
  utter_float_slot_rejection: [{text: "{{value}} is no number.", metadata: {template: jinja}}]
  utter_ask_continue_interrupted_flow_confirmation:
    - {text: "On with {{context.interrupted_flow_options}}?", metadata: {template: jinja}}
  utter_boolean_slot_rejection: [{text: Yes or no.}]
  utter_categorical_slot_rejection: [{text: "{value} is no size."}]
"""


def customer() -> CustomerOf:
    opened = CustomerOf(program_of(DOMAIN, FLOWS))
    opened.starts()
    return opened


def test_what_is_no_value_of_a_slot_is_refused_in_the_flows_own_words() -> None:
    asked = customer()
    asked.taps("the order")
    assert asked.says("many")[0] == "many is no number."
    asked.says("2")
    assert asked.says("huge")[0] == "huge is no size."
    asked.says("M")
    assert asked.says("perhaps")[0] == "Yes or no."


def test_patterns_say_the_responses_that_flows_give_them() -> None:
    asked = customer()
    assert asked.says("zzz zzz")[0] == "In other words?"
    asked.taps("the order")
    assert asked.says("skip")[0] == "No skipping."
    assert asked.says("cancel")[0] == "No more of the order."


def test_an_interrupted_flow_is_gone_on_with_in_the_flows_own_words() -> None:
    asked = customer()
    asked.taps("the order")
    assert asked.sends_payload("/look")[-1] == "On with the order?"


def test_nobody_is_warned_of_what_the_engine_fills_in() -> None:
    problems = read_flows({"domain.yml": DOMAIN, "flows.yml": FLOWS}).problems
    assert "unknown-slot" not in {problem.code for problem in problems}


def test_what_comes_after_a_flow_is_said_before_the_menu() -> None:
    asked = customer()
    for answer in ("the order", "2", "M"):
        asked.says(answer)
    assert asked.says("yes") == ["What else?", "What would you like to do?"]


@pytest.mark.parametrize(("label", "said"), [("Again", "Once more."), ("Lost", "Well.")])
def test_default_actions_say_their_responses(label: str, said: str) -> None:
    asked = customer()
    assert asked.taps(label)[0] == said


def test_a_fallback_goes_on() -> None:
    asked = customer()
    assert asked.taps("Lost")[1] == "After"


COMPLETED = """
flows:
  order: {name: the order, description: d, steps: [{action: utter_after}]}
  pattern_completed:
    description: pattern_completed
    steps:
      - noop: true
        next: [{if: context.previous_flow_name is "the order", then: [{action: utter_restart, next: END}]}, {else: END}]
"""


def test_the_only_flow_is_the_one_that_was_completed() -> None:
    assert CustomerOf(program_of(DOMAIN, COMPLETED)).starts() == ["After", "Once more."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{{"a": 1}}', '{"a": 1}'),
        ('{name} has {{"a": {{"b": 1}}}}', 'Ada has {"a": {"b": 1}}'),
        ("{{ }}, {{{name}}}", "{ }, {Ada}"),
    ],
)
def test_doubled_braces_are_shown_single(text: str, said: str) -> None:
    """As rasa fills in its texts (rasa.core.nlg.interpolator, Apache 2.0; rasa.com: responses, escaping)."""
    slots = "slots: {name: {type: text, initial_value: Ada}}"
    domain = f"version: '3.1'\n{slots}\nresponses: {{utter_x: [{{text: '{text}'}}]}}"
    customer = CustomerOf(program_of(domain, "flows: {f: {description: d, steps: [{action: utter_x}]}}"))
    assert customer.starts() == [said]


@pytest.mark.parametrize(
    ("condition", "answer", "holds"),
    [
        ("slots.risk is 'LOW'", "low", True),
        ("slots.risk != 'LOW'", "low", False),
        ("{'Low' 'HIGH'} contains slots.risk", "high", True),
        ("slots.risk is 'true'", "true", True),
        ("slots.risk is 'high'", "low", False),
    ],
)
def test_a_categorical_slot_is_compared_in_whatever_case(condition: str, answer: str, *, holds: bool) -> None:
    """As CALM does since 3.7.8 (rasa.com: Rasa Pro change log; slots, categorical)."""
    domain = """
version: "3.1"
slots: {risk: {type: categorical, values: [low, High, true]}}
responses: {utter_ask_risk: [{text: Risk?}], utter_yes: [{text: "yes"}], utter_no: [{text: "no"}]}
"""
    flows = f"""
flows:
  f:
    description: d
    steps:
      - collect: risk
        next:
          - if: "{condition}"
            then: [{{action: utter_yes, next: END}}]
          - else: [{{action: utter_no, next: END}}]
"""
    customer = CustomerOf(program_of(domain, flows))
    customer.starts()
    assert customer.says(answer)[0] == ("yes" if holds else "no")
