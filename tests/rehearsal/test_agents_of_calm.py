"""CALM's tests of flows that call agents of language models, which there are none of here: what they would fill."""

import pytest

from bot.rehearsal.rehearsing import Result
from tests.rehearsal.theatre import cases_of, play, told

FLOWS = b"""
version: "3.1"
slots:
  thing: {type: text}
  size: {type: categorical, values: [s, m]}
  price: {type: float, mappings: [{type: controlled}]}
responses:
  utter_ask_size: [{text: "A {thing} of which size?"}]
  utter_cheap: [{text: "The {thing} is cheap."}]
  utter_dear: [{text: "The {thing} is dear."}]
flows:
  buy:
    description: buys a thing
    steps:
      - call: shop_agent
        exit_if: [slots.thing is not null]
      - collect: size
      - call: get_price
        mcp_server: shop
        mapping:
          input: [{param: size, slot: size}]
          output: [{slot: price, value: result.structuredContent.price}, {slot: other, value: result.content}]
        next:
          - {if: slots.price > 10, then: [{action: utter_dear, next: END}]}
          - else: [{action: utter_cheap}]
"""


def shop(steps: str) -> Result:
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
    return play({"flows.yml": FLOWS}, [(case, "telegram", None)])[0]


@pytest.mark.parametrize(("price", "says"), [("20", "The hat is dear."), ("7", "The hat is cheap.")])
def test_what_an_agent_would_fill_is_taken_as_understood(price: str, says: str) -> None:
    hat = "{user: I want a hat}, {slot_was_set: [{thing: hat}]}, {bot: A hat of which size?}"
    result = shop(f"{hat}, {{user: m}}, {{slot_was_set: [{{price: {price}}}]}}, {{bot: {says}}}")
    assert result.passed, told(result)


def test_what_no_agent_fills_is_not() -> None:
    hat = "{user: I want a hat}, {slot_was_set: [{thing: hat}]}, {bot: A hat of which size?}"
    assert not shop(f"{hat}, {{user: m}}, {{slot_was_set: [{{other: 1}}]}}").passed


def test_what_an_agent_says_is_its_own_and_that_it_was_cancelled_is_not_known() -> None:
    asks = "{action_executed: action_agent_request_user_input}"
    words = "{bot_uttered: {text_matches: I need a bit more}}"
    begun = f"{{user: hats, assertions: [{{flow_started: buy}}, {asks}, {words}]}}"
    result = shop(f"{begun}, {{user: forget it, assertions: [{{flow_cancelled: {{flow_id: buy}}}}]}}")
    assert result.passed, told(result)
    assert not shop(f"{{user: hats, assertions: [{{flow_started: buy}}, {words}]}}").passed


def test_steps_of_words_beside_assertions_are_passed_over() -> None:
    begun = "{user: hats, assertions: [{flow_started: buy}, {slot_was_set: [{name: thing, value: hat}]}]}"
    assert shop(f"{begun}, {{bot: Nobody says that.}}").passed
    assert not shop(f"{begun}, {{slot_was_not_set: [thing]}}").passed
    assert not shop("{user: I want a hat}, {slot_was_set: [{thing: hat}]}, {bot: Nobody says that.}").passed
